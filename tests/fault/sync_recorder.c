/* sync_recorder.c - loaded before redis-server by tests/fault/bin/redis-server: notes, after every
 * fdatasync that came back, how long the file was when it was called.
 *
 * kill -9 never tests fsync, because what the kernel holds survives it.  With the synced length on
 * record, the test cuts the append-only file there and so does what a power cut may do. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void record(int fd, off_t length)
{
    char link[64];
    char path[512];
    char note[600];
    const char *folder = getenv("ENDORSE_SYNC_NOTES");
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (!folder || size <= 0)
        return;
    path[size] = '\0';
    const char *name = strrchr(path, '/');
    if (!name || !strstr(name, ".aof"))
        return;
    (void)snprintf(note, sizeof note, "%s%s.synced", folder, name);
    int out = open(note, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (out < 0)
        return;
    char text[32];
    int digits = snprintf(text, sizeof text, "%020lld\n", (long long)length);
    if (pwrite(out, text, (size_t)digits, 0) < 0)
        perror("sync_recorder");
    (void)close(out);
}

/* Redis calls no other one on Linux. */
int fdatasync(int fd)
{
    struct stat before;
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    int known = fstat(fd, &before);
    int result = real(fd);
    if (result == 0 && known == 0)
        record(fd, before.st_size);
    return result;
}
