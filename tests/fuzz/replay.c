/* Runs a harness over every file of a corpus, so that what a fuzzer once found stays found on a
 * machine without one. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>

enum { SAMPLE_MAX = 256 * 1024 };

static void run_file(const char *folder, const char *name)
{
    char path[512];
    uint8_t *bytes = malloc(SAMPLE_MAX);
    WF_ASSERT(bytes);
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    WF_ASSERT(file);
    size_t size = fread(bytes, 1, SAMPLE_MAX, file);
    (void)fclose(file);
    uint8_t *exact = malloc(size ? size : 1); /* a sanitizer sees one byte too far */
    WF_ASSERT(exact);
    memcpy(exact, bytes, size);
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    free(bytes);
}

int main(int argc, char **argv)
{
    size_t count = 0;
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    struct dirent *entry = NULL;
    if (!folder) {
        (void)fprintf(stderr, "usage: %s CORPUS-FOLDER\n", argv[0]);
        return 2;
    }
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        run_file(argv[1], entry->d_name);
        count++;
    }
    (void)closedir(folder);
    (void)printf("%zu samples\n", count);
    return count ? 0 : 1;
}
