/* SPDX-License-Identifier: MIT */
/* swapcfg: makes, uses, keeps, shows and removes swap areas. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <libswapcfg/version.h>

#include "commands.h"
#include "output.h"

/*
 * A program that was started without stdin, stdout or stderr would get the number of one of them
 * for the first file that it opens, and then print into that file. The root directory is always
 * there and takes no bytes, so that lost output is still noticed.
 */
static int fill_standard_descriptors(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/", O_RDONLY) != fd)
			return -1;
	}
	return 0;
}

int main(int argc, char *argv[])
{
	struct options options;
	enum exit_status status;

	if (fill_standard_descriptors() < 0)
		return STATUS_FAILED;
	/* Who reads may go away; that must not end the program between two steps. */
	signal(SIGPIPE, SIG_IGN);
	output_begin();
	status = options_parse(argc, argv, &options);
	if (status == STATUS_DONE) {
		if (options.help) {
			fputs(options_help(&options), stdout);
		} else if (options.version) {
			printf(PROGRAM " %s\n", swapcfg_version());
		} else {
			status = command_run(&options);
		}
	}
	return (int)output_end(status);
}
