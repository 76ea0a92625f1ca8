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
	struct scfg_span name = scfg_command_program(process);

	return is_one_of(name, shells) ? scfg_command_program(process) : name;
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
