#include "taki/money.h"

#include <stdlib.h>
#include <string.h>

/*
 * ISO 4217 codes and their minor digits: list one of the maintenance agency (2025), and codes withdrawn since 2015 that
 * old records still carry. Codes without a minor unit (metals, XDR, XTS, XXX ...) are no money. Sorted by code.
 */
static const struct currency {
    char code[4];
    int8_t digits;
} currencies[] = {
  /* clang-format off */
    {"AED", 2}, {"AFN", 2}, {"ALL", 2}, {"AMD", 2}, {"ANG", 2}, {"AOA", 2}, {"ARS", 2}, {"AUD", 2}, {"AWG", 2},
    {"AZN", 2}, {"BAM", 2}, {"BBD", 2}, {"BDT", 2}, {"BGN", 2}, {"BHD", 3}, {"BIF", 0}, {"BMD", 2}, {"BND", 2},
    {"BOB", 2}, {"BOV", 2}, {"BRL", 2}, {"BSD", 2}, {"BTN", 2}, {"BWP", 2}, {"BYN", 2}, {"BZD", 2}, {"CAD", 2},
    {"CDF", 2}, {"CHE", 2}, {"CHF", 2}, {"CHW", 2}, {"CLF", 4}, {"CLP", 0}, {"CNY", 2}, {"COP", 2}, {"COU", 2},
    {"CRC", 2}, {"CUC", 2}, {"CUP", 2}, {"CVE", 2}, {"CZK", 2}, {"DJF", 0}, {"DKK", 2}, {"DOP", 2}, {"DZD", 2},
    {"EGP", 2}, {"ERN", 2}, {"ETB", 2}, {"EUR", 2}, {"FJD", 2}, {"FKP", 2}, {"GBP", 2}, {"GEL", 2}, {"GHS", 2},
    {"GIP", 2}, {"GMD", 2}, {"GNF", 0}, {"GTQ", 2}, {"GYD", 2}, {"HKD", 2}, {"HNL", 2}, {"HRK", 2}, {"HTG", 2},
    {"HUF", 2}, {"IDR", 2}, {"ILS", 2}, {"INR", 2}, {"IQD", 3}, {"IRR", 2}, {"ISK", 0}, {"JMD", 2}, {"JOD", 3},
    {"JPY", 0}, {"KES", 2}, {"KGS", 2}, {"KHR", 2}, {"KMF", 0}, {"KPW", 2}, {"KRW", 0}, {"KWD", 3}, {"KYD", 2},
    {"KZT", 2}, {"LAK", 2}, {"LBP", 2}, {"LKR", 2}, {"LRD", 2}, {"LSL", 2}, {"LYD", 3}, {"MAD", 2}, {"MDL", 2},
    {"MGA", 2}, {"MKD", 2}, {"MMK", 2}, {"MNT", 2}, {"MOP", 2}, {"MRU", 2}, {"MUR", 2}, {"MVR", 2}, {"MWK", 2},
    {"MXN", 2}, {"MXV", 2}, {"MYR", 2}, {"MZN", 2}, {"NAD", 2}, {"NGN", 2}, {"NIO", 2}, {"NOK", 2}, {"NPR", 2},
    {"NZD", 2}, {"OMR", 3}, {"PAB", 2}, {"PEN", 2}, {"PGK", 2}, {"PHP", 2}, {"PKR", 2}, {"PLN", 2}, {"PYG", 0},
    {"QAR", 2}, {"RON", 2}, {"RSD", 2}, {"RUB", 2}, {"RWF", 0}, {"SAR", 2}, {"SBD", 2}, {"SCR", 2}, {"SDG", 2},
    {"SEK", 2}, {"SGD", 2}, {"SHP", 2}, {"SLE", 2}, {"SLL", 2}, {"SOS", 2}, {"SRD", 2}, {"SSP", 2}, {"STN", 2},
    {"SVC", 2}, {"SYP", 2}, {"SZL", 2}, {"THB", 2}, {"TJS", 2}, {"TMT", 2}, {"TND", 3}, {"TOP", 2}, {"TRY", 2},
    {"TTD", 2}, {"TWD", 2}, {"TZS", 2}, {"UAH", 2}, {"UGX", 0}, {"USD", 2}, {"USN", 2}, {"UYI", 0}, {"UYU", 2},
    {"UYW", 4}, {"UZS", 2}, {"VED", 2}, {"VES", 2}, {"VND", 0}, {"VUV", 0}, {"WST", 2}, {"XAF", 0}, {"XCD", 2},
    {"XCG", 2}, {"XOF", 0}, {"XPF", 0}, {"YER", 2}, {"ZAR", 2}, {"ZMW", 2}, {"ZWG", 2}, {"ZWL", 2},
  /* clang-format on */
};

