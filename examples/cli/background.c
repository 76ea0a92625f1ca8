/* SPDX-License-Identifier: MIT */
/* Going on behind the back of a boot, and being heard nevertheless. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "background.h"
#include "cli.h"
#include "text.h"

/* The kernel's log refuses a longer line. */
#define LINE_MAX_BYTES 900

/* A script's log, its pipes, init's console: held open, they would keep others waiting. */
static void close_all_behind(int last)
{
	int fd;

#ifdef SYS_close_range
	if (syscall(SYS_close_range, (unsigned int)last + 1U, ~0U, 0U) == 0)
		return;
#endif
	/* Linux before 5.9. What starts programs at boot has no more open than this. */
	for (fd = last + 1; fd < 1024; fd++)
		close(fd);
}

static void leave(void)
{
	int fd;

	/* Neither a terminal that hangs up nor an init that ends a group of processes ends it. */
	setsid();
	/* What it began in could not be unmounted. */
	if (chdir("/") < 0)
		_exit(STATUS_FAILED);
	fd = open("/dev/null", O_RDWR);
	/* As in main(): something that takes no bytes, and is there in any case. */
	if (fd < 0)
		fd = open("/", O_RDONLY);
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	close_all_behind(STDERR_FILENO);
}

int background_begin(void)
{
	char byte;
	int ready[2];
	pid_t pid;
	int result;

	if (pipe2(ready, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		leave(); /* closes the pipe, too */
		return 1;
	}
	result = pid < 0 ? -errno : 0;
	close(ready[1]);
	/* Not before it has left: init may end the caller's group when the caller has ended. */
	while (pid > 0 && read(ready[0], &byte, 1) < 0 && errno == EINTR)
		;
	close(ready[0]);
	return result;
}

/* The line for one level of the kernel's log; begins with the level. */
static size_t make_line(char line[LINE_MAX_BYTES + TEXT_CHUNK], int level, const char *sentence)
{
	size_t length = (size_t)snprintf(line, LINE_MAX_BYTES, "<%d>" PROGRAM ": ", level);
	char chunk[TEXT_CHUNK];

	while (*sentence != '\0' && length < LINE_MAX_BYTES) {
		text_next(&sentence, chunk);
		memcpy(line + length, chunk, strlen(chunk));
		length += strlen(chunk);
	}
	line[length++] = '\n';
	return length;
}

static bool write_to(const char *path, const char *line, size_t length)
{
	/* Not blocking: a serial line may be stopped. Not as the terminal of the session. */
	int fd = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	bool written;

	if (fd < 0)
		return false;
	written = write(fd, line, length) == (ssize_t)length;
	close(fd);
	return written;
}

void background_log(bool failed, const char *sentence)
{
	char line[LINE_MAX_BYTES + TEXT_CHUNK];
	size_t length = make_line(line, failed ? 4 : 6, sentence);
	size_t level = strlen("<4>");

	if (!write_to("/dev/kmsg", line, length))
		write_to("/dev/console", line + level, length - level);
}
