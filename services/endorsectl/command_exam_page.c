/* The page of `endorsectl exam stats --page FILE.html`: the numbers of its JSON as plots and tables.
 * A file for a coordinator's browser; it needs nothing from anywhere. */
#include "command_exam.h"

#include "ctl_assets.h"
#include "wf_model.h"
#include "wf_template.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* The plot area of every chart, in units of its viewBox. */
enum { LEFT = 160, WIDTH = 520, ROW = 28, BAR = 16, BELOW = 26 };
enum { CHART_NAME = 20, CHART_READER = 8 };  /* letters of a name that have room beside a chart */
static const char undefined[] = "\u2013";    /* an en dash */
static const double coefficient_least = -.2; /* what lies below is drawn at the edge */

static double number_of(const json_t *line, const char *name)
{
    const json_t *value = json_object_get(line, name);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

enum figure { WHOLE, PERCENT, SIGNED_2, SIGNED_3, PLAIN_2, PLAIN_3 };

static void model_figure(json_t *model, const char *name, double value, enum figure figure)
{
    char text[48];
    int places = figure <= PERCENT ? 0 : figure == SIGNED_3 || figure == PLAIN_3 ? 3 : 2;
    if ((figure == SIGNED_2 || figure == SIGNED_3) && value != 0)
        (void)snprintf(text, sizeof text, "%+.*f", places, value);
    else
        (void)snprintf(text, sizeof text, "%.*f%s", places, value, figure == PERCENT ? " %" : "");
    model_text(model, name, isnan(value) ? undefined : text);
}

static void model_span(json_t *model, const char *name, double least, double most)
{
    char text[64];
    (void)snprintf(text, sizeof text, "%.2f to %.2f", least, most);
    model_text(model, name, isnan(least) || isnan(most) ? undefined : text);
}

/* Where a value lies between two others on the plot; kept inside it. */
static int64_t place(double value, double least, double most)
{
    double share = (value - least) / (most - least);
    return LEFT + (int64_t)lround(WIDTH * fmin(1, fmax(0, share)));
}

static void add_mark(json_t *marks, double value, double least, double most, enum figure figure,
                     int64_t bottom)
{
    json_t *mark = json_object();
    model_number(mark, "x", place(value, least, most));
    model_number(mark, "bottom", bottom);
    model_number(mark, "label_y", bottom + 18);
    model_text(mark, "kind", fabs(value) < 1e-9 ? "zero" : "grid");
    model_figure(mark, "text", value, figure);
    (void)json_array_append_new(marks, mark);
}

static void place_row(json_t *model, size_t number)
{
    int64_t top = (int64_t)number * ROW + 4;
    model_number(model, "y", top);
    model_number(model, "text_y", top + 13);
    model_number(model, "middle_y", top + BAR / 2);
}

/* ---- agreement ---- */

static void add_coefficients(json_t *row, const json_t *line, int64_t top)
{
    double kappa = number_of(line, "kappa_quadratic"), icc = number_of(line, "icc_1_1");
    double least = number_of(line, "icc_1_1_least"), most = number_of(line, "icc_1_1_most");
    model_figure(row, "kappa_linear", number_of(line, "kappa_linear"), PLAIN_3);
    model_figure(row, "kappa_quadratic", kappa, PLAIN_3);
    model_figure(row, "icc_1_1", icc, PLAIN_3);
    model_span(row, "icc_1_1_interval", least, most);
    model_figure(row, "icc_1_2", number_of(line, "icc_1_2"), PLAIN_3);
    model_figure(row, "smd", number_of(line, "smd"), SIGNED_3);
    bool sure = !isnan(kappa) && !isnan(icc) && !isnan(least) && !isnan(most);
    model_flag(row, "sure", sure);
    if (!sure)
        return;
    model_number(row, "kappa_x", place(kappa, coefficient_least, 1));
    model_number(row, "kappa_y", top + 1);
    model_number(row, "icc_x", place(icc, coefficient_least, 1));
    model_number(row, "icc_least_x", place(least, coefficient_least, 1));
    model_number(row, "icc_most_x", place(most, coefficient_least, 1));
    model_number(row, "icc_y", top + 13);
}

static json_t *agreement_row(const json_t *line, size_t number)
{
    json_t *row = json_object();
    char label[128];
    double exact = number_of(line, "exact"), adjacent = number_of(line, "adjacent");
    bool few = json_is_true(json_object_get(line, "few"));
    const char *score = json_string_value(json_object_get(line, "score"));
    int letters = (int)strcspn(score, "0123456789");
    const char *form = json_string_value(json_object_get(line, "form"));
    if (form)
        (void)snprintf(label, sizeof label, "%s, %.*s %s", form, letters, score, score + letters);
    else
        (void)snprintf(label, sizeof label, "Set %d, %.*s %s",
                       (int)json_integer_value(json_object_get(line, "set")), letters, score,
                       score + letters);
    place_row(row, number);
    model_text(row, "label", label);
    /* A form's name stands once in a chart, beside its total: all of it has no room there. */
    if (form && score[letters])
        (void)snprintf(label, sizeof label, "%.*s %s", letters, score, score + letters);
    else if (form)
        (void)snprintf(label, sizeof label, "%.*s%s", CHART_NAME, form,
                       strlen(form) > CHART_NAME ? "\u2026" : "");
    model_text(row, "chart_label", label);
    model_flag(row, "few", few);
    model_text(row, "why_not", few ? "too few readings" : "not defined by these readings");
    model_number(row, "n", json_integer_value(json_object_get(line, "n")));
    model_number(row, "exact_count", json_integer_value(json_object_get(line, "exact_count")));
    model_number(row, "adjacent_count",
                 json_integer_value(json_object_get(line, "adjacent_count")));
    if (!few) {
        model_number(row, "exact_w", place(exact, 0, 1) - LEFT);
        model_number(row, "adjacent_w", place(adjacent, 0, 1) - LEFT);
        model_figure(row, "exact", 100 * exact, WHOLE);
    }
    add_coefficients(row, line, (int64_t)number * ROW + 4);
    return row;
}

static void add_agreement(json_t *model, const json_t *lines)
{
    static const double coefficients[] = {0, .5, .75, .9, 1};
    json_t *rows = json_array(), *marks = json_array();
    bool few = false;
    for (size_t i = 0; i < json_array_size(lines); i++) {
        json_t *row = agreement_row(json_array_get(lines, i), i);
        few = few || json_is_true(json_object_get(row, "few"));
        (void)json_array_append_new(rows, row);
    }
    int64_t bottom = (int64_t)json_array_size(lines) * ROW;
    for (size_t i = 0; i < sizeof coefficients / sizeof *coefficients; i++)
        add_mark(marks, coefficients[i], coefficient_least, 1, PLAIN_2, bottom);
    model_flag(model, "agreement_any", bottom > 0);
    model_flag(model, "few_any", few);
    model_number(model, "height", bottom + BELOW);
    (void)json_object_set_new(model, "rows", rows);
    (void)json_object_set_new(model, "marks", marks);
}

/* Percent, under the bars and the ranges. */
static void add_shares(json_t *model, size_t rows)
{
    json_t *shares = json_array();
    for (int percent = 0; percent <= 100; percent += 25)
        add_mark(shares, percent, 0, 100, PERCENT, (int64_t)rows * ROW);
    (void)json_object_set_new(model, "shares", shares);
}

/* ---- severity and lottery ---- */

static double widest(const json_t *lines)
{
    double most = .1;
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const json_t *line = json_array_get(lines, i);
        most = fmax(most, fmax(fabs(number_of(line, "least")), fabs(number_of(line, "most"))));
    }
    return most;
}

