/* SPDX-License-Identifier: MIT */
/* The child that calls swapoff: what it has of its caller's, and how it ends. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scene.h"
#include "syscalls.h"

Suite *child_suite(void);

static const struct scfg_sys *const sys = &scfg_sys_linux;
static int area;
static int lock;
static char path[PATH_MAX];

static void setup(void)
{
	fake_setup();
	syscalls = (struct syscalls){0};
	put_area("/area", SIZE);
	put("/lock", "");
	area = open(full("/area", path), O_RDONLY | O_CLOEXEC);
	lock = open(full("/lock", path), O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(area, 0);
	ck_assert_int_ge(lock, 0);
	full("/area", path);
}

static void teardown(void)
{
	close(area);
	close(lock);
	fake_teardown();
}

/* Waits for a child by looking, as the library does. */
static enum scfg_child wait_for(int pid, int *result)
{
	enum scfg_child state;

	while ((state = sys->child_poll(pid, result)) == SCFG_CHILD_RUNS)
		sys->sleep_us(1000);
	return state;
}

static void check_result(int should)
{
	int result = 1;
	int pid = sys->swapoff_child(path, area, lock);

	ck_assert_int_gt(pid, 0);
	ck_assert_int_eq((int)wait_for(pid, &result), SCFG_CHILD_ENDED);
	ck_assert_int_eq(result, should);
	/* It is reaped. */
	ck_assert_int_eq(kill(pid, 0), -1);
	ck_assert_int_eq(errno, ESRCH);
}

/* The real call, of a file that is not active. */
START_TEST(test_result)
{
	check_result(sys->may_swap() ? -EINVAL : -EPERM);
	full("/none", path);
	check_result(sys->may_swap() ? -ENOENT : -EPERM);
}
END_TEST

static int succeed(void)
{
	return 0;
}

static int lack_memory(void)
{
	return -ENOMEM;
}

START_TEST(test_result_of_the_kernel)
{
	syscalls.swapoff = succeed;
	check_result(0);
	syscalls.swapoff = lack_memory;
	check_result(-ENOMEM);
}
END_TEST

/* Other descriptors on both sides of the two, and between them. */
static int others[3];

#define AREA_IS_OPEN	1
#define LOCK_IS_OPEN	2
#define OTHERS_ARE_OPEN 4
#define DIES_WITH_US	8
#define IS_UNDISTURBED	16

static int see(void)
{
	int signal = 0;
	sigset_t blocked;
	int is = 0;

	is |= fcntl(area, F_GETFD) >= 0 ? AREA_IS_OPEN : 0;
	is |= fcntl(lock, F_GETFD) >= 0 ? LOCK_IS_OPEN : 0;
	for (int i = 0; i < 3; i++)
		is |= fcntl(others[i], F_GETFD) >= 0 ? OTHERS_ARE_OPEN : 0;
	prctl(PR_GET_PDEATHSIG, &signal);
	is |= signal == SIGKILL ? DIES_WITH_US : 0;
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	is |= sigismember(&blocked, SIGTERM) && sigismember(&blocked, SIGALRM) ? IS_UNDISTURBED : 0;
	return -is;
}

static bool can_close_others(void)
{
#ifdef SYS_close_range
	return syscall(SYS_close_range, ~0u, ~0u, 0u) == 0;
#else
	return false;
#endif
}

/* Whichever of the two has the smaller number, and where they lie side by side. */
START_TEST(test_what_it_has)
{
	static const int numbers[][5] = {{20, 30, 10, 25, 40},
					 {30, 20, 10, 25, 40},
					 {20, 21, 10, 19, 40},
					 {0, 30, 10, 25, 40}};
	int wanted = AREA_IS_OPEN | LOCK_IS_OPEN | DIES_WITH_US | IS_UNDISTURBED |
		     (can_close_others() ? 0 : OTHERS_ARE_OPEN);
	sigset_t before;
	sigset_t after;

	ck_assert_int_eq(dup2(area, numbers[_i][0]), numbers[_i][0]);
	ck_assert_int_eq(dup2(lock, numbers[_i][1]), numbers[_i][1]);
	area = numbers[_i][0];
	lock = numbers[_i][1];
	for (int i = 0; i < 3; i++)
		others[i] = dup2(area, numbers[_i][2 + i]);
	sigprocmask(SIG_BLOCK, NULL, &before);
	syscalls.swapoff = see;
	check_result(-wanted);
	/* Here all is as before. */
	sigprocmask(SIG_BLOCK, NULL, &after);
	ck_assert_int_eq(sigismember(&after, SIGTERM), sigismember(&before, SIGTERM));
	ck_assert_int_eq(sigismember(&after, SIGALRM), sigismember(&before, SIGALRM));
	ck_assert_int_ge(fcntl(others[0], F_GETFD), 0);
}
END_TEST

