/* SPDX-License-Identifier: MIT */
/*
 * Replays a corpus: SUBJECT DIRECTORY. Prints TAP: a case for the inputs, and one for the
 * properties: each has to be reached, and to be noticed where it is handed a wrong result.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"

/* What a child tells, however it ends. */
struct told {
	size_t inputs;
	bool reached[FUZZ_PROPERTIES_MAX];
	char name[NAME_MAX + 1]; /* of the input that it was at */
};

static int is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void run_file(const char *dir, const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	uint8_t *data;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "rb");
	if (!file || fstat(fileno(file), &st) < 0) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	data = malloc((size_t)st.st_size);
	if (!data || fread(data, 1, (size_t)st.st_size, file) != (size_t)st.st_size)
		exit(EXIT_FAILURE);
	fclose(file);
	LLVMFuzzerTestOneInput(data, (size_t)st.st_size);
	free(data);
}

static void run_all(const char *dir, struct told *told)
{
	struct dirent **names;
	int count = scandir(dir, &names, is_input, alphasort);

	for (int i = 0; i < count; i++) {
		snprintf(told->name, sizeof(told->name), "%s", names[i]->d_name);
		run_file(dir, names[i]->d_name);
		free(names[i]);
		told->inputs++;
	}
	if (count >= 0)
		free(names);
}

/* Runs all in a child; what it says goes to said. Its status. */
static int run_child(const char *dir, const char *wrong, struct told *told, FILE *said)
{
	int status = -1;
	pid_t child;

	fflush(stdout);
	*told = (struct told){0};
	child = fork();
	if (child == 0) {
		dup2(fileno(said), STDERR_FILENO);
		fuzz_control(wrong, told->reached);
		run_all(dir, told);
		exit(EXIT_SUCCESS); /* leaks are looked for here */
	}
	if (child > 0)
		waitpid(child, &status, 0);
	return status;
}

static FILE *open_said(void)
{
	FILE *said = tmpfile();

	if (!said) {
		perror("tmpfile");
		exit(EXIT_FAILURE);
	}
	return said;
}

static void show(FILE *said)
{
	char line[1024];

	rewind(said);
	while (fgets(line, sizeof(line), said))
		printf("# %s%s", line, strchr(line, '\n') ? "" : "\n");
}

/* Whether a child said that this property does not hold. */
static bool has_said(FILE *said, const char *property)
{
	char line[1024], wanted[128];
	bool found = false;

	snprintf(wanted, sizeof(wanted), "fuzz: property %s: ", property);
	rewind(said);
	while (!found && fgets(line, sizeof(line), said))
		found = strncmp(line, wanted, strlen(wanted)) == 0;
	return found;
}

static bool replay(const char *subject, const char *dir, struct told *told)
{
	FILE *said = open_said();
	int status = run_child(dir, NULL, told, said);
	bool good = status == 0 && told->inputs > 0;

	if (!good) {
		printf("# at %s, after %zu inputs:\n", told->name, told->inputs);
		show(said);
	}
	printf("# figure: %s: %zu inputs\n", subject, told->inputs);
	printf("%sok 1 - %s holds for the corpus\n", good ? "" : "not ", subject);
	fclose(said);
	return good;
}

static bool is_noticed(const char *dir, const char *property, struct told *told)
{
	FILE *said = open_said();
	int status = run_child(dir, property, told, said);
	bool noticed = WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) != 0);

	noticed = noticed && has_said(said, property);
	if (!noticed) {
		printf("# a wrong result for %s was not noticed\n", property);
		show(said);
	}
	fclose(said);
	return noticed;
}

static bool control(const char *subject, const char *dir, struct told *told)
{
	bool reached[FUZZ_PROPERTIES_MAX];
	bool good = true;
	size_t count = 0;

	memcpy(reached, told->reached, sizeof(reached));
	for (; fuzz_properties[count]; count++) {
		if (!reached[count]) {
			printf("# no input reaches %s\n", fuzz_properties[count]);
			good = false;
		} else if (!is_noticed(dir, fuzz_properties[count], told)) {
			good = false;
		}
	}
	printf("# figure: %s: %zu properties, each noticed when it was broken\n", subject, count);
	printf("%sok 2 - %s notices wrong results\n", good && count > 0 ? "" : "not ", subject);
	return good && count > 0;
}

int main(int argc, char **argv)
{
	struct told *told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool good;

	if (argc != 3 || told == MAP_FAILED) {
		fprintf(stderr, "usage: %s SUBJECT DIRECTORY\n", argv[0]);
		return 2;
	}
	good = replay(argv[1], argv[2], told);
	/* Where the replay fails, the controls say nothing. */
	if (good)
		good = control(argv[1], argv[2], told);
	else
		puts("not ok 2 - notices wrong results");
	puts("1..2");
	munmap(told, sizeof(*told));
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
