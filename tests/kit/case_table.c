#include "case_table.h"

#include "wf_error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void read_columns(struct case_row *row, const char *text)
{
    for (int i = 0; i < CASE_COLUMNS; i++) {
        size_t length = strcspn(text, "|\n");
        size_t from = strspn(text, " ");
        size_t end = length;
        while (end > from && text[end - 1] == ' ')
            end--;
        WF_ASSERT(end - from < CASE_COLUMN_MAX);
        memcpy(row->column[i], text + from, end - from);
        row->column[i][end - from] = '\0';
        WF_ASSERT(i == CASE_COLUMNS - 1 || text[length] == '|'); /* four columns */
        text += length + 1;
    }
}

void case_table_read(struct case_table *table, const char *path)
{
    char line[CASE_COLUMNS * CASE_COLUMN_MAX];
    FILE *file = fopen(path, "r");
    table->rows = calloc(CASES_MAX, sizeof *table->rows);
    table->count = 0;
    WF_ASSERT(file && table->rows);
    for (int number = 1; fgets(line, sizeof line, file); number++) {
        if (line[0] == '#' || line[0] == '\n')
            continue;
        WF_ASSERT(table->count < CASES_MAX);
        table->rows[table->count].line = number;
        read_columns(&table->rows[table->count++], line);
    }
    (void)fclose(file);
}

void case_table_free(struct case_table *table)
{
    free(table->rows);
    table->rows = NULL;
    table->count = 0;
}
