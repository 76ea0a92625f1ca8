/* SPDX-License-Identifier: MIT */
/*
 * intruder USER HOW DIR NAME OTHER: until it is killed, puts something else under a name in a
 * directory, as fast as it can. USER is the number of the user that it becomes.
 *
 *   links     a symbolic link to OTHER, a hard link to it, a file, a directory, and nothing, in
 * turn exchange  NAME and OTHER, which is in DIR as well, change places over and over
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXCHANGE 2u

static void plant(int dir, const char *name, const char *victim)
{
	int fd;

	symlinkat(victim, dir, name);
	unlinkat(dir, name, 0);
	linkat(AT_FDCWD, victim, dir, name, 0);
	unlinkat(dir, name, 0);
	fd = openat(dir, name, O_CREAT | O_EXCL | O_WRONLY, 0600);
	if (fd >= 0)
		close(fd);
	unlinkat(dir, name, 0);
	mkdirat(dir, name, 0755);
	unlinkat(dir, name, AT_REMOVEDIR);
}

static void exchange(int dir, const char *one, const char *other)
{
	syscall(SYS_renameat2, dir, one, dir, other, EXCHANGE);
}

int main(int argc, char *argv[])
{
	uid_t user;
	int links;
	int dir;

	if (argc < 6)
		return 2;
	user = (uid_t)strtoul(argv[1], NULL, 10);
	if (user != 0 && (setgid(user) < 0 || setuid(user) < 0))
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	dir = open(argv[3], O_RDONLY | O_DIRECTORY);
	if (dir < 0)
		return 2;
	links = strcmp(argv[2], "links") == 0;
	puts("ready");
	fflush(stdout);
	for (;;) {
		if (links)
			plant(dir, argv[4], argv[5]);
		else
			exchange(dir, argv[4], argv[5]);
	}
}
