/* SPDX-License-Identifier: MIT */
/* Sizes and UUIDs: texts as they are, and values that are printed. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libswapcfg/size.h>

#include "fuzz.h"
#include "pure/header.h"

const char *const fuzz_properties[] = {"size", "fraction",  "size_text", "size_reread",
				       "uuid", "uuid_text", "uuid_v4",	 NULL};

__extension__ typedef unsigned __int128 wide;

static int parse(const char *text, uint64_t *ret)
{
	char *copy = fuzz_copy(text, strlen(text) + 1);
	int r = swapcfg_size_parse(copy, ret);

	free(copy);
	return r;
}

/* A whole number of units, in each way to write them. */
static void check_size(struct fuzz_input *in)
{
	static const char *const forms[][3] = {
		{"", "", ""}, {"", "", "iB"}, {"", "", "ib"}, {"0", "", ""}, {"", ".0", "IB"}};
	static const char units[] = "KMGTPEkmgtpe";
	const char *const *form;
	uint64_t value = fuzz_number(in), found = 0;
	uint32_t unit = fuzz_below(in, sizeof(units) - 1);
	unsigned int shift = 10 * (unit % 6 + 1);
	char text[64];
	int r;

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	r = parse(text, &found);
	if (fuzz_is_wrong("size"))
		found++;
	fuzz_hold("size", r == 0 && found == value, "%s gives %d", text, r);
	form = forms[fuzz_below(in, COUNT(forms))];
	snprintf(text, sizeof(text), "%s%llu%s%c%s", form[0], (unsigned long long)value, form[1],
		 units[unit], form[2]);
	r = parse(text, &found);
	if (value > UINT64_MAX >> shift)
		fuzz_hold("size", r == -ERANGE, "%s gives %d", text, r);
	else
		fuzz_hold("size", r == 0 && found == value << shift, "%s gives %d", text, r);
}

static void check_fraction(struct fuzz_input *in)
{
	static const char units[] = "KMGTPE";
	uint64_t whole = fuzz_number(in) >> fuzz_below(in, 64), found = 0, scale = 1;
	uint32_t digits = fuzz_below(in, 18) + 1, unit = fuzz_below(in, 6);
	unsigned int shift = 10 * (unit + 1);
	uint64_t part = fuzz_u64(in);
	char text[64];
	wide wanted;
	int r;

	for (uint32_t i = 0; i < digits; i++)
		scale *= 10;
	part %= scale;
	wanted = ((wide)whole << shift) + (((wide)part << shift) / scale);
	snprintf(text, sizeof(text), "%llu.%0*llu%c", (unsigned long long)whole, (int)digits,
		 (unsigned long long)part, units[unit]);
	r = parse(text, &found);
	if (fuzz_is_wrong("fraction"))
		found++;
	fuzz_hold("fraction",
		  wanted > UINT64_MAX ? r == -ERANGE : r == 0 && found == (uint64_t)wanted,
		  "%s gives %d, %llu", text, r, (unsigned long long)found);
}

/* What the grammar allows, said in another way: digits, a part behind a point, a unit. */
static bool is_size(const char *text)
{
	size_t whole = strspn(text, "0123456789");
	const char *unit = text + whole;
	bool point = *unit == '.';
	size_t part;

	if (point) {
		part = strspn(unit + 1, "0123456789");
		if (part == 0)
			return false;
		unit += 1 + part;
	}
	if (*unit == '\0')
		return whole > 0 && !point;
	return whole > 0 && strchr("KMGTPEkmgtpe", *unit) &&
	       (unit[1] == '\0' || strcasecmp(unit + 1, "ib") == 0);
}

static void check_size_text(struct fuzz_input *in)
{
	char *text = fuzz_string(in, in->len);
	uint64_t value = UINT64_C(0xa5a5a5a5a5a5a5a5), again;
	char printed[32];
	int r = parse(text, &value);

	if (fuzz_is_wrong("size_text"))
		r = -EIO;
	fuzz_hold("size_text",
		  is_size(text) ? r == 0 || r == -ERANGE
				: r == -EINVAL && value == UINT64_C(0xa5a5a5a5a5a5a5a5),
		  "\"%s\" gives %d", text, r);
	if (r == 0) {
		snprintf(printed, sizeof(printed), "%llu", (unsigned long long)value);
		r = parse(printed, &again);
		if (fuzz_is_wrong("size_reread"))
			again++;
		fuzz_hold("size_reread", r == 0 && again == value, "%s gives %d", printed, r);
	}
	free(text);
}

static void check_uuid(struct fuzz_input *in)
{
	static const uint8_t none[16];
	uint8_t uuid[16], found[16];
	char text[SCFG_UUID_TEXT];
	int r;

	for (size_t i = 0; i < sizeof(uuid); i++)
		uuid[i] = fuzz_byte(in);
	scfg_uuid_format(uuid, text);
	if (memcmp(uuid, none, sizeof(none)) == 0) {
		fuzz_hold("uuid", text[0] == '\0', "no UUID is %s", text);
		return;
	}
	for (char *c = text; *c; c++)
		*c = (char)(fuzz_byte(in) & 1 ? toupper(*c) : *c);
	r = scfg_uuid_parse(text, found);
	if (fuzz_is_wrong("uuid"))
		found[7] ^= 1;
	fuzz_hold("uuid", r == 0 && memcmp(uuid, found, sizeof(uuid)) == 0, "%s gives %d", text, r);
	scfg_uuid_make_v4(found);
	if (fuzz_is_wrong("uuid_v4"))
		found[6] = 0;
	scfg_uuid_format(found, text);
	fuzz_hold("uuid_v4", text[14] == '4' && strchr("89ab", text[19]), "%s is no version 4",
		  text);
}

/* Taken if and only if it is written again as it was. */
static void check_uuid_text(struct fuzz_input *in)
{
	char *text = fuzz_string(in, in->len);
	char *copy = fuzz_copy(text, strlen(text) + 1);
	uint8_t uuid[16];
	char printed[SCFG_UUID_TEXT] = "";
	int r;

	memset(uuid, 0xa5, sizeof(uuid));
	r = scfg_uuid_parse(copy, uuid);
	free(copy);
	if (r == 0)
		scfg_uuid_format(uuid, printed);
	if (r == 0 && fuzz_is_wrong("uuid_text"))
		printed[0] = '\0';
	if (r == 0)
		fuzz_hold("uuid_text",
			  strcasecmp(text, printed) == 0 ||
				  (printed[0] == '\0' &&
				   strcmp(text, "00000000-0000-0000-0000-000000000000") == 0),
			  "\"%s\" is taken for \"%s\"", text, printed);
	else
		fuzz_hold("uuid_text", r == -EINVAL && uuid[0] == 0xa5 && uuid[15] == 0xa5,
			  "\"%s\" gives %d", text, r);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const checks[])(struct fuzz_input *) = {
		check_size, check_fraction, check_size_text, check_uuid, check_uuid_text};
	struct fuzz_input in = {data, size};

	checks[fuzz_below(&in, COUNT(checks))](&in);
	return 0;
}
