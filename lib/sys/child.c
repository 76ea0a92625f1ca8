/* SPDX-License-Identifier: MIT */
/*
 * swapoff(2) in a process of its own, since the kernel marks the caller as the first victim of the
 * out-of-memory killer (mm/swapfile.c: set_current_oom_origin). Safe in a threaded program: between
 * clone and _exit the child makes system calls and nothing else.
 */
#include "sys/child.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A clone without an exit signal: the host's SIGCHLD handler and waitpid(-1) never see the child.
 */
static int clone_quietly(void)
{
	/* All arguments are 0, so that their order, which differs between machines, is all one. */
	return (int)syscall(SYS_clone, 0, 0, 0, 0, 0);
}

static void close_between(unsigned int first, unsigned int last)
{
#ifdef SYS_close_range
	if (first <= last)
		syscall(SYS_close_range, first, last, 0u);
#else
	(void)first;
	(void)last;
#endif
}

/* The host's descriptors (sockets, files) must not live on in a child that takes minutes. */
static void close_others(int area_fd, int lock_fd)
{
	unsigned int low = (unsigned int)(area_fd < lock_fd ? area_fd : lock_fd);
	unsigned int high = (unsigned int)(area_fd < lock_fd ? lock_fd : area_fd);

	if (low > 0)
		close_between(0, low - 1);
	close_between(low + 1, high - 1);
	close_between(high + 1, ~0u);
}

static _Noreturn void run_child(const char *path, int area_fd, int lock_fd, pid_t parent)
{
	/*
	 * If the caller dies, an area that is still on is better than one drained on nobody's
	 * order. The kernel may need a while to notice; until then the lock is held here, so that
	 * nobody plans with an area that is about to go.
	 */
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (syscall(SYS_getppid) != parent)
		_exit(ESRCH); /* not EINTR: that would be tried again */
	close_others(area_fd, lock_fd);
	_exit(syscall(SYS_swapoff, path) == 0 ? 0 : errno);
}

int scfg_child_swapoff(const char *path, int area_fd, int lock_fd)
{
	pid_t parent = getpid();
	sigset_t all;
	sigset_t before;
	int pid;
	int err;

	/* Any unblocked signal would end swapoff with EINTR; SIGKILL still gets through. */
	sigfillset(&all);
	if (sigprocmask(SIG_SETMASK, &all, &before) < 0)
		return -errno;
	pid = clone_quietly();
	if (pid == 0)
		run_child(path, area_fd, lock_fd, parent);
	err = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid < 0 ? -err : pid;
}

static enum scfg_child child_wait(int pid, int *result, int flags)
{
	int status = 0;
	pid_t got;

	do {
		got = waitpid(pid, &status, flags | __WALL);
	} while (got < 0 && errno == EINTR);
	if (got == 0)
		return SCFG_CHILD_RUNS;
	if (got < 0)
		return SCFG_CHILD_LOST;
	if (!WIFEXITED(status))
		return SCFG_CHILD_KILLED;
	*result = -WEXITSTATUS(status);
	return SCFG_CHILD_ENDED;
}

enum scfg_child scfg_child_poll(int pid, int *result)
{
	return child_wait(pid, result, WNOHANG);
}

enum scfg_child scfg_child_end(int pid, int *result)
{
	kill(pid, SIGKILL);
	return child_wait(pid, result, 0);
}
