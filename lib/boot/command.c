/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "boot/command.h"

#define SWAPON	    "swapon"
#define HELPER	    "swapcfg"
#define HELPER_VERB "boot"

bool scfg_is_plain(const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				    "/._+@%,=-";

	return path[0] == '/' && path[strspn(path, plain)] == '\0';
}

struct scfg_span scfg_command_program(struct scfg_span *process)
{
	struct scfg_span word = scfg_span_word(process);

	/* '+' and '@' of sysvinit and '-' of BusyBox say how to run it. */
	if (word.len > 0 && memchr("+@-", word.at[0], 3))
		word = scfg_span_skip(word, 1);
	for (size_t i = word.len; i > 0; i--) {
		if (word.at[i - 1] == '/')
			return scfg_span_skip(word, i);
	}
	return word;
}

static void set_discard(struct scfg_boot_line *line, struct scfg_span policy)
{
	if (scfg_span_starts(policy, "="))
		policy = scfg_span_skip(policy, 1);
	line->discard_once = !scfg_span_is(policy, "pages");
	line->discard_pages = !scfg_span_is(policy, "once");
}

static void read_long_option(struct scfg_span word, struct scfg_swapon *ret)
{
	struct scfg_span value = word;
	struct scfg_span name = scfg_span_part(&value, '=');
	bool attached = name.len < word.len;
	bool noauto;

	if (scfg_span_is(name, "--all")) {
		ret->all = true;
	} else if (scfg_span_is(name, "--discard")) {
		set_discard(&ret->options, value);
	} else if (scfg_span_is(name, "--show") || scfg_span_is(name, "--summary")) {
		ret->lists = true;
	} else if (scfg_span_is(name, "--priority")) {
		value = attached ? value : scfg_span_word(&ret->rest);
		ret->options.priority = scfg_span_priority(value);
	} else if (scfg_span_is(name, "--options")) {
		value = attached ? value : scfg_span_word(&ret->rest);
		scfg_boot_options(value, &ret->options, &noauto);
	} else if (!attached && (scfg_span_is(name, "--fstab") || scfg_span_is(name, "--wait"))) {
		scfg_span_word(&ret->rest);
	}
}

static void read_short_options(struct scfg_span word, struct scfg_swapon *ret)
{
	bool noauto;

	for (word = scfg_span_skip(word, 1); word.len > 0;) {
		char option = word.at[0];

		word = scfg_span_skip(word, 1);
		if (option == 'd') {
			set_discard(&ret->options, word);
			return;
		}
		if (memchr("poLUT", option,
			   5)) { /* the rest of the word, or the next, is its value */
			if (word.len == 0)
				word = scfg_span_word(&ret->rest);
			if (option == 'p')
				ret->options.priority = scfg_span_priority(word);
			else if (option == 'o')
				scfg_boot_options(word, &ret->options, &noauto);
			return;
		}
		ret->all |= option == 'a';
		ret->lists |= option == 's';
	}
}

struct scfg_span scfg_swapon_path(struct scfg_swapon *swapon)
{
	struct scfg_span word;

	while ((word = scfg_span_word(&swapon->rest)).len > 0) {
		if (!swapon->operands && scfg_span_is(word, "--"))
			swapon->operands = true;
		else if (!swapon->operands && scfg_span_starts(word, "--"))
			read_long_option(word, swapon);
		else if (!swapon->operands && word.len > 1 && word.at[0] == '-')
			read_short_options(word, swapon);
		else if (word.at[0] == '/')
			break;
	}
	return word;
}

/* Leaves the first command of a process; true where there is more for a shell. */
static bool cut_shell(struct scfg_span *process)
{
	for (size_t i = 0; i < process->len; i++) {
		if (memchr(";&|<>#", process->at[i], 6)) {
			bool shell = process->at[i] != '#'; /* a comment to both inits */

			process->len = i;
			return shell;
		}
	}
	return false;
}

bool scfg_swapon_read(struct scfg_span process, struct scfg_swapon *ret)
{
	struct scfg_span program, path, args;

	*ret = (struct scfg_swapon){.options.priority = -1};
	ret->shell = cut_shell(&process);
	program = scfg_command_program(&process);
	if (scfg_span_is(program, HELPER)) {
		if (!scfg_span_is(scfg_span_word(&process), HELPER_VERB))
			return false;
	} else if (!scfg_span_is(program, SWAPON)) {
		return false;
	}
	/* Options may follow a path, so all is read before the first path is given out. */
	args = ret->rest = process;
	while ((path = scfg_swapon_path(ret)).len > 0) {
		ret->path = path;
		ret->paths++;
	}
	ret->rest = args;
	ret->operands = false;
	return true;
}

bool scfg_command_can_run(const struct scfg_boot_want *want)
{
	const char *program = want->helper ? want->helper : want->swapon;
	struct scfg_span rest = {program, strlen(program)};

	return scfg_is_plain(program) &&
	       scfg_span_is(scfg_command_program(&rest), want->helper ? HELPER : SWAPON);
}

void scfg_command_add(const struct scfg_boot_want *want, struct scfg_buf *buf)
{
	if (want->helper)
		scfg_buf_addf(buf, "%s " HELPER_VERB, want->helper);
	else
		scfg_buf_adds(buf, want->swapon);
	if (want->priority >= 0)
		scfg_buf_addf(buf, " %s %d", want->helper ? "--priority" : "-p", want->priority);
	if (want->discard_once && want->discard_pages)
		scfg_buf_adds(buf, " --discard");
	else if (want->discard_once)
		scfg_buf_adds(buf, " --discard=once");
	else if (want->discard_pages)
		scfg_buf_adds(buf, " --discard=pages");
	scfg_buf_adds(buf, " ");
}
