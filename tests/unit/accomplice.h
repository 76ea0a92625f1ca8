/* SPDX-License-Identifier: MIT */
/*
 * Somebody who exchanges things between two calls of the library: what it looked at is then not
 * what it works on. Only root could do most of this; it is the worst that there can be.
 */
#ifndef TESTS_ACCOMPLICE_H
#define TESTS_ACCOMPLICE_H

#include "faults.h"

enum act {
	/* The area's name, and the temporary one beside it, become: */
	TARGET_LINK,	 /* a symbolic link to a victim */
	TARGET_HARDLINK, /* the victim itself */
	TARGET_FILE,	 /* another file, with data */
	TARGET_AREA,	 /* another file, with a sound header */
	TARGET_DIRECTORY,
	TEMP_LINK,
	TEMP_HARDLINK,
	TEMP_FILE,
	TEMP_DIRECTORY,
	/* The area's directory becomes a link to another one, with a file of that name. */
	PARENT_LINK,
	/* The boot file becomes: */
	BOOT_TEXT, /* the same text with one line more */
	BOOT_LINK, /* a symbolic link to such a text */
	BOOT_DIRECTORY,
	/* Swap: */
	TARGET_OFF,
	TARGET_ON,
	BRIDGE_OFF,
	OTHER_ON,
	ACTS
};

const char *act_name(enum act act);
/* What has to be there before the trial runs. */
void accomplice_prepare(const struct trial *trial);
/* Whether the act is one on this scenario at all. */
bool accomplice_can(const struct trial *trial, enum act act);
/* Does it; false where the kernel does not let him, as the file is in use. */
bool accomplice_act(const struct trial *trial, enum act act);
/* Adds to the trial's complaints what was done to what he put there, or to the victim. */
void accomplice_check(const struct trial *trial, enum act act);

#endif
