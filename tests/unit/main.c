/* SPDX-License-Identifier: MIT */
/*
 * Runs the suites and prints TAP: unit [NAME...]. With names, only the suites whose name contains
 * one of them. CK_FORK=no keeps the tests in this process, for a debugger.
 */
#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* SUITES comes from meson.build, which knows the files: SUITE(buf) SUITE(json) ... */
#define SUITE(name) Suite *name##_suite(void);
SUITES
#undef SUITE

static const struct {
	const char *name;
	Suite *(*make)(void);
} suites[] = {
#define SUITE(name) {#name, name##_suite},
	SUITES
#undef SUITE
};

static bool is_wanted(const char *name, char **filters)
{
	if (!filters[0])
		return true;
	for (size_t i = 0; filters[i]; i++) {
		if (strstr(name, filters[i]))
			return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	SRunner *runner = srunner_create(NULL);
	bool any = false;

	(void)argc;
	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
		if (!is_wanted(suites[i].name, argv + 1))
			continue;
		srunner_add_suite(runner, suites[i].make());
		any = true;
	}
	if (!any) {
		fprintf(stderr, "unit: no suite has such a name\n");
		srunner_free(runner);
		return EXIT_FAILURE;
	}
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
