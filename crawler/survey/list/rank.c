/* A rank as lists have it: `7`, and as spreadsheets and data frames write the same number, `7.0`,
 * `"1,000"`, `1e+05`. */
#include "crawler/survey/list/format.h"

#define RANK_LIMIT INT64_C(1000000000000000000) /* at most 18 digits */

static struct span take_digits(struct span *rest)
{
    struct span digits = {rest->text, 0};
    while (digits.length < rest->length && rest->text[digits.length] >= '0' &&
           rest->text[digits.length] <= '9')
        digits.length++;
    *rest = (struct span){rest->text + digits.length, rest->length - digits.length};
    return digits;
}

static bool take_mark(struct span *rest, char mark)
{
    if (rest->length == 0 || rest->text[0] != mark)
        return false;
    *rest = (struct span){rest->text + 1, rest->length - 1};
    return true;
}

/* false: the number has too many digits. */
static bool append(struct span digits, int64_t *number)
{
    for (size_t i = 0; i < digits.length; i++) {
        if (*number >= RANK_LIMIT / 10)
            return false;
        *number = *number * 10 + (digits.text[i] - '0');
    }
    return true;
}

static bool read_exponent(struct span text, int *scale)
{
    bool is_negative = take_mark(&text, '-');
    int64_t exponent = 0;
    if (!is_negative)
        take_mark(&text, '+');
    struct span digits = take_digits(&text);
    if (digits.length == 0 || digits.length > 3 || text.length > 0)
        return false;
    append(digits, &exponent);
    *scale += (int)(is_negative ? -exponent : exponent);
    return true;
}

/* Multiplies by a power of ten; false: no whole number comes of it, or too large a one. */
static bool apply_scale(int scale, int64_t *number)
{
    for (; scale < 0 && *number > 0; scale++) {
        if (*number % 10 != 0)
            return false;
        *number /= 10;
    }
    for (; scale > 0 && *number > 0; scale--) {
        if (*number >= RANK_LIMIT / 10)
            return false;
        *number *= 10;
    }
    return true;
}

int64_t rank_read(struct span text)
{
    int64_t rank = 0;
    int scale = 0;
    struct span digits = take_digits(&text);
    bool is_number = digits.length > 0 && append(digits, &rank);
    bool may_have_groups = digits.length <= 3;
    while (is_number && may_have_groups && take_mark(&text, ',')) {
        digits = take_digits(&text);
        is_number = digits.length == 3 && append(digits, &rank);
    }
    if (is_number && take_mark(&text, '.')) {
        digits = take_digits(&text);
        while (digits.length > 0 && digits.text[digits.length - 1] == '0')
            digits.length--;
        scale = -(int)digits.length;
        is_number = append(digits, &rank);
    }
    if (is_number && (take_mark(&text, 'e') || take_mark(&text, 'E'))) {
        is_number = read_exponent(text, &scale);
        text.length = 0;
    }
    return is_number && text.length == 0 && apply_scale(scale, &rank) ? rank : -1;
}
