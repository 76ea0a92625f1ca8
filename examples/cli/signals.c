/* SPDX-License-Identifier: MIT */
/* Ctrl-C cancels the job, and the library undoes what was done. */
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

#include "signals.h"

/* A lost connection (SIGHUP) must not leave a half-made area behind either. */
static const int cancelling[] = {SIGINT, SIGTERM, SIGHUP};

#define COUNT (sizeof(cancelling) / sizeof(cancelling[0]))

/* A handler has no other way to learn of the job. */
static _Atomic(struct swapcfg_job *) current;
static struct sigaction former[COUNT];

static void cancel(int signal)
{
	struct swapcfg_job *job = current;

	(void)signal;
	if (job)
		swapcfg_job_cancel(job);
}

void signals_cancel(struct swapcfg_job *job)
{
	/* A write that is interrupted goes on: the library looks at the job between two of them. */
	struct sigaction action = {.sa_handler = cancel, .sa_flags = SA_RESTART};
	size_t i;

	current = job;
	sigemptyset(&action.sa_mask);
	for (i = 0; i < COUNT; i++) {
		sigaction(cancelling[i], NULL, &former[i]);
		/* Who started the program may have it ignore them: nohup, or a script's "&". */
		if (former[i].sa_handler != SIG_IGN)
			sigaction(cancelling[i], &action, NULL);
	}
}

void signals_restore(void)
{
	size_t i;

	for (i = 0; i < COUNT; i++)
		sigaction(cancelling[i], &former[i], NULL);
	current = NULL;
}
