/* case_table.h - a text of test cases, one a line, in four columns divided by '|': given | when | ... | then.
 * Lines that are empty or begin with '#' say nothing. */
#ifndef CASE_TABLE_H
#define CASE_TABLE_H

enum { CASE_COLUMNS = 4, CASE_COLUMN_MAX = 900, CASES_MAX = 600 };

struct case_row {
    int line;
    char column[CASE_COLUMNS][CASE_COLUMN_MAX]; /* without the spaces around it */
};
struct case_table {
    struct case_row *rows;
    int count;
};

/* Reads a file; aborts if it cannot be read or a line has not four columns. */
void case_table_read(struct case_table *table, const char *path);
void case_table_free(struct case_table *table);

#endif
