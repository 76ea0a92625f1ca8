/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "boot/uci_read.h"

/* How a word is read: what it is in, and what ends it. */
#define BLANKS " \t\r\v\f"
#define ENDS   BLANKS "\n#;"

static bool is_in(char c, const char *set)
{
	return c != '\0' && strchr(set, c);
}

bool scfg_uci_byte(struct scfg_span *word, char *quote, char *ret)
{
	while (word->len > 0) {
		char c = word->at[0];

		if (*quote ? c == *quote : c == '\'' || c == '"') {
			*quote = (char)(*quote ? '\0' : c);
		} else if (c == '\\' && *quote != '\'') {
			*word = scfg_span_skip(*word, 1);
			if (scfg_span_starts(*word, "\r\n"))
				*word = scfg_span_skip(*word, 1);
			if (word->len > 0 && word->at[0] != '\n')
				break;
		} else if (!*quote && is_in(c, ENDS)) {
			return false;
		} else {
			break;
		}
		*word = scfg_span_skip(*word, 1);
	}
	if (word->len == 0)
		return false;
	*ret = word->at[0];
	*word = scfg_span_skip(*word, 1);
	return true;
}

bool scfg_uci_is(struct scfg_span word, const char *text)
{
	char quote = '\0';
	char c;

	while (scfg_uci_byte(&word, &quote, &c)) {
		if (*text == '\0' || c != *text++)
			return false;
	}
	return *text == '\0';
}

void scfg_uci_add(struct scfg_span word, struct scfg_buf *buf)
{
	char quote = '\0';
	char c;

	scfg_buf_adds(buf, "");
	while (scfg_uci_byte(&word, &quote, &c))
		scfg_buf_add(buf, &c, 1);
}

static struct scfg_span rest_of(const struct scfg_uci *uci)
{
	return scfg_span_skip(uci->text, uci->at);
}

static void skip_blanks(struct scfg_uci *uci)
{
	while (uci->at < uci->text.len && is_in(uci->text.at[uci->at], BLANKS))
		uci->at++;
}

/* Goes behind the end of the line. */
static void skip_line(struct scfg_uci *uci)
{
	struct scfg_span rest = rest_of(uci);

	scfg_span_part(&rest, '\n');
	uci->at = uci->text.len - rest.len;
	uci->line++;
}

static struct scfg_span take_word(struct scfg_uci *uci)
{
	struct scfg_span word, behind;
	char quote = '\0';
	char c;

	skip_blanks(uci);
	word = behind = rest_of(uci);
	while (scfg_uci_byte(&behind, &quote, &c))
		;
	uci->bad |= quote != '\0';
	word.len -= behind.len;
	uci->at += word.len;
	for (size_t i = 0; i < word.len; i++)
		uci->line += word.at[i] == '\n';
	return word;
}

/* The name of a section or an option; anonymous may be empty. */
static bool is_name(struct scfg_span word)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
	char quote = '\0';
	char c;

	while (scfg_uci_byte(&word, &quote, &c)) {
		if (!is_in(c, plain))
			return false;
	}
	return true;
}

static bool is_empty(struct scfg_span word)
{
	return scfg_uci_is(word, "");
}

/* Whether a text goes on right behind a word without quotes. */
static bool is_bare_before(struct scfg_span word, const char *rest)
{
	for (size_t i = 0; i < word.len; i++) {
		if (is_in(word.at[i], "'\"\\"))
			return false;
	}
	return word.at + word.len == rest;
}

static bool find_verb(struct scfg_span word, enum scfg_uci_verb *ret)
{
	static const char *const verbs[] = {"package", "config", "option", "list"};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		*ret = (enum scfg_uci_verb)i;
		if (scfg_span_is(word, verbs[i]) || (word.len == 1 && word.at[0] == verbs[i][0]))
			return true;
	}
	return false;
}

