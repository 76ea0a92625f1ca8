/* SPDX-License-Identifier: MIT */
/*
 * A program that has a life of its own besides the library: its own SIGCHLD handler, children,
 * signals and descriptors. It switches the area PATH off and on through the library ROUNDS times,
 * and says what it saw of it.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libswapcfg/swapcfg.h>

static volatile sig_atomic_t sigchld_count;

static void on_sigchld(int number)
{
	(void)number;
	sigchld_count++;
}

static int count_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int count = 0;

	while (directory && readdir(directory))
		count++;
	if (directory)
		closedir(directory);
	return count;
}

static int report(const char *what, int result, struct swapcfg_error *error)
{
	if (result < 0)
		fprintf(stderr, "%s: %d: %s\n", what, result,
			error ? swapcfg_error_message(error) : "no error was given");
	swapcfg_error_free(error);
	return result;
}

static int switch_off_and_on(struct swapcfg_ctx *ctx, const struct swapcfg_spec *spec)
{
	struct swapcfg_error *error = NULL;
	int result = report("deactivate", swapcfg_deactivate(ctx, spec, NULL, &error), error);

	if (result < 0)
		return result;
	error = NULL;
	return report("activate", swapcfg_activate(ctx, spec, NULL, &error), error);
}

static int run(const char *path, int rounds)
{
	struct swapcfg_ctx *ctx = NULL;
	struct swapcfg_spec *spec = NULL;
	int result = swapcfg_ctx_new(NULL, &ctx, NULL);

	if (result == 0)
		result = swapcfg_spec_new(path, &spec, NULL);
	while (result == 0 && rounds-- > 0)
		result = switch_off_and_on(ctx, spec);
	swapcfg_spec_free(spec);
	if (ctx)
		swapcfg_ctx_unref(ctx);
	return result;
}

/* A child of the host's own, which its handler has to see: else the count of 0 proves nothing. */
static int own_child(void)
{
	int before = sigchld_count;
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(7);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return sigchld_count == before + 1 && WEXITSTATUS(status) == 7;
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = on_sigchld};
	struct sigaction after;
	sigset_t before, now;
	int descriptors, result, seen;

	if (argc != 3)
		return 2;
	sigaction(SIGCHLD, &action, NULL);
	sigemptyset(&before);
	sigaddset(&before, SIGUSR1);
	sigprocmask(SIG_SETMASK, &before, NULL);
	descriptors = count_descriptors();
	result = run(argv[1], atoi(argv[2]));
	seen = sigchld_count;
	sigaction(SIGCHLD, NULL, &after);
	sigprocmask(SIG_SETMASK, NULL, &now);
	printf("{\"result\": %d, \"sigchld\": %d, \"handler_kept\": %d, \"mask_kept\": %d, "
	       "\"descriptors_more\": %d, \"children_left\": %d, \"own_child_seen\": %d}\n",
	       result, seen, after.sa_handler == on_sigchld,
	       sigismember(&now, SIGUSR1) && !sigismember(&now, SIGCHLD) &&
		       !sigismember(&now, SIGTERM),
	       count_descriptors() - descriptors,
	       waitpid(-1, NULL, WNOHANG | __WALL) != -1 || errno != ECHILD, own_child());
	return result < 0;
}
