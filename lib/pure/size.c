/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <libswapcfg/size.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int ascii_upper(int c)
{
	return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

static const char *skip_digits(const char *p)
{
	while (is_digit(*p))
		p++;
	return p;
}

/* The power of two that a unit stands for, 0 for none at all, -1 for no unit. */
static int unit_shift(const char *unit)
{
	static const char letters[] = "KMGTPE";
	const char *letter;

	if (!*unit)
		return 0;
	letter = strchr(letters, ascii_upper(unit[0]));
	if (!letter)
		return -1;
	if (unit[1] &&
	    (ascii_upper(unit[1]) != 'I' || ascii_upper(unit[2]) != 'B' || unit[3] != '\0'))
		return -1;
	return 10 * (int)(letter - letters + 1);
}

static bool parse_whole(const char *p, const char *end, uint64_t *ret)
{
	uint64_t value = 0;

	for (; p < end; p++) {
		uint64_t digit = (uint64_t)(*p - '0');

		if (value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*ret = value;
	return true;
}

/*
 * The digits behind the point times the unit, rounded down. Taken from the last digit to the first,
 * rounding down at every step gives the same as rounding once, so any number of digits is exact.
 * Ten times the largest unit, 2^60, still fits.
 */
static uint64_t fraction(const char *first, const char *end, uint64_t unit)
{
	uint64_t value = 0;

	while (end > first)
		value = ((uint64_t)(*--end - '0') * unit + value) / 10;
	return value;
}

int swapcfg_size_parse(const char *text, uint64_t *ret)
{
	const char *whole_end, *first, *end;
	uint64_t whole, part, unit;
	int shift;

	if (!text)
		return -EINVAL;
	whole_end = skip_digits(text);
	first = *whole_end == '.' ? whole_end + 1 : whole_end;
	end = skip_digits(first);
	if (whole_end == text || (first != whole_end && end == first))
		return -EINVAL;
	shift = unit_shift(end);
	if (shift < 0 || (shift == 0 && first != whole_end))
		return -EINVAL;
	unit = UINT64_C(1) << shift;
	part = fraction(first, end, unit);
	if (!parse_whole(text, whole_end, &whole) || whole > (UINT64_MAX - part) / unit)
		return -ERANGE;
	*ret = whole * unit + part;
	return 0;
}
