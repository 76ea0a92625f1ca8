/* SPDX-License-Identifier: MIT */
/*
 * Runs a program below another root, lets one of its system calls fail or kills the process that
 * makes it, and looks at the system before each call. strace(1) can do the first half, but counts
 * calls for each process on its own, so that the second swapoff(2) cannot be told from the first.
 *
 *   inject LOG FAULT ROAD ROOT AREA OLD ENTRY PROGRAM ARGUMENT...
 *
 * FAULT is "none" or PROCESS:CALL:NTH:ERRNO, where PROCESS counts from 0 in the order of birth, an
 * ERRNO of 0 kills, and a + behind it lets all such calls fail from then on. ROAD is "plain", or
 * "fat" for a file system that has no files without a name and cannot exchange names. AREA is a
 * name in ROOT. OLD and ENTRY are files: the inittab without and with the entry. LOG gets a line
 * for each call, and what was seen.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE	    4096u
#define TASKS	    16
#define TEXT_MAX    8192
#define NAMES_COUNT (sizeof(names) / sizeof(names[0]))

#define CALL(name)                \
	{                         \
		SYS_##name, #name \
	}

/* clang-format off */
/* What a program of ours may call; others have numbers, and the tests complain of them. */
static const struct {
	long number;
	const char *name;
} names[] = {
	CALL(arch_prctl), CALL(brk), CALL(capget), CALL(clock_gettime), CALL(clock_nanosleep),
	CALL(clone), CALL(close), CALL(close_range), CALL(exit), CALL(exit_group), CALL(fallocate),
	CALL(fchmod), CALL(fchown), CALL(fcntl), CALL(fgetxattr), CALL(flistxattr), CALL(flock),
	CALL(fsetxattr), CALL(fstat), CALL(fstatfs), CALL(fsync), CALL(ftruncate), CALL(getdents64),
	CALL(geteuid), CALL(getpid), CALL(getppid), CALL(getrandom), CALL(ioctl), CALL(kill),
	CALL(linkat), CALL(mkdirat), CALL(mmap), CALL(mprotect), CALL(mremap), CALL(munmap),
	CALL(nanosleep), CALL(newfstatat), CALL(openat), CALL(prctl), CALL(pread64), CALL(prlimit64),
	CALL(pwrite64), CALL(read), CALL(readlinkat), CALL(renameat), CALL(renameat2),
	CALL(rt_sigaction), CALL(rt_sigpending), CALL(rt_sigprocmask), CALL(rt_sigreturn),
	CALL(rt_sigtimedwait), CALL(set_tid_address), CALL(swapoff), CALL(swapon),
	CALL(sync_file_range), CALL(uname), CALL(unlinkat), CALL(wait4), CALL(write), CALL(writev),
};
/* clang-format on */

struct task {
	pid_t pid;
	bool known; /* its first stop is over */
	bool inside;
	long lies; /* what a call that is not made returns */
	unsigned int count[512];
};

static struct {
	const char *call;
	unsigned int process, nth;
	int err;
	bool on;
	bool fired;
} fault;

static struct {
	uint64_t samples, least;
	unsigned int absent, unsound, torn, dangling;
} seen = {.least = UINT64_MAX};

static struct {
	char area[512], bridge[512], inittab[512];
	char old[TEXT_MAX], entry[TEXT_MAX];
	bool fat;
} scene;

static struct task tasks[TASKS];
static unsigned int task_count;
static FILE *log_file;

static void die(const char *what)
{
	perror(what);
	exit(99);
}

/* A file's bytes as a string; NULL where there is no file. */
static char *slurp(const char *path, char data[TEXT_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, data, TEXT_MAX - 1);

	if (fd >= 0)
		close(fd);
	if (got < 0)
		return NULL;
	data[got] = '\0';
	return data;
}