/* A number in a file, a random name in a running installation. */
static void name_reader(json_t *row, const json_t *line)
{
    const json_t *reader = json_object_get(line, "reader");
    const char *form = json_string_value(json_object_get(line, "form"));
    char text[128];
    if (json_is_integer(reader))
        (void)snprintf(text, sizeof text, "%lld", (long long)json_integer_value(reader));
    else
        (void)snprintf(text, sizeof text, "%.*s\u2026", CHART_READER, json_string_value(reader));
    model_text(row, "reader", text);
    if (form)
        (void)snprintf(text, sizeof text, "%s, %s", json_string_value(reader), form);
    model_text(row, "reader_name", text);
}

static void add_severity(json_t *model, const json_t *lines)
{
    json_t *rows = json_array(), *marks = json_array();
    double most = widest(lines);
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const json_t *line = json_array_get(lines, i);
        json_t *row = json_object();
        place_row(row, i);
        name_reader(row, line);
        model_number(row, "n", json_integer_value(json_object_get(line, "n")));
        model_number(row, "x", place(number_of(line, "severity"), -most, most));
        model_number(row, "least_x", place(number_of(line, "least"), -most, most));
        model_number(row, "most_x", place(number_of(line, "most"), -most, most));
        model_figure(row, "severity_text", number_of(line, "severity"), SIGNED_2);
        model_span(row, "interval", number_of(line, "least"), number_of(line, "most"));
        (void)json_array_append_new(rows, row);
    }
    int64_t bottom = (int64_t)json_array_size(lines) * ROW;
    for (int i = -2; i <= 2; i++)
        add_mark(marks, most * i / 2, -most, most, SIGNED_2, bottom);
    model_flag(model, "severity_any", bottom > 0);
    model_number(model, "severity_height", bottom + BELOW);
    (void)json_object_set_new(model, "severity", rows);
    (void)json_object_set_new(model, "severity_marks", marks);
}

