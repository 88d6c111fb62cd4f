#include "exam_parts.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static int32_t place_of(const struct adjudicate_pack *pack, const char *criterion)
{
    for (int32_t i = 0; i < pack->criteria_count; i++)
        if (strcmp(pack->criteria[i].name, criterion) == 0)
            return i;
    return -1;
}

enum exam_scores_problem exam_scores_take(const struct adjudicate_pack *pack,
                                          const struct exam_scores *scores,
                                          int32_t points[static ADJUDICATE_CRITERIA_MAX])
{
    bool given[ADJUDICATE_CRITERIA_MAX] = {false};
    for (int32_t i = 0; i < scores->count; i++) {
        int32_t place = place_of(pack, scores->criterion[i]);
        if (place < 0 || given[place])
            return EXAM_SCORES_UNKNOWN;
        if (scores->points[i] < pack->criteria[place].least ||
            scores->points[i] > pack->criteria[place].most)
            return EXAM_SCORES_RANGE;
        given[place] = true;
        points[place] = scores->points[i];
    }
    return scores->count == pack->criteria_count ? EXAM_SCORES_OK : EXAM_SCORES_MISSING;
}

wf_time exam_end_of_day(wf_time now, int32_t days)
{
    return (now / WF_DAY + days + 1) * WF_DAY;
}

/* Odd weights: every single wrong character changes the sum modulo 32. */
static char check_of(const char *code)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < EXAM_CODE - 1; i++) {
        const char *at = strchr(alphabet, code[i]);
        sum += at && *at ? (2 * i + 1) * (uint32_t)(at - alphabet) : 0;
    }
    return alphabet[sum % 32];
}

void exam_code(const uint8_t random[static 8], char code[static EXAM_CODE + 1])
{
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++)
        bits = bits << 8 | random[i];
    for (int i = 0; i < EXAM_CODE - 1; i++)
        code[i] = alphabet[bits >> (59 - 5 * i) & 31];
    code[EXAM_CODE - 1] = check_of(code);
    code[EXAM_CODE] = '\0';
}

bool exam_code_is_valid(const char *code)
{
    if (strlen(code) != EXAM_CODE)
        return false;
    for (int i = 0; i < EXAM_CODE; i++)
        if (!strchr(alphabet, code[i]))
            return false;
    return check_of(code) == code[EXAM_CODE - 1];
}

bool exam_tokens_common(const struct exam_token *a, int32_t a_count, const struct exam_token *b,
                        int32_t b_count)
{
    for (int32_t i = 0; i < a_count; i++)
        for (int32_t j = 0; j < b_count; j++)
            if (a[i].kind == b[j].kind && memcmp(a[i].bytes, b[j].bytes, EXAM_TOKEN) == 0)
                return true;
    return false;
}
