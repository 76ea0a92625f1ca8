/* SPDX-License-Identifier: MIT */
/*
 * The properties of every kind of boot text. The input: a byte for the path, one of flags, two for
 * the priority, then the text.
 */
#ifndef TESTS_FUZZ_BOOT_TEXT_H
#define TESTS_FUZZ_BOOT_TEXT_H

#include "boot/text_lines.h"
#include "fuzz.h"

/* A text that was persisted into. */
struct fuzz_boot_edit {
	const struct scfg_boot_want *want;
	struct scfg_span text;
	bool clean; /* it had no entry of ours */
	struct scfg_span once;
	uint32_t line; /* of our entry */
};

struct fuzz_boot_kind {
	const struct scfg_boot_text *text;
	/* A text that goes as a whole with its last entry; NULL: none does. */
	const char *template;
	bool no_discard;   /* an entry cannot say how to discard */
	bool one_entry;	   /* of several, the last one counts */
	bool has_places;   /* an entry can come before or after the init scripts */
	bool short_quotes; /* what can_quote() refuses, persist() may take */
	/* Adds the lines that no edit may touch, each with a newline. */
	void (*kept)(struct scfg_span text, struct scfg_buf *ret);
	/* Holds what is particular to the kind; NULL: nothing is. */
	void (*check)(const struct fuzz_boot_edit *edit);
};

/* The properties of all kinds. */
#define FUZZ_BOOT_PROPERTIES                                                                    \
	"refusal", "nul", "quote", "sane", "twice", "back", "insert", "ours", "does", "others", \
		"entries", "nothing", "gone", "stays"

int fuzz_boot(const struct fuzz_boot_kind *kind, const uint8_t *data, size_t size);

/* The input's first bytes. Returns want->path, which is the caller's. */
char *fuzz_take_want(struct fuzz_input *in, struct scfg_boot_want *want);
/* Each call gets its text in memory of exactly its size. */
int fuzz_persist(const struct scfg_boot_text *kind, struct scfg_span text,
		 const struct scfg_boot_want *want, struct scfg_buf *ret);
int fuzz_forget(const struct scfg_boot_text *kind, struct scfg_span text, const char *path,
		struct scfg_buf *ret);
size_t fuzz_count_lines(struct scfg_span text);
/*
 * Of two markers, one right behind the other, the first claims what an edit puts behind it. Of two
 * entries in a unit, the last one counts.
 */
bool fuzz_is_ambiguous(struct scfg_span text, bool one_entry);
/* Whether the one entry that runs the init scripts is of a form that nobody takes for another. */
bool fuzz_has_one_rc(struct scfg_span text);

/* The kept lines where an entry is a line: those behind no marker, but for what is_adopted(). */
void fuzz_kept_lines(struct scfg_span text, bool (*is_adopted)(struct scfg_span line),
		     struct scfg_buf *ret);
bool fuzz_is_marker(struct scfg_span line);
void fuzz_keep(struct scfg_span line, struct scfg_buf *ret);

#endif