/* Bytes that are active of the area and its bridge. */
static uint64_t active(void)
{
	char text[TEXT_MAX];
	uint64_t sum = 0;

	if (!slurp("/proc/swaps", text))
		die("/proc/swaps");
	for (char *rest, *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		char path[512];
		unsigned long long kib;

		if (sscanf(line, "%511s %*s %llu", path, &kib) == 2 &&
		    (strcmp(path, scene.area) == 0 || strcmp(path, scene.bridge) == 0))
			sum += kib * 1024;
	}
	return sum;
}

enum area { ABSENT, SOUND, UNSOUND };

/* What the area's name leads to, as the kernel would see it at the next boot. */
static enum area look_at_area(void)
{
	unsigned char page[PAGE];
	enum area result = UNSOUND;
	uint32_t last;
	struct stat st;
	int fd = open(scene.area, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? ABSENT : UNSOUND;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 07777) == 0600 &&
	    (uint64_t)st.st_blocks * 512 >= (uint64_t)st.st_size &&
	    pread(fd, page, PAGE, 0) == PAGE && memcmp(page + PAGE - 10, "SWAPSPACE2", 10) == 0 &&
	    memcmp(page + 1024, "\1\0\0", 4) == 0) {
		memcpy(&last, page + 1028, sizeof(last));
		if (last >= 9 && ((uint64_t)last + 1) * PAGE <= (uint64_t)st.st_size)
			result = SOUND;
	}
	close(fd);
	return result;
}

static void look(void)
{
	char text[TEXT_MAX];
	const char *inittab = slurp(scene.inittab, text);
	enum area area = look_at_area();
	uint64_t sum = active();

	seen.samples++;
	if (sum < seen.least)
		seen.least = sum;
	seen.absent += area == ABSENT;
	seen.unsound += area == UNSOUND;
	if (inittab && strcmp(inittab, scene.entry) == 0)
		seen.dangling += area != SOUND;
	else if (!inittab || strcmp(inittab, scene.old) != 0)
		seen.torn++;
}

static struct task *task_of(pid_t pid)
{
	for (unsigned int i = 0; i < task_count; i++) {
		if (tasks[i].pid == pid)
			return &tasks[i];
	}
	if (task_count == TASKS)
		die("too many processes");
	tasks[task_count].pid = pid;
	return &tasks[task_count++];
}

static const char *name_of(long number, char text[32])
{
	for (size_t i = 0; i < NAMES_COUNT; i++) {
		if (names[i].number == number)
			return names[i].name;
	}
	snprintf(text, 32, "%ld", number);
	return text;
}

/* The errno that a file system like FAT gives to a call; 0 for a call that it knows. */
static int refusal(long number, const struct user_regs_struct *regs)
{
	if (number == SYS_openat && (regs->rdx & O_TMPFILE) == O_TMPFILE)
		return EOPNOTSUPP;
	if (number == SYS_renameat2 && regs->r8 != 0)
		return EINVAL;
	return 0;
}

static bool is_meant(const struct task *task, const char *name, unsigned int nth)
{
	bool at = nth == fault.nth && (unsigned int)(task - tasks) == fault.process;

	/* From then on it is no matter which process makes the call. */
	return fault.call && strcmp(name, fault.call) == 0 && (at || (fault.on && fault.fired));
}

static void enter(struct task *task)
{
	struct user_regs_struct regs;
	char text[32];
	const char *name;
	unsigned int nth;
	long number;
	bool hit;

	if (ptrace(PTRACE_GETREGS, task->pid, NULL, &regs) < 0)
		return; /* killed meanwhile */
	number = (long)regs.orig_rax;
	name = name_of(number, text);
	nth = ++task->count[number & 511];
	hit = is_meant(task, name, nth);
	look();
	task->inside = true;
	task->lies = 0;
	if (hit)
		task->lies = fault.err ? -fault.err : -EINTR;
	else if (scene.fat)
		task->lies = -refusal(number, &regs);
	fprintf(log_file, "call %u %s %u %llx %d\n", (unsigned int)(task - tasks), name, nth,
		number == SYS_openat ? regs.rdx : regs.rdi, hit);
	if (!task->lies)
		return;
	regs.orig_rax = (unsigned long long)-1;
	ptrace(PTRACE_SETREGS, task->pid, NULL, &regs);
	fault.fired |= hit;
	if (hit && !fault.err)
		kill(task->pid, SIGKILL);
}