static void add_draw(json_t *rows, const json_t *value, const char *name, const char *label)
{
    const json_t *line = json_object_get(value, name);
    json_t *row = json_object();
    char sentence[200];
    double least = number_of(line, "pass_rate_least"), most = number_of(line, "pass_rate_most");
    if (!line) {
        json_decref(row);
        return;
    }
    place_row(row, json_array_size(rows) + 1);
    model_text(row, "label", label);
    model_number(row, "least_x", place(least, 0, 1));
    model_number(row, "most_x", place(most, 0, 1));
    (void)snprintf(sentence, sizeof sentence,
                   "%s: %.1f %% to %.1f %% pass, with a standard deviation of %.1f points.", label,
                   100 * least, 100 * most, 100 * number_of(line, "pass_rate_deviation"));
    model_text(row, "sentence", sentence);
    (void)json_array_append_new(rows, row);
}

static void add_lottery(json_t *model, const json_t *value)
{
    json_t *rows = json_array();
    add_draw(rows, value, "lottery", "Any pair");
    add_draw(rows, value, "lottery_severe_with_lenient", "Severe with lenient");
    model_flag(model, "lottery_any", json_array_size(rows) > 0);
    (void)json_object_set_new(model, "lottery", rows);
}

/* ---- intraclass correlations of a crossed table ---- */

static void add_icc(json_t *model, const json_t *icc)
{
    static const char *const names[][2] = {{"icc_1_1", "ICC(1,1)"}, {"icc_2_1", "ICC(2,1)"},
                                           {"icc_3_1", "ICC(3,1)"}, {"icc_1_k", "ICC(1,k)"},
                                           {"icc_2_k", "ICC(2,k)"}, {"icc_3_k", "ICC(3,k)"}};
    json_t *rows = json_array();
    for (size_t i = 0; icc && i < sizeof names / sizeof *names; i++) {
        char least[32], most[32];
        json_t *row = json_object();
        (void)snprintf(least, sizeof least, "%s_least", names[i][0]);
        (void)snprintf(most, sizeof most, "%s_most", names[i][0]);
        model_text(row, "label", names[i][1]);
        model_figure(row, "value", number_of(icc, names[i][0]), PLAIN_3);
        model_span(row, "interval", number_of(icc, least), number_of(icc, most));
        (void)json_array_append_new(rows, row);
    }
    model_flag(model, "icc_any", json_array_size(rows) > 0);
    (void)json_object_set_new(model, "icc", rows);
}

/* ---- the forms of a running installation ---- */

