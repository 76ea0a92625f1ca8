/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "boot/inittab_entry.h"

static enum scfg_phase phase_of(struct scfg_span action)
{
	static const struct {
		const char *name;
		enum scfg_phase phase;
	} actions[] = {
		{"sysinit", SCFG_PHASE_SYSINIT}, {"boot", SCFG_PHASE_BOOT},
		{"bootwait", SCFG_PHASE_BOOT},	 {"wait", SCFG_PHASE_LEVEL},
		{"once", SCFG_PHASE_LEVEL},
	};

	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (scfg_span_is(action, actions[i].name))
			return actions[i].phase;
	}
	return SCFG_PHASE_NEVER;
}

/* Halt and reboot are runlevels too: what runs only there does not run at boot. */
static bool has_boot_level(struct scfg_span levels)
{
	for (size_t i = 0; i < levels.len; i++) {
		if (memchr("12345sS", levels.at[i], 7))
			return true;
	}
	return levels.len == 0;
}

bool scfg_entry_read(struct scfg_span line, struct scfg_entry *ret)
{
	size_t colons = 0;
	size_t blanks = 0;

	while (blanks < line.len && (line.at[blanks] == ' ' || line.at[blanks] == '\t'))
		blanks++;
	line = scfg_span_skip(line, blanks);
	if (line.len == 0 || line.at[0] == '#')
		return false;
	for (size_t i = 0; i < line.len && colons < 3; i++)
		colons += line.at[i] == ':';
	if (colons < 3)
		return false;
	ret->id = scfg_span_part(&line, ':');
	ret->levels = scfg_span_part(&line, ':');
	ret->action = scfg_span_part(&line, ':');
	ret->process = line;
	ret->phase = phase_of(ret->action);
	if (ret->phase == SCFG_PHASE_LEVEL && !has_boot_level(ret->levels))
		ret->phase = SCFG_PHASE_NEVER;
	return true;
}

struct scfg_span scfg_entry_program(struct scfg_span *process)
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

static bool is_one_of(struct scfg_span name, const char *const *names)
{
	for (; *names; names++) {
		if (scfg_span_is(name, *names))
			return true;
	}
	return false;
}

/* The program, or the script where the program is a shell. */
static struct scfg_span script(struct scfg_span *process)
{
	static const char *const shells[] = {"sh", "ash", "bash", NULL};
	struct scfg_span name = scfg_entry_program(process);

	return is_one_of(name, shells) ? scfg_entry_program(process) : name;
}

bool scfg_entry_runs_rcs(const struct scfg_entry *entry)
{
	static const char *const whole[] = {"rcS", "rc.S", "rc.sysinit", NULL};
	static const char *const staged[] = {"rc", "openrc", NULL};
	static const char *const stages[] = {"S", "sysinit", "boot", NULL};
	struct scfg_span rest = entry->process;
	struct scfg_span name;

	if (entry->phase == SCFG_PHASE_NEVER)
		return false;
	name = script(&rest);
	return is_one_of(name, whole) ||
	       (is_one_of(name, staged) && is_one_of(scfg_span_word(&rest), stages));
}

bool scfg_entry_runs_level(const struct scfg_entry *entry)
{
	static const char *const names[] = {"rc", "rc.M", "openrc", NULL};
	struct scfg_span rest = entry->process;

	return entry->phase == SCFG_PHASE_LEVEL && scfg_span_is(entry->action, "wait") &&
	       is_one_of(script(&rest), names);
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
	} else if (!attached && scfg_span_is(name, "--fstab")) {
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
	struct scfg_span path, args;

	*ret = (struct scfg_swapon){.options.priority = -1};
	ret->shell = cut_shell(&process);
	if (!scfg_span_is(scfg_entry_program(&process), "swapon"))
		return false;
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

/* Whether the process is what today's NanoKVM server writes, trailing blanks aside. */
static bool is_adoptable(const struct scfg_entry *entry)
{
	struct scfg_span rest = entry->process;

	if (!scfg_span_is(entry->id, "si11") || entry->levels.len > 0 ||
	    !scfg_span_is(entry->action, "sysinit") || !scfg_span_starts(rest, "/sbin/swapon /"))
		return false;
	scfg_span_word(&rest);
	scfg_span_word(&rest);
	return scfg_span_word(&rest).len == 0;
}

enum scfg_owner scfg_entry_owner(const struct scfg_entry *entry, const struct scfg_swapon *swapon,
				 bool marked)
{
	if (swapon->paths != 1 || swapon->shell || swapon->all || swapon->lists)
		return SCFG_OWNER_FOREIGN;
	if (marked)
		return SCFG_OWNER_OURS;
	return is_adoptable(entry) ? SCFG_OWNER_ADOPTABLE : SCFG_OWNER_FOREIGN;
}
