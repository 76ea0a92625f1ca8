/* SPDX-License-Identifier: MIT */
/* What goes with a reason beside its name. */
#ifndef SCFG_NAMES_H
#define SCFG_NAMES_H

#include <libswapcfg/reason.h>

/* The negative errno that a refusal for this reason returns; -EIO for SYSTEM, whose errno varies.
 */
int scfg_reason_errno(enum swapcfg_reason reason);

/* The reason that a failed system call's negative errno stands for. */
enum swapcfg_reason scfg_reason_of_errno(int err);

/* A constant English text for a negative errno, such as "no space left"; never NULL. */
const char *scfg_errno_text(int err);

#endif
