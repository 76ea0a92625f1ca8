/* SPDX-License-Identifier: MIT */
/*
 * What must hold at every instant of a run, whatever ended it. It is found out from the files and
 * the areas of the fake, not through the library.
 */
#ifndef TESTS_INSTANT_H
#define TESTS_INSTANT_H

#include "faults.h"

/*
 * Adds to the trial's complaints what does not hold. Each file is as it was before or as it is in
 * the end (trial->wanted); the area's own is sound, or what was there before; an entry for it leads
 * to a sound area; links lead somewhere; and no less is active than before or in the end.
 */
void check_instant(const struct trial *trial);
/* The same without the amount that is active, where the error says that it is less. */
void check_instant_files(const struct trial *trial);

/* Whether a file has a header that the kernel would take, on blocks of its own. */
bool is_sound_area(const char *path);
/* How much a sweep has looked at, over all its tests, which are processes. */
struct tally {
	unsigned int scenarios;
	unsigned int points;
	unsigned int states;  /* that differ */
	unsigned int runs;    /* from such a state */
	unsigned int windows; /* points that no call of the kernel could close */
};

/* For an unchecked fixture: around the tests of a case. The end prints the figures. */
void tally_begin(void);
struct tally *tally(void);
void tally_end(const char *name);
/* All points, instead of some: SWAPCFG_SWEEP=all. */
bool sweep_all(void);
/*
 * Whether a point is left out: with sanitizers, which make it all several times slower, three of
 * four are, others with another SWAPCFG_SWEEP_SEED.
 */
bool sweep_skips(unsigned int point);

#endif
