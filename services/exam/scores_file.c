#include "scores_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 4096, CELLS_MAX = 160 };

/* Where a column of recorded readings goes, by its offset in a row of 32-bit points. */
struct column {
    bool known, id;
    size_t offset;
};

struct reading {
    struct scores_file *file;
    struct wf_error *error;
    uint32_t line;
    struct column columns[CELLS_MAX];
    size_t column_count, capacity;
    size_t reader_columns[SCORES_READERS_MAX];
};

static int bad(const struct reading *reading, const char *what, const char *cell)
{
    return wf_fail(reading->error, WF_INVALID, "%s:%u: %s%s%.40s%s", reading->file->path,
                   reading->line, what, cell ? " \"" : "", cell ? cell : "", cell ? "\"" : "");
}

/* The end of a quoted cell whose first byte is `at`; two quotes in it stand for one and become it.  NULL: it has
 * no end. */
static char *close_quote(char *at)
{
    char *to = at;
    for (; *at; at++) {
        if (*at == '"' && at[1] != '"') {
            memset(to, '\0', (size_t)(at - to)); /* the cell has grown shorter by its quotes */
            return at;
        }
        at += *at == '"';
        *to++ = *at;
    }
    return NULL;
}

/* Cuts a line into cells in place; quotes around a cell are taken off (RFC 4180). */
static int split(const struct reading *reading, char *line, char **cells, size_t *count)
{
    *count = 0;
    for (char *at = line;;) {
        if (*count == CELLS_MAX)
            return bad(reading, "the line has too many cells", NULL);
        bool quoted = *at == '"';
        char *start = at + (quoted ? 1 : 0);
        at = quoted ? close_quote(start) : start + strcspn(start, ",\"");
        if (!at)
            return bad(reading, "a quote is not closed", NULL);
        if (*at == '"' && !quoted)
            return bad(reading, "a quote is inside a cell", NULL);
        char *end = at;
        if (quoted)
            at++;
        if (*at != ',' && *at != '\0')
            return bad(reading, "there is text after a closing quote", NULL);
        bool more = *at == ',';
        *end = '\0';
        cells[(*count)++] = start;
        if (!more)
            return 0;
        at++;
    }
}

/* A whole number, or what spreadsheets make of it ("4.0"); empty is missing. */
static int read_points(const struct reading *reading, const char *cell, int32_t *points)
{
    *points = SCORES_MISSING;
    if (!*cell)
        return 0;
    size_t digits = strspn(cell, "0123456789");
    const char *rest = cell + digits;
    if (*rest == '.' && rest[1])
        rest += 1 + strspn(rest + 1, "0");
    if (digits < 1 || digits > 4 || *rest)
        return bad(reading, "a score is a whole number, not", cell);
    *points = (int32_t)strtol(cell, NULL, 10);
    if (*points > SCORES_POINTS_MAX)
        return bad(reading, "a score is 1000 points at most, not", cell);
    return 0;
}

static bool find_column(const char *name, struct column *column)
{
    int reader = 0, number = 0, used = 0;
    *column = (struct column){.known = true};
    if (strcmp(name, "essay_id") == 0) {
        column->id = true;
        return true;
    }
    if (strcmp(name, "essay_set") == 0) {
        column->offset = offsetof(struct scores_row, set);
        return true;
    }
    if (sscanf(name, "rater%1d_domain%1d%n", &reader, &number, &used) == 2 && !name[used] &&
        reader >= 1 && reader <= 3 && number >= 1 && number <= 2) {
        column->offset = offsetof(struct scores_row, domain) +
                         sizeof(int32_t) * (size_t)(2 * (reader - 1) + number - 1);
        return true;
    }
    if (sscanf(name, "rater%1d_trait%1d%n", &reader, &number, &used) == 2 && !name[used] &&
        reader >= 1 && reader <= 3 && number >= 1 && number <= SCORES_TRAITS) {
        column->offset = offsetof(struct scores_row, trait) +
                         sizeof(int32_t) * (size_t)(SCORES_TRAITS * (reader - 1) + number - 1);
        return true;
    }
    if (sscanf(name, "domain%1d_score%n", &number, &used) == 1 && used > 0 && !name[used] &&
        number >= 1 && number <= 2) {
        column->offset =
            offsetof(struct scores_row, recorded) + sizeof(int32_t) * (size_t)(number - 1);
        return true;
    }
    column->known = false;
    return false;
}

static bool find_crossed(const char *name, uint32_t readers)
{
    char wanted[16];
    (void)snprintf(wanted, sizeof wanted, "rater_%u", readers + 1);
    return strcmp(name, wanted) == 0;
}

static int check_recorded(const struct reading *reading, unsigned ids)
{
    static const char *const needed[] = {"essay_set", "rater1_domain1", "rater2_domain1"};
    if (ids == 0)
        return bad(reading, "the column is missing:", "essay_id");
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        struct column wanted;
        bool there = false;
        (void)find_column(needed[i], &wanted);
        for (size_t j = 0; j < reading->column_count; j++)
            there = there || (reading->columns[j].known && !reading->columns[j].id &&
                              reading->columns[j].offset == wanted.offset);
        if (!there)
            return bad(reading, "the column is missing:", needed[i]);
    }
    return 0;
}

