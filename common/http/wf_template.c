#include "wf_template.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

struct scope {
    const json_t *values[WF_TEMPLATE_DEPTH + 1];
    unsigned depth; /* values[0] is the model */
};

struct render {
    struct scope scope;
    struct wf_buffer *html;
    struct wf_error *error;
};

/* One tag, and where the text goes on behind it. */
struct tag {
    char kind; /* 'v' variable, or one of & # ^ / ! */
    char name[WF_TEMPLATE_NAME_MAX + 1];
    const char *begin, *end;
};

enum found { FOUND_NONE, FOUND_TAG, FOUND_BAD };

static bool name_is_valid(const char *name)
{
    return *name && name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789_.")] == '\0';
}

static enum found next_tag(const char *from, const char *limit, struct tag *tag)
{
    const char *open = memmem(from, (size_t)(limit - from), "{{", 2);
    if (!open)
        return FOUND_NONE;
    const char *close = memmem(open, (size_t)(limit - open), "}}", 2);
    if (!close)
        return FOUND_BAD;
    const char *inner = open + 2;
    tag->begin = open;
    tag->end = close + 2;
    tag->kind = inner < close && strchr("&#^/!", *inner) ? *inner++ : 'v';
    size_t length = (size_t)(close - inner);
    if (tag->kind == '!')
        return FOUND_TAG;
    if (length > WF_TEMPLATE_NAME_MAX)
        return FOUND_BAD;
    memcpy(tag->name, inner, length);
    tag->name[length] = '\0';
    return name_is_valid(tag->name) ? FOUND_TAG : FOUND_BAD;
}

static const json_t *look_up(const struct scope *scope, const char *name)
{
    if (strcmp(name, ".") == 0)
        return scope->values[scope->depth];
    for (unsigned i = scope->depth + 1; i-- > 0;) {
        const json_t *value = json_object_get(scope->values[i], name);
        if (value)
            return value;
    }
    return NULL;
}

static int append_value(struct render *render, const struct tag *tag)
{
    const json_t *value = look_up(&render->scope, tag->name);
    if (json_is_integer(value)) {
        wf_buffer_format(render->html, "%lld", (long long)json_integer_value(value));
        return 0;
    }
    if (!json_is_string(value))
        return wf_fail(render->error, WF_BROKEN, "a template wants '%s', which the page has not",
                       tag->name);
    if (tag->kind == '&') {
        wf_buffer_append(render->html, json_string_value(value), json_string_length(value));
        return 0;
    }
    char *escaped =
        g_markup_escape_text(json_string_value(value), (gssize)json_string_length(value));
    wf_buffer_text(render->html, escaped);
    g_free(escaped);
    return 0;
}

static bool is_shown(const json_t *value)
{
    if (json_is_array(value))
        return json_array_size(value) > 0;
    if (json_is_string(value))
        return json_string_length(value) > 0;
    if (json_is_integer(value))
        return json_integer_value(value) != 0;
    return json_is_true(value) || json_is_object(value);
}

/* The tag that closes `open`; sections of the same name may nest. */
static enum found find_end(const struct tag *open, const char *limit, struct tag *close)
{
    unsigned nested = 0;
    const char *at = open->end;
    while (next_tag(at, limit, close) == FOUND_TAG) {
        bool same = close->kind != '!' && strcmp(close->name, open->name) == 0;
        if (same && close->kind == '/' && nested-- == 0)
            return FOUND_TAG;
        if (same && (close->kind == '#' || close->kind == '^'))
            nested++;
        at = close->end;
    }
    return FOUND_BAD;
}

static int render_run(struct render *render, const char *from, const char *limit);

static int render_within(struct render *render, const json_t *value, const char *from,
                         const char *limit)
{
    if (render->scope.depth == WF_TEMPLATE_DEPTH)
        return wf_fail(render->error, WF_BROKEN, "a template nests deeper than %d",
                       WF_TEMPLATE_DEPTH);
    render->scope.values[++render->scope.depth] = value;
    int result = render_run(render, from, limit);
    render->scope.depth--;
    return result;
}

static int render_section(struct render *render, const struct tag *open, const struct tag *close)
{
    const json_t *value = look_up(&render->scope, open->name);
    if ((open->kind == '^') == is_shown(value))
        return 0;
    if (open->kind == '^' || !json_is_array(value))
        return render_within(render,
                             open->kind == '^' ? render->scope.values[render->scope.depth] : value,
                             open->end, close->begin);
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (render_within(render, json_array_get(value, i), open->end, close->begin) != 0)
            return -1;
    }
    return 0;
}

static int render_tag(struct render *render, const struct tag *tag, const char *limit,
                      const char **next)
{
    struct tag close;
    *next = tag->end;
    switch (tag->kind) {
    case '!':
        return 0;
    case '#':
    case '^':
        if (find_end(tag, limit, &close) != FOUND_TAG)
            return wf_fail(render->error, WF_BROKEN, "a template does not close '%s'", tag->name);
        *next = close.end;
        return render_section(render, tag, &close);
    case '/':
        return wf_fail(render->error, WF_BROKEN, "a template closes '%s' unopened", tag->name);
    default:
        return append_value(render, tag);
    }
}

static int render_run(struct render *render, const char *from, const char *limit)
{
    struct tag tag;
    enum found found;
    while ((found = next_tag(from, limit, &tag)) == FOUND_TAG) {
        wf_buffer_append(render->html, from, (size_t)(tag.begin - from));
        if (render_tag(render, &tag, limit, &from) != 0)
            return -1;
    }
    if (found == FOUND_BAD)
        return wf_fail(render->error, WF_BROKEN, "a template holds a malformed tag");
    wf_buffer_append(render->html, from, (size_t)(limit - from));
    return 0;
}

int wf_template_render(struct wf_bytes text, const json_t *model, struct wf_buffer *html,
                       struct wf_error *error)
{
    struct render render = {.scope = {.values = {model}}, .html = html, .error = error};
    const char *from = (const char *)text.data;
    return render_run(&render, from, from + text.length);
}
