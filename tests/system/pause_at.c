/* SPDX-License-Identifier: MIT */
/*
 * pause_at NUMBER HOOK PROGRAM ARGUMENT...: runs a program, holds it where it is about to make its
 * system call of that number (the first is 1; 0: only count), runs the shell line HOOK, and lets it
 * go on. How many calls it made until then, or in all, is written to descriptor 3. The exit status
 * is the program's; 128 and more for a signal.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static int ended(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void run_hook(const char *hook)
{
	int status = system(hook);

	if (status != 0)
		dprintf(3, "hook failed: %d\n", status);
}

/* Lets the program go on to the next system call; false where it has ended. */
static int next_stop(pid_t pid, int signal, int *status)
{
	if (ptrace(PTRACE_SYSCALL, pid, 0, signal) < 0 || waitpid(pid, status, __WALL) != pid)
		return 0;
	return WIFSTOPPED(*status);
}

static int watch(pid_t pid, long number, const char *hook)
{
	long calls = 0;
	int entering = 0;
	int signal = 0;
	int status;

	while (next_stop(pid, signal, &status)) {
		signal = 0;
		if (WSTOPSIG(status) != (SIGTRAP | 0x80)) {
			signal = WSTOPSIG(status);
			continue;
		}
		entering = !entering;
		if (!entering || ++calls != number)
			continue;
		run_hook(hook);
		dprintf(3, "%ld\n", calls);
		ptrace(PTRACE_DETACH, pid, 0, 0);
		if (waitpid(pid, &status, __WALL) != pid)
			return 2;
		return ended(status);
	}
	dprintf(3, "%ld\n", calls);
	return ended(status);
}

int main(int argc, char *argv[])
{
	pid_t pid;
	int status;

	if (argc < 4)
		return 2;
	pid = fork();
	if (pid == 0) {
		close(3);
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		execv(argv[3], argv + 3);
		_exit(2);
	}
	/* The first stop is the end of execve. */
	if (pid < 0 || waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
		return 2;
	ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	return watch(pid, strtol(argv[1], NULL, 10), argv[2]);
}