static void leave(struct task *task)
{
	struct user_regs_struct regs;

	task->inside = false;
	if (!task->lies || ptrace(PTRACE_GETREGS, task->pid, NULL, &regs) < 0)
		return;
	regs.rax = (unsigned long long)task->lies;
	ptrace(PTRACE_SETREGS, task->pid, NULL, &regs);
}

/* The signal to be passed on. */
static int stopped(struct task *task, int status)
{
	int number = WSTOPSIG(status);

	if (number == (SIGTRAP | 0x80)) {
		if (task->inside)
			leave(task);
		else
			enter(task);
		return 0;
	}
	if (status >> 16)
		return 0; /* a child was made, or a program started */
	if (!task->known) {
		task->known = true;
		return 0;
	}
	return number;
}

/* Until the program and all that it started are gone; gives the program's status. */
static int follow(pid_t program)
{
	int status, result = 0;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		int number;

		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			if (pid == program)
				result = status;
			continue;
		}
		number = stopped(task_of(pid), status);
		ptrace(PTRACE_SYSCALL, pid, NULL, number);
	}
	return result;
}

static pid_t start(const char *root, char **argv)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		die("fork");
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 || chroot(root) < 0 || chdir("/") < 0)
			die(root);
		execv(argv[0], argv);
		die(argv[0]);
	}
	/* execve(2) stops it: the first call that counts is the program's own. */
	if (waitpid(pid, &status, 0) < 0 || !WIFSTOPPED(status))
		exit(99);
	if (ptrace(PTRACE_SETOPTIONS, pid, NULL,
		   PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
			   PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL) < 0)
		die("ptrace");
	task_of(pid)->known = true;
	ptrace(PTRACE_SYSCALL, pid, NULL, 0);
	return pid;
}

static bool parse(char *text)
{
	char *rest;
	char *process = strtok_r(text, ":", &rest);
	char *call = strtok_r(NULL, ":", &rest);
	char *nth = strtok_r(NULL, ":", &rest);
	char *err = strtok_r(NULL, ":", &rest);

	if (strcmp(text, "none") == 0)
		return true;
	if (!err)
		return false;
	fault.process = (unsigned int)atoi(process);
	fault.call = call;
	fault.nth = (unsigned int)atoi(nth);
	fault.err = atoi(err);
	fault.on = strchr(err, '+') != NULL;
	return true;
}

int main(int argc, char **argv)
{
	int status;

	if (argc < 9 || !parse(argv[2]) || !slurp(argv[6], scene.old) ||
	    !slurp(argv[7], scene.entry))
		return 99;
	log_file = fopen(argv[1], "we");
	if (!log_file)
		die(argv[1]);
	scene.fat = strcmp(argv[3], "fat") == 0;
	snprintf(scene.area, sizeof(scene.area), "%s/%s", argv[4], argv[5]);
	snprintf(scene.bridge, sizeof(scene.bridge), "%s/.%s.swapcfg-new", argv[4], argv[5]);
	snprintf(scene.inittab, sizeof(scene.inittab), "%s/etc/inittab", argv[4]);
	status = follow(start(argv[4], argv + 8));
	look();
	fprintf(log_file, "end %d %llu %llu %u %u %u %u\n", fault.fired,
		(unsigned long long)seen.samples, (unsigned long long)seen.least, seen.absent,
		seen.unsound, seen.torn, seen.dangling);
	fclose(log_file);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
