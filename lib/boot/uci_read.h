/* SPDX-License-Identifier: MIT */
/*
 * Reading a configuration file of OpenWrt, as its uci does. Pure: no system calls.
 */
#ifndef SCFG_BOOT_UCI_READ_H
#define SCFG_BOOT_UCI_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boot/text_lines.h"

enum scfg_uci_verb { SCFG_UCI_PACKAGE, SCFG_UCI_CONFIG, SCFG_UCI_OPTION, SCFG_UCI_LIST };

/* One command, on a line or more: "config TYPE [NAME]", "option NAME [VALUE]". */
struct scfg_uci_command {
	enum scfg_uci_verb verb;
	struct scfg_span first;	 /* as it is quoted, here and below */
	struct scfg_span second; /* empty where there is none */
	uint32_t line;
	size_t start; /* of its first line */
	size_t end;   /* of its last, newline included */
	bool more;    /* there is more on the line, behind a semicolon */
};

/* Where a text is read. Start with the text and zeros. */
struct scfg_uci {
	struct scfg_span text;
	size_t at;
	uint32_t line;
	bool bad; /* uci would refuse all of the file */
};

/* Goes to the next command; false behind the last and before what cannot be read. */
bool scfg_uci_next(struct scfg_uci *uci, struct scfg_uci_command *ret);

/* Takes the next byte of a word, its quoting resolved; false at its end. Start with quote = 0. */
bool scfg_uci_byte(struct scfg_span *word, char *quote, char *ret);
bool scfg_uci_is(struct scfg_span word, const char *text);
/* Adds a word, its quoting resolved. */
void scfg_uci_add(struct scfg_span word, struct scfg_buf *buf);

/* What the names of our sections begin with. */
#define SCFG_UCI_PREFIX "swapcfg_"

/* What a section says to block. */
struct scfg_uci_section {
	size_t start; /* of the line that begins it */
	uint32_t line;
	bool swap;
	bool mount;
	bool ours;
	bool disabled;
	bool others; /* options that we never write */
	struct scfg_span name;
	struct scfg_span device, priority, uuid, label, enabled; /* as they are quoted */
};

/* Where sections are read: the command that begins the next one is read already. */
struct scfg_uci_reader {
	struct scfg_uci uci;
	struct scfg_uci_command next;
	bool has_next;
};

/* False for a text that uci refuses. */
bool scfg_uci_is_readable(struct scfg_span text);
struct scfg_uci_reader scfg_uci_begin(struct scfg_span text);
/* Goes to the next section; false behind the last. */
bool scfg_uci_next_section(struct scfg_uci_reader *reader, struct scfg_uci_section *ret);

#endif