/* The command as such: whether uci would take it. */
static bool read_command(struct scfg_uci *uci, struct scfg_uci_command *ret)
{
	struct scfg_span word = rest_of(uci);
	size_t len = 0;

	while (len < word.len && !is_in(word.at[len], " \t\n"))
		len++;
	/* Nothing but a space or a tab ends this word. */
	if (len == word.len || word.at[len] == '\n')
		return false;
	word.len = len;
	uci->at += len;
	if (!find_verb(word, &ret->verb))
		return false;
	ret->first = take_word(uci);
	ret->second = take_word(uci);
	skip_blanks(uci);
	word = rest_of(uci);
	/* Right behind a word without quotes, uci drops what a semicolon begins. */
	ret->more = word.len > 0 && word.at[0] == ';';
	if (uci->bad || is_empty(ret->first) || (word.len > 0 && !is_in(word.at[0], "\n#;")) ||
	    (ret->more && !is_bare_before(ret->second.len > 0 ? ret->second : ret->first, word.at)))
		return false;
	return is_name(ret->verb == SCFG_UCI_CONFIG ? ret->second : ret->first) ||
	       ret->verb == SCFG_UCI_PACKAGE;
}

bool scfg_uci_next(struct scfg_uci *uci, struct scfg_uci_command *ret)
{
	while (!uci->bad && uci->at < uci->text.len) {
		*ret = (struct scfg_uci_command){.start = uci->at, .line = uci->line + 1};
		skip_blanks(uci);
		if (uci->at < uci->text.len && !is_in(uci->text.at[uci->at], "\n#")) {
			uci->bad = !read_command(uci, ret);
			skip_line(uci);
			ret->end = uci->at;
			return !uci->bad;
		}
		skip_line(uci);
	}
	return false;
}

bool scfg_uci_is_readable(struct scfg_span text)
{
	struct scfg_uci uci = {.text = text};
	struct scfg_uci_command command;
	bool section = false;

	if (text.len > 0 && memchr(text.at, '\0', text.len))
		return false;
	while (scfg_uci_next(&uci, &command)) {
		section |= command.verb == SCFG_UCI_CONFIG;
		if (!section && command.verb != SCFG_UCI_PACKAGE)
			return false;
	}
	return !uci.bad;
}

/* What strtol(3) takes for zero. */
static bool is_zero(struct scfg_span word)
{
	static const char *const zeros[] = {"0", "00", "0x0", "-0", "+0"};

	for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++) {
		if (scfg_uci_is(word, zeros[i]))
			return true;
	}
	return false;
}

static bool has_prefix(struct scfg_span word)
{
	const char *prefix = SCFG_UCI_PREFIX;
	char quote = '\0';
	char c;

	while (*prefix && scfg_uci_byte(&word, &quote, &c)) {
		if (c != *prefix++)
			return false;
	}
	return *prefix == '\0';
}

/* Where an option of a section is kept; NULL for one that we never write. */
static struct scfg_span *find_option(struct scfg_span name, struct scfg_uci_section *section)
{
	const struct {
		const char *name;
		struct scfg_span *value;
	} options[] = {
		{"device", &section->device}, {"priority", &section->priority},
		{"uuid", &section->uuid},     {"enabled", &section->enabled},
		{"label", &section->label},
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (scfg_uci_is(name, options[i].name))
			return options[i].value;
	}
	return NULL;
}

/* To block a list is no value; uci passes over one that is empty. */
static void take_option(const struct scfg_uci_command *command, struct scfg_uci_section *ret)
{
	struct scfg_span *value = find_option(command->first, ret);
	bool list = command->verb != SCFG_UCI_OPTION;

	ret->others |= !value || list;
	if (value && (list || !is_empty(command->second)))
		*value = list ? (struct scfg_span){0} : command->second;
}

struct scfg_uci_reader scfg_uci_begin(struct scfg_span text)
{
	struct scfg_uci_reader reader = {.uci = {.text = text}};

	do
		reader.has_next = scfg_uci_next(&reader.uci, &reader.next);
	while (reader.has_next && reader.next.verb != SCFG_UCI_CONFIG);
	return reader;
}

bool scfg_uci_next_section(struct scfg_uci_reader *reader, struct scfg_uci_section *ret)
{
	const struct scfg_uci_command *command = &reader->next;
	bool more;

	if (!reader->has_next)
		return false;
	more = command->more;
	*ret = (struct scfg_uci_section){
		.start = command->start,
		.line = command->line,
		.swap = scfg_uci_is(command->first, "swap"),
		.mount = scfg_uci_is(command->first, "mount"),
		.name = command->second,
	};
	while ((reader->has_next = scfg_uci_next(&reader->uci, &reader->next)) &&
	       command->verb != SCFG_UCI_CONFIG) {
		more |= command->more;
		take_option(command, ret);
	}
	/* What shares a line with others is not for us to cut. */
	ret->ours = ret->swap && has_prefix(ret->name) && !more;
	ret->disabled = is_zero(ret->enabled);
	return true;
}