static int hang(void)
{
	pause();
	return 0;
}

START_TEST(test_killed)
{
	int result = 1;
	int pid;

	syscalls.swapoff = hang;
	pid = sys->swapoff_child(path, area, lock);
	ck_assert_int_gt(pid, 0);
	ck_assert_int_eq((int)sys->child_poll(pid, &result), SCFG_CHILD_RUNS);
	/* No signal but this one gets through. */
	ck_assert_int_eq(kill(pid, SIGTERM), 0);
	sys->sleep_us(10000);
	ck_assert_int_eq((int)sys->child_poll(pid, &result), SCFG_CHILD_RUNS);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq((int)wait_for(pid, &result), SCFG_CHILD_KILLED);
	ck_assert_int_eq(result, 1);
	/* There is nothing left to wait for. */
	ck_assert_int_eq((int)sys->child_poll(pid, &result), SCFG_CHILD_LOST);
}
END_TEST

START_TEST(test_ended)
{
	int result = 1;
	int pid;

	syscalls.swapoff = hang;
	pid = sys->swapoff_child(path, area, lock);
	ck_assert_int_gt(pid, 0);
	ck_assert_int_eq((int)sys->child_end(pid, &result), SCFG_CHILD_KILLED);
	ck_assert_int_eq(result, 1);
	ck_assert_int_eq(kill(pid, 0), -1);
}
END_TEST

/* It had finished before it was to end. */
START_TEST(test_ended_too_late)
{
	siginfo_t info = {0};
	int result = 1;
	int pid;

	syscalls.swapoff = succeed;
	pid = sys->swapoff_child(path, area, lock);
	ck_assert_int_gt(pid, 0);
	ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | __WALL), 0);
	ck_assert_int_eq((int)sys->child_end(pid, &result), SCFG_CHILD_ENDED);
	ck_assert_int_eq(result, 0);
}
END_TEST

static volatile sig_atomic_t told;

static void note_child(int number)
{
	(void)number;
	told++;
}

/* Whoever runs the library waits for children of their own. */
START_TEST(test_unseen)
{
	struct sigaction action = {.sa_handler = note_child};
	siginfo_t info = {0};
	int result = 1;
	int pid;

	ck_assert_int_eq(sigaction(SIGCHLD, &action, NULL), 0);
	syscalls.swapoff = succeed;
	pid = sys->swapoff_child(path, area, lock);
	ck_assert_int_gt(pid, 0);
	ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | __WALL), 0);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
	ck_assert_int_eq((int)wait_for(pid, &result), SCFG_CHILD_ENDED);
	ck_assert_int_eq(told, 0);
}
END_TEST

/* Its caller died before the child could ask to die with it: it does nothing. */
START_TEST(test_orphan)
{
	syscalls.orphan = true;
	syscalls.swapoff = succeed;
	check_result(-ESRCH);
}
END_TEST

START_TEST(test_no_child)
{
	sigset_t after;

	syscalls.fail = SYS_clone;
	syscalls.fail_errno = EAGAIN;
	ck_assert_int_eq(sys->swapoff_child(path, area, lock), -EAGAIN);
	sigprocmask(SIG_BLOCK, NULL, &after);
	ck_assert_int_eq(sigismember(&after, SIGTERM), 0);
}
END_TEST

Suite *child_suite(void)
{
	const TTest *const tests[] = {
		test_result,	     test_result_of_the_kernel,
		test_killed,	     test_ended,
		test_ended_too_late, test_unseen,
		test_orphan,	     test_no_child,
	};
	Suite *suite = suite_create("child");
	TCase *tcase = tcase_create("child");

	fake_add_fixtures(tcase, setup, teardown);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(tcase, tests[i]);
	tcase_add_loop_test(tcase, test_what_it_has, 0, 4);
	suite_add_tcase(suite, tcase);
	return suite;
}
