/* SPDX-License-Identifier: MIT */
/*
 * confine RULE... -- PROGRAM ARGUMENT...: runs a program under a seccomp filter.
 *
 *   NUMBER=ERRNO  the system call fails with that errno
 *   tmpfile=ERRNO openat(2) fails where it asks for O_TMPFILE
 *   exec          any execve(2) but ours of the program ends the process
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RULES_MAX 200
#define LOAD(field)          \
	(struct sock_filter) \
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UNLESS(value, skip) \
	(struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skip))
#define UNLESS_BIT(value, skip) \
	(struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (value), 0, (skip))
#define GIVE(value) (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, (value))

/* The bit of O_TMPFILE that O_DIRECTORY lacks. */
#define TMPFILE_BIT (O_TMPFILE & ~O_DIRECTORY)

static struct sock_filter code[6 * RULES_MAX + 16];
static unsigned short count;

static void add(struct sock_filter line)
{
	code[count++] = line;
}

static void fail(unsigned int number, unsigned int err)
{
	add(UNLESS(number, 1));
	add(GIVE(SECCOMP_RET_ERRNO | err));
}

static void fail_tmpfile(unsigned int err)
{
	add(UNLESS(SYS_openat, 4));
	add(LOAD(args[2]));
	add(UNLESS_BIT(TMPFILE_BIT, 1));
	add(GIVE(SECCOMP_RET_ERRNO | err));
	add(LOAD(nr));
}

/* Ours is known by where its path lies in memory. */
static void kill_on_exec(const char *program)
{
	uint64_t at = (uint64_t)(uintptr_t)program;

	add(UNLESS(SYS_execveat, 1));
	add(GIVE(SECCOMP_RET_KILL_PROCESS));
	add(UNLESS(SYS_execve, 5));
	add(LOAD(args[0]));
	add(UNLESS((uint32_t)at, 2));
	add(LOAD(nr));
	add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0));
	add(GIVE(SECCOMP_RET_KILL_PROCESS));
}

static void add_rule(const char *rule, const char *program)
{
	const char *equal = strchr(rule, '=');
	unsigned int err = equal ? (unsigned int)strtoul(equal + 1, NULL, 10) : 0;

	if (strcmp(rule, "exec") == 0)
		kill_on_exec(program);
	else if (err && strncmp(rule, "tmpfile=", strlen("tmpfile=")) == 0)
		fail_tmpfile(err);
	else if (err)
		fail((unsigned int)strtoul(rule, NULL, 10), err);
	else
		exit(2);
}

int main(int argc, char *argv[])
{
	struct sock_fprog filter = {.filter = code};
	int i = 1;

	while (i < argc && strcmp(argv[i], "--") != 0)
		i++;
	if (i + 1 >= argc || i > RULES_MAX)
		return 2;
	add(LOAD(nr));
	for (int rule = 1; rule < i; rule++)
		add_rule(argv[rule], argv[i + 1]);
	add(GIVE(SECCOMP_RET_ALLOW));
	filter.len = count;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) < 0) {
		perror("confine");
		return 2;
	}
	execv(argv[i + 1], argv + i + 1);
	perror(argv[i + 1]);
	return 2;
}