static int read_header(struct reading *reading, char *line)
{
    char *cells[CELLS_MAX];
    size_t count;
    unsigned ids = 0;
    if (strncmp(line, "\xef\xbb\xbf", 3) == 0)
        line += 3;
    if (split(reading, line, cells, &count))
        return -1;
    reading->column_count = count;
    for (size_t i = 0; i < count; i++) {
        struct column *column = &reading->columns[i];
        if (find_crossed(cells[i], reading->file->readers)) {
            if (reading->file->readers == SCORES_READERS_MAX)
                return bad(reading, "there are too many readers", NULL);
            reading->reader_columns[reading->file->readers++] = i;
        }
        if (!find_column(cells[i], column))
            continue;
        ids += column->id;
        for (size_t j = 0; j < i; j++)
            if (reading->columns[j].known && reading->columns[j].id == column->id &&
                reading->columns[j].offset == column->offset)
                return bad(reading, "the column is there twice:", cells[i]);
    }
    reading->file->crossed = reading->file->readers >= 2;
    return reading->file->crossed ? 0 : check_recorded(reading, ids);
}

static void grow(struct reading *reading)
{
    struct scores_file *file = reading->file;
    if (file->count < reading->capacity)
        return;
    reading->capacity = reading->capacity ? 2 * reading->capacity : 1024;
    if (file->crossed)
        file->crossed_scores =
            reallocarray(file->crossed_scores, reading->capacity, file->readers * sizeof(int32_t));
    else
        file->rows = reallocarray(file->rows, reading->capacity, sizeof *file->rows);
    WF_ASSERT(file->crossed ? (void *)file->crossed_scores : (void *)file->rows);
}

static int read_crossed(struct reading *reading, char **cells)
{
    struct scores_file *file = reading->file;
    int32_t *to = file->crossed_scores + file->count * file->readers;
    for (uint32_t i = 0; i < file->readers; i++) {
        if (read_points(reading, cells[reading->reader_columns[i]], &to[i]))
            return -1;
        if (to[i] == SCORES_MISSING)
            return bad(reading, "a score of a fully crossed table is missing", NULL);
    }
    return 0;
}

/* Ids go into answers as they are. */
static bool is_id(const char *text)
{
    while (*text > ' ' && *text <= '~')
        text++;
    return !*text;
}

static int read_row(struct reading *reading, char **cells)
{
    struct scores_row *row = &reading->file->rows[reading->file->count];
    for (size_t i = 0; i < sizeof row->domain / sizeof(int32_t); i++)
        (&row->domain[0][0])[i] = SCORES_MISSING;
    for (size_t i = 0; i < sizeof row->trait / sizeof(int32_t); i++)
        (&row->trait[0][0])[i] = SCORES_MISSING;
    row->recorded[0] = row->recorded[1] = row->set = SCORES_MISSING;
    row->line = reading->line;
    for (size_t i = 0; i < reading->column_count; i++) {
        const struct column *column = &reading->columns[i];
        if (column->id) {
            if (!*cells[i] || strlen(cells[i]) > SCORES_ID || !is_id(cells[i]))
                return bad(reading, "essay_id is 1 to 32 ASCII letters, digits or marks, not",
                           cells[i]);
            (void)snprintf(row->essay, sizeof row->essay, "%s", cells[i]);
        } else if (column->known) {
            int32_t points;
            if (read_points(reading, cells[i], &points))
                return -1;
            memcpy((char *)row + column->offset, &points, sizeof points);
        }
    }
    if (row->set < 1 || row->set > SCORES_SETS_MAX)
        return bad(reading, "essay_set is a whole number from 1 to 64", NULL);
    return 0;
}

static int read_line(struct reading *reading, char *line)
{
    char *cells[CELLS_MAX];
    size_t count = 0;
    if (reading->line == 1)
        return read_header(reading, line);
    if (!*line)
        return 0;
    if (reading->file->count == SCORES_ROWS_MAX)
        return bad(reading, "a file has at most 1000000 rows", NULL);
    if (split(reading, line, cells, &count))
        return -1;
    if (count != reading->column_count)
        return wf_fail(reading->error, WF_INVALID, "%s:%u: the line has %zu cells, the header %zu",
                       reading->file->path, reading->line, count, reading->column_count);
    grow(reading);
    if (reading->file->crossed ? read_crossed(reading, cells) : read_row(reading, cells))
        return -1;
    reading->file->count++;
    return 0;
}

static int read_stream(struct reading *reading, FILE *stream)
{
    char line[LINE_MAX_BYTES + 2];
    for (reading->line = 1; fgets(line, sizeof line, stream); reading->line++) {
        size_t length = strlen(line);
        if (length > LINE_MAX_BYTES)
            return bad(reading, "a line has more than 4096 bytes", NULL);
        if (length == 0 || (line[length - 1] != '\n' && !feof(stream)))
            return bad(reading, "the line holds a NUL", NULL);
        while (length && (line[length - 1] == '\n' || line[length - 1] == '\r'))
            line[--length] = '\0';
        for (size_t i = 0; i < length; i++)
            if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
                return bad(reading, "the line holds a control character", NULL);
        if (read_line(reading, line))
            return -1;
    }
    if (ferror(stream))
        return wf_fail(reading->error, WF_CONFIG, "%s cannot be read", reading->file->path);
    if (reading->file->count == 0)
        return wf_fail(reading->error, WF_INVALID, "%s holds no row of scores",
                       reading->file->path);
    return 0;
}

int scores_file_read(const char *path, struct scores_file *file, struct wf_error *error)
{
    struct reading reading = {.file = file, .error = error};
    memset(file, 0, sizeof *file);
    (void)snprintf(file->path, sizeof file->path, "%s", path);
    FILE *stream = fopen(path, "re");
    if (!stream)
        return wf_fail(error, WF_CONFIG, "%s cannot be opened", file->path);
    int result = read_stream(&reading, stream);
    (void)fclose(stream);
    if (result)
        scores_file_free(file);
    return result;
}

void scores_file_free(struct scores_file *file)
{
    free(file->rows);
    free(file->crossed_scores);
    memset(file, 0, sizeof *file);
}
