/* SPDX-License-Identifier: MIT */
/* The calls that make files larger. */
#include "sys/grow.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* SIGXFSZ, while it is kept away from the host. */
struct hush {
	bool on;
	sigset_t signal;
	sigset_t before;
};

/* A file that would outgrow RLIMIT_FSIZE: the error is enough, and the signal would end the host.
 */
static void hush_begin(struct hush *hush)
{
	struct rlimit limit;
	sigset_t pending;

	hush->on = false;
	if (getrlimit(RLIMIT_FSIZE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
		return;
	/* One that waits already is the host's, and a second makes no difference. */
	if (sigpending(&pending) < 0 || sigismember(&pending, SIGXFSZ))
		return;
	sigemptyset(&hush->signal);
	sigaddset(&hush->signal, SIGXFSZ);
	hush->on = sigprocmask(SIG_BLOCK, &hush->signal, &hush->before) == 0;
}

/* What the call gave, or why it failed. */
static int64_t hush_end(const struct hush *hush, int64_t value)
{
	const struct timespec now = {0};
	int err = errno;

	if (hush->on && value < 0 && err == EFBIG)
		sigtimedwait(&hush->signal, NULL, &now);
	if (hush->on)
		sigprocmask(SIG_SETMASK, &hush->before, NULL);
	return value < 0 ? -err : value;
}

int64_t scfg_sys_pwrite(int fd, const void *data, size_t len, uint64_t offset)
{
	struct hush hush;
	ssize_t put;

	hush_begin(&hush);
	do {
		put = pwrite(fd, data, len, (off_t)offset);
	} while (put < 0 && errno == EINTR);
	return hush_end(&hush, put);
}

int scfg_sys_ftruncate(int fd, uint64_t size)
{
	struct hush hush;
	int r;

	hush_begin(&hush);
	do {
		r = ftruncate(fd, (off_t)size);
	} while (r < 0 && errno == EINTR);
	return (int)hush_end(&hush, r);
}

/* fallocate(2) itself, never posix_fallocate(3), whose emulation writes every block. */
int scfg_sys_fallocate(int fd, uint64_t offset, uint64_t len)
{
	struct hush hush;
	int r;

	hush_begin(&hush);
	do {
		r = fallocate(fd, 0, (off_t)offset, (off_t)len);
	} while (r < 0 && errno == EINTR);
	return (int)hush_end(&hush, r);
}
