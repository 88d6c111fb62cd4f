/* Takes the place of recheck() in the one test program that is linked with --wrap=recheck: a second
 * implementation that is wrong by one digit.  The gate must hold every result back. */
#include "recheck.h"

#include <string.h>

/* The linker's names. */
char *recheck_right(const char *json) __asm__("__real_recheck");
char *recheck_other(const char *json) __asm__("__wrap_recheck");

char *recheck_other(const char *json)
{
    char *answer = recheck_right(json);
    char *score = answer ? strstr(answer, "\"score\":") : NULL;
    char *digit = score ? strpbrk(score, "0123456789") : NULL;
    if (digit)
        *digit = *digit == '9' ? '8' : (char)(*digit + 1);
    return answer;
}
