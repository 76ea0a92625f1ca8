/* SPDX-License-Identifier: MIT */
#include "instant.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* One line of a snapshot. */
struct line {
	char path[256];
	unsigned int mode;
	size_t len;
};

static struct line line_at(const char *text)
{
	struct line line = {.len = strcspn(text, "\n")};

	fake_must(sscanf(text, "%255s %o", line.path, &line.mode) == 2, text);
	return line;
}

/* The line of a path in a snapshot; NULL for none. */
static const char *line_of(const char *text, const char *path)
{
	size_t len = strlen(path);

	for (const char *at = text; *at; at += strcspn(at, "\n") + 1) {
		if (strncmp(at, path, len) == 0 && at[len] == ' ')
			return at;
	}
	return NULL;
}

static bool same_line(const char *one, const char *other)
{
	size_t len = strcspn(one, "\n");

	return other && strncmp(one, other, len) == 0 && other[len] == '\n';
}

static bool is_temporary(const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	size_t len = strlen(name);

	return name[0] == '.' && len > 12 && strcmp(name + len - 12, ".swapcfg-new") == 0;
}

bool is_sound_area(const char *path)
{
	unsigned char page[FAKE_PAGE];
	char name[PATH_MAX];
	uint32_t version;
	uint32_t last;
	struct stat st;
	int fd = open(full(path, name), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t got;

	if (fd < 0)
		return false;
	fake_must(fstat(fd, &st) == 0, path);
	got = pread(fd, page, sizeof(page), 0);
	close(fd);
	if (got != (ssize_t)sizeof(page) || memcmp(page + FAKE_PAGE - 10, "SWAPSPACE2", 10) != 0)
		return false;
	memcpy(&version, page + 1024, sizeof(version));
	memcpy(&last, page + 1028, sizeof(last));
	return version == 1 && last > 0 &&
	       ((uint64_t)last + 1) * FAKE_PAGE <= (uint64_t)st.st_size &&
	       fake_blocks_of(st.st_ino) == FAKE_PLAIN;
}

static void complain(const struct trial *trial, const char *text, const char *line)
{
	char more[512];

	snprintf(more, sizeof(more), "%.*s", (int)strcspn(line, "\n"), line);
	trial_complain(trial, text, more);
}

/* Everything that is there is the old or the new thing; what both have is there. */
static void check_lines(const struct trial *trial, const char *now)
{
	for (const char *at = now; *at; at += strcspn(at, "\n") + 1) {
		struct line line = line_at(at);

		if (!same_line(at, line_of(trial->before, line.path)) &&
		    !same_line(at, line_of(trial->wanted->files, line.path)) &&
		    strcmp(line.path, scenario_path(trial->scenario)) != 0 &&
		    !is_temporary(line.path))
			complain(trial, "neither old nor new:", at);
	}
	for (const char *at = trial->before; *at; at += strcspn(at, "\n") + 1) {
		struct line line = line_at(at);

		if (line_of(trial->wanted->files, line.path) && !line_of(now, line.path))
			complain(trial, "is gone:", at);
	}
}

static void check_temporary(const struct trial *trial, const char *now)
{
	char temp[PATH_MAX];
	const char *line;

	scenario_temp(trial->scenario, temp);
	line = line_of(now, temp);
	/* What is replaced lies there for a moment, as it was. */
	if (line && (line_at(line).mode & 07777) != 0600 &&
	    !same_line(line + strlen(temp), line_of(trial->before, scenario_path(trial->scenario)) +
						    strlen(scenario_path(trial->scenario))))
		complain(trial, "others may read it:", line);
}

static bool was_so_before(const struct trial *trial, const char *now, const char *path)
{
	const char *line = line_of(now, path);

	return line && same_line(line, line_of(trial->before, path));
}

static void check_target(const struct trial *trial, const char *now)
{
	const char *path = scenario_path(trial->scenario);

	if (line_of(now, path) && !is_sound_area(path) && !was_so_before(trial, now, path) &&
	    !(trial->torn && line_of(trial->before, path)))
		complain(trial, "no sound area:", line_of(now, path));
	if (line_of(trial->before, path) && line_of(trial->wanted->files, path) &&
	    !line_of(now, path))
		complain(trial, "nothing is at", path);
}

static bool leads_somewhere(const char *path)
{
	char target[PATH_MAX] = "";
	char name[PATH_MAX];

	fake_must(readlink(full(path, name), target, sizeof(target) - 1) > 0, path);
	return target[0] == '/' ? there(target) : access(name, F_OK) == 0;
}

/*
 * Undoing failed as well, which the error says: an entry may be left that leads to what was there
 * before, or a link to nothing. swapon(2) refuses the one, and no boot waits for the other.
 */
static bool is_said(const struct trial *trial)
{
	return trial->undoing_fails && trial->error && swapcfg_error_left_count(trial->error) > 0;
}

/* An entry that was not there before leads to an area. */
static void check_entries(const struct trial *trial, const char *now)
{
	const char *path = scenario_path(trial->scenario);

	for (const char *at = now; *at; at += strcspn(at, "\n") + 1) {
		struct line line = line_at(at);
		char *text;

		if (strncmp(line.path, "/etc/", 5) != 0 || is_temporary(line.path))
			continue;
		if (S_ISLNK(line.mode) && !leads_somewhere(line.path) && !is_said(trial))
			complain(trial, "a link to nothing:", at);
		if (!S_ISREG(line.mode) || same_line(at, line_of(trial->before, line.path)))
			continue;
		text = text_of(line.path);
		if (strstr(text, path) && !is_sound_area(path) &&
		    !(is_said(trial) && was_so_before(trial, now, path)))
			complain(trial, "an entry for no area:", at);
		free(text);
	}
}

static void check_areas(const struct trial *trial)
{
	for (size_t i = 0; i < fake.area_count; i++) {
		const struct fake_area *area = &fake.areas[i];

		if (!is_sound_area(area->path) || ino_of(area->path) != area->ino)
			complain(trial, "active, but not sound:", area->path);
	}
}

void check_instant_files(const struct trial *trial)
{
	char *now = snapshot();

	check_lines(trial, now);
	check_temporary(trial, now);
	check_target(trial, now);
	check_entries(trial, now);
	check_areas(trial);
	free(now);
}

void check_instant(const struct trial *trial)
{
	uint64_t least =
		trial->swap_before < trial->wanted->swap ? trial->swap_before : trial->wanted->swap;

	check_instant_files(trial);
	if (!trial->scenario->dips && active_swap() < least)
		complain(trial, "less is active than before and in the end", "");
}

bool sweep_all(void)
{
	const char *wish = getenv("SWAPCFG_SWEEP");

	return wish && strcmp(wish, "all") == 0;
}

#if defined(__SANITIZE_ADDRESS__)
#define SLOW 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SLOW 1
#endif
#endif
#ifndef SLOW
#define SLOW 0
#endif

bool sweep_skips(unsigned int point)
{
	const char *seed = getenv("SWAPCFG_SWEEP_SEED");

	return SLOW && !sweep_all() &&
	       (point + (unsigned int)(seed ? strtoul(seed, NULL, 10) : 0)) % 4 != 0;
}

static struct tally *shared;

void tally_begin(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	fake_must(shared != MAP_FAILED, "mmap");
}

struct tally *tally(void)
{
	return shared;
}

void tally_end(const char *name)
{
	/* Not the standard error, which might fall into a line of TAP. */
	printf("# figure: %s: %u scenarios, %u points", name, shared->scenarios, shared->points);
	if (shared->states)
		printf(" in %u states, %u runs from there", shared->states, shared->runs);
	if (shared->windows)
		printf(", %u of them in a window", shared->windows);
	puts(sweep_all() ? "" : " (SWAPCFG_SWEEP=all for more)");
	fflush(stdout);
	munmap(shared, sizeof(*shared));
}
