/* SPDX-License-Identifier: MIT */
/*
 * Runs the shared cases through the library: all *.json in the directory SWAPCFG_CASES, each below
 * a fake root of its own in SWAPCFG_CASES_DIR, one case of TAP for each file.
 *
 * jansson reads them: it is in every distribution, is plain C, takes a NUL in a string, and says
 * where a file is wrong. Only this test needs it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "case.h"

static int is_case(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 5 && strcmp(entry->d_name + len - 5, ".json") == 0 &&
	       strcmp(entry->d_name, "schema.json") != 0;
}

/* Each line as a comment. */
static void explain(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		printf("# %.*s\n", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

static bool run_file(int dir, const char *dir_path, const char *cases, const char *name, int number)
{
	struct trouble trouble = {""};
	char path[PATH_MAX];
	json_error_t fault;
	json_t *one;
	bool good;

	snprintf(path, sizeof(path), "%s/%s", cases, name);
	one = json_load_file(path, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &fault);
	if (one)
		good = case_run(dir, dir_path, one, &trouble);
	else
		good = case_fail(&trouble, "line %d: %s", fault.line, fault.text);
	json_decref(one);
	explain(trouble.text);
	printf("%sok %d - %.*s\n", good ? "" : "not ", number, (int)strlen(name) - 5, name);
	fflush(stdout);
	return good;
}

int main(void)
{
	const char *cases = getenv("SWAPCFG_CASES");
	const char *dir_path = getenv("SWAPCFG_CASES_DIR");
	struct dirent **list;
	int failed = 0;
	int count;
	int dir;

	if (!cases)
		cases = "tests/cases";
	if (!dir_path) {
		fprintf(stderr, "run it through tests/cases/with_disk.py\n");
		return 1;
	}
	umask(022);
	dir = open(dir_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	count = scandir(cases, &list, is_case, alphasort);
	if (dir < 0 || count <= 0) {
		fprintf(stderr, "%s: no directory, or no case in %s\n", dir_path, cases);
		return 1;
	}
	printf("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		failed += !run_file(dir, dir_path, cases, list[i]->d_name, i + 1);
		free(list[i]);
	}
	free(list);
	close(dir);
	printf("# figure: %d cases, %d failed\n", count, failed);
	return failed != 0;
}