static json_t *form_row(const json_t *form)
{
    static const char *const counts[] = {"papers", "third_read", "committees", "passed"};
    const json_t *blindness = json_object_get(form, "blindness");
    const json_t *anonymity = json_object_get(form, "anonymity");
    char label[128], answers[96];
    json_t *row = json_object();
    (void)snprintf(label, sizeof label, "%s, %s", json_string_value(json_object_get(form, "form")),
                   json_string_value(json_object_get(form, "language")));
    model_text(row, "label", label);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        model_number(row, counts[i], json_integer_value(json_object_get(form, counts[i])));
    (void)snprintf(answers, sizeof answers, "%lld / %lld / %lld",
                   (long long)json_integer_value(json_object_get(blindness, "no")),
                   (long long)json_integer_value(json_object_get(blindness, "suspect")),
                   (long long)json_integer_value(json_object_get(blindness, "yes")));
    model_text(row, "answers", answers);
    model_figure(row, "index", number_of(blindness, "index"), PLAIN_2);
    model_span(row, "known_interval", number_of(blindness, "known_least"),
               number_of(blindness, "known_most"));
    model_number(row, "k", json_integer_value(json_object_get(anonymity, "k")));
    model_number(row, "k_pooled", json_integer_value(json_object_get(anonymity, "k_pooled")));
    model_text(row, "k_few", json_is_true(json_object_get(anonymity, "few")) ? " (too few)" : "");
    return row;
}

static void add_forms(json_t *model, const json_t *forms)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < json_array_size(forms); i++)
        (void)json_array_append_new(rows, form_row(json_array_get(forms, i)));
    model_flag(model, "forms_any", json_array_size(rows) > 0);
    (void)json_object_set_new(model, "forms", rows);
}

/* ---- the page ---- */

static void add_lead(json_t *model, const json_t *value)
{
    char text[160];
    const json_t *readers = json_object_get(value, "readers");
    const json_t *forms = json_object_get(value, "forms");
    if (forms)
        (void)snprintf(text, sizeof text, "Released papers: %lld.",
                       (long long)json_integer_value(json_object_get(value, "papers")));
    else if (readers)
        (void)snprintf(text, sizeof text, "%lld papers, each read by all of %lld readers.",
                       (long long)json_integer_value(json_object_get(value, "exams")),
                       (long long)json_integer_value(readers));
    else
        (void)snprintf(text, sizeof text, "%lld papers on file.",
                       (long long)json_integer_value(json_object_get(value, "rows")));
    model_text(model, "lead", text);
}

static json_t *page_model(const json_t *value)
{
    json_t *model = json_object();
    struct wf_bytes style = wf_asset_bytes(ctl_assets, "style.css");
    (void)json_object_set_new(model, "style", json_stringn((const char *)style.data, style.length));
    add_lead(model, value);
    model_number(model, "few_below", json_integer_value(json_object_get(value, "few_below")));
    add_shares(model, json_array_size(json_object_get(value, "agreement")));
    add_agreement(model, json_object_get(value, "agreement"));
    add_severity(model, json_object_get(value, "severity"));
    add_lottery(model, value);
    add_icc(model, json_object_get(value, "icc"));
    add_forms(model, json_object_get(value, "forms"));
    model_flag(model, "nothing",
               json_array_size(json_object_get(value, "agreement")) == 0 &&
                   json_array_size(json_object_get(value, "severity")) == 0);
    return model;
}

int ctl_exam_page(const json_t *value, const char *path, struct wf_error *error)
{
    struct wf_buffer html = {0};
    json_t *model = page_model(value);
    int result =
        wf_template_render(wf_asset_bytes(ctl_assets, "exam_stats.html"), model, &html, error);
    FILE *file = result ? NULL : fopen(path, "we");
    if (!result &&
        (!file || fwrite(html.data, 1, html.length, file) != html.length || fclose(file) != 0))
        result = wf_fail(error, WF_INVALID, "cannot write %s: %s", path, strerror(errno));
    json_decref(model);
    wf_buffer_fini(&html);
    return result;
}
