/* SPDX-License-Identifier: MIT */
/* Ctrl-C cancels the job, and the library undoes what was done. */
#ifndef SWAPCFG_CLI_SIGNALS_H
#define SWAPCFG_CLI_SIGNALS_H

#include <libswapcfg/job.h>

/* From now on SIGINT, SIGTERM and SIGHUP cancel the job. */
void signals_cancel(struct swapcfg_job *job);

/* From now on they do what they did before. */
void signals_restore(void);

#endif