static int compare_code(const void *key, const void *row)
{
    return strcmp(key, ((const struct currency *)row)->code);
}

static const struct currency *find_currency(const char *code)
{
    return bsearch(code, currencies, TAKI_LEN(currencies), sizeof *currencies, compare_code);
}

bool taki_currency_parse(taki_str text, taki_currency *currency)
{
    taki_currency parsed = {""};
    if (text.size != sizeof parsed.code - 1)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        parsed.code[i] = c;
    }
    if (find_currency(parsed.code) == NULL)
        return false;
    *currency = parsed;
    return true;
}

int taki_currency_digits(taki_currency currency)
{
    const struct currency *row = find_currency(currency.code);
    if (row == NULL)
        taki_bug("a currency that was never parsed");
    return row->digits;
}

#define DIGITS_LIMIT 38 /* what 128 bits hold */

/* Significant digits of an exact decimal number: value = digits x 10^exponent, sign apart. */
struct decimal {
    bool negative;
    int count, exponent;
    bool more; /* something but zeros was cut off behind the last digit kept */
    char digits[DIGITS_LIMIT];
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void add_digit(struct decimal *decimal, char c, bool after_point)
{
    if (decimal->count == 0 && c == '0') {
        decimal->exponent -= after_point ? 1 : 0; /* leading zeros carry nothing but their place */
    } else if (decimal->count < DIGITS_LIMIT) {
        decimal->digits[decimal->count++] = c;
        decimal->exponent -= after_point ? 1 : 0;
    } else {
        decimal->more = decimal->more || c != '0';
        decimal->exponent += after_point ? 0 : 1;
    }
}

/* 1234567 or 1,234,567: commas, if any, stand before each group of three. Returns what was read; 0 = malformed. */
static size_t take_whole(taki_str s, size_t at, struct decimal *decimal)
{
    size_t start = at, first_comma = 0, group = 0;
    for (; at < s.size && (is_digit(s.data[at]) || s.data[at] == ','); at++) {
        if (s.data[at] != ',') {
            add_digit(decimal, s.data[at], false);
            group++;
            continue;
        }
        bool fits = first_comma == 0 ? group >= 1 && group <= 3 : group == 3;
        if (!fits)
            return 0;
        first_comma = at;
        group = 0;
    }
    return first_comma != 0 && group != 3 ? 0 : at - start;
}

static bool take_exponent(taki_str s, struct decimal *decimal)
{
    int64_t exponent;
    if (s.size == 0)
        return true;
    if ((s.data[0] != 'e' && s.data[0] != 'E') || !taki_str_i64((taki_str){s.data + 1, s.size - 1}, &exponent))
        return false;
    if (exponent > 1000 || exponent < -1000)
        return false;
    decimal->exponent += (int)exponent;
    return true;
}

static bool parse_decimal(taki_str s, struct decimal *decimal)
{
    *decimal = (struct decimal){.negative = taki_str_starts(s, TAKI_STR("-"))};
    size_t at = decimal->negative || taki_str_starts(s, TAKI_STR("+")) ? 1 : 0;
    size_t digits = take_whole(s, at, decimal);
    at += digits;
    if (at < s.size && s.data[at] == '.') {
        for (at++; at < s.size && is_digit(s.data[at]); at++, digits++)
            add_digit(decimal, s.data[at], true);
    }
    return digits > 0 && s.size <= 1000 && take_exponent((taki_str){s.data + at, s.size - at}, decimal);
}

/* ISO C has no 128-bit integers, both compilers do. */
__extension__ typedef unsigned __int128 wide;

static bool signed_minor(wide magnitude, bool negative, int64_t *minor)
{
    if (magnitude > INT64_MAX)
        return false;
    *minor = negative ? -(int64_t)magnitude : (int64_t)magnitude;
    return true;
}

/* magnitude x 10^exponent, rounded half to even once; `rest` = the exact magnitude is a little larger. */
static bool scale(wide magnitude, int exponent, bool rest, wide *result)
{
    for (; exponent > 0 && magnitude > 0; exponent--) {
        if (__builtin_mul_overflow(magnitude, (wide)10, &magnitude))
            return false;
    }
    unsigned cut = 0;
    for (; exponent < 0; exponent++) {
        rest = rest || cut != 0;
        cut = (unsigned)(magnitude % 10);
        magnitude /= 10;
    }
    bool up = cut > 5 || (cut == 5 && (rest || magnitude % 2 == 1));
    *result = magnitude + (up ? 1 : 0);
    return true;
}

static wide wide_of_digits(const char *digits, int count)
{
    wide value = 0;
    for (int i = 0; i < count; i++)
        value = value * 10 + (unsigned)(digits[i] - '0');
    return value;
}

bool taki_money_parse(taki_str text, taki_currency currency, int64_t *minor)
{
    struct decimal decimal;
    wide magnitude;
    if (!parse_decimal(text, &decimal))
        return false;
    return scale(wide_of_digits(decimal.digits, decimal.count), decimal.exponent + taki_currency_digits(currency),
                 decimal.more, &magnitude) &&
           signed_minor(magnitude, decimal.negative, minor);
}

size_t taki_money_print(int64_t minor, int digits, char out[32])
{
    size_t size = 0, from = 32;
    char text[32];
    uint64_t rest = minor < 0 ? 0 - (uint64_t)minor : (uint64_t)minor;
    out[0] = '\0';
    if (minor == TAKI_MINOR_NULL)
        return 0;
    for (int written = 0; written <= digits || rest > 0; written++) {
        if (written == digits && digits > 0)
            text[--from] = '.';
        text[--from] = (char)('0' + (char)(rest % 10));
        rest /= 10;
    }
    if (minor < 0)
        out[size++] = '-';
    memcpy(out + size, text + from, sizeof text - from);
    size += sizeof text - from;
    out[size] = '\0';
    return size;
}

/* What 64 bits times fits into `wide`. */
#define LIMB_DIGITS 19

/* |minor| x rate x 10^shift. A long rate is taken in two limbs, whose lower one only matters for rounding. */
static bool times_rate(uint64_t minor, const struct decimal *rate, int shift, wide *result)
{
    int high_count = rate->count > LIMB_DIGITS ? rate->count - LIMB_DIGITS : 0;
    wide low = minor * wide_of_digits(rate->digits + high_count, rate->count - high_count);
    int exponent = rate->exponent + shift;
    if (high_count == 0)
        return scale(low, exponent, false, result);
    wide base = wide_of_digits("10000000000000000000", LIMB_DIGITS + 1);
    wide high = minor * wide_of_digits(rate->digits, high_count) + low / base;
    if (exponent + LIMB_DIGITS >= 0)
        return false; /* a rate of ten to the 19th and more */
    return scale(high, exponent + LIMB_DIGITS, low % base != 0 || rate->more, result);
}

bool taki_money_convert(int64_t minor, taki_currency from, taki_str rate, taki_currency to, int64_t *result)
{
    struct decimal decimal;
    wide magnitude;
    if (minor == TAKI_MINOR_NULL || !parse_decimal(rate, &decimal) || decimal.negative || decimal.count == 0)
        return false;
    bool negative = minor < 0;
    uint64_t absolute = negative ? 0 - (uint64_t)minor : (uint64_t)minor;
    return times_rate(absolute, &decimal, taki_currency_digits(to) - taki_currency_digits(from), &magnitude) &&
           signed_minor(magnitude, negative, result);
}
