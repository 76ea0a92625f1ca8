/* SPDX-License-Identifier: MIT */
#include "accomplice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VICTIM	  "/victim"
#define OTHER_DIR "/elsewhere"
#define OTHER	  "/another"
#define LINE	  "# somebody's line\n"
#define BOOT_COPY "/etc/somebodys-copy"

static const char *const names[ACTS] = {
	[TARGET_LINK] = "the target becomes a link",
	[TARGET_HARDLINK] = "the target becomes a hard link",
	[TARGET_FILE] = "the target becomes another file",
	[TARGET_AREA] = "the target becomes another area",
	[TARGET_DIRECTORY] = "the target becomes a directory",
	[TEMP_LINK] = "the temporary name becomes a link",
	[TEMP_HARDLINK] = "the temporary name becomes a hard link",
	[TEMP_FILE] = "the temporary name becomes another file",
	[TEMP_DIRECTORY] = "the temporary name becomes a directory",
	[PARENT_LINK] = "the directory becomes a link",
	[BOOT_TEXT] = "the boot file gets a line",
	[BOOT_LINK] = "the boot file becomes a link",
	[BOOT_DIRECTORY] = "the boot file becomes a directory",
	[TARGET_OFF] = "the target is switched off",
	[TARGET_ON] = "the target is switched on",
	[BRIDGE_OFF] = "the bridge is switched off",
	[OTHER_ON] = "another area appears",
};

/* What he put where, as lines of a snapshot. */
static struct {
	char path[PATH_MAX];
	ino_t ino;

} done;

const char *act_name(enum act act)
{
	return names[act];
}

/* The boot file that the scenario changes; false for none. */
static bool find_boot(const struct trial *trial, char ret[PATH_MAX])
{
	const char *texts[] = {trial->wanted->files, trial->before};

	for (size_t i = 0; i < 2; i++) {
		for (const char *at = texts[i]; *at; at += strcspn(at, "\n") + 1) {
			size_t len = strcspn(at, "\n") + 1;
			unsigned int mode;
			char line[512];

			snprintf(line, sizeof(line), "%.*s", (int)len, at);
			if (strncmp(at, "/etc/", 5) == 0 && !strstr(texts[1 - i], line) &&
			    sscanf(line, "%511s %o", ret, &mode) == 2 && S_ISREG(mode))
				return true;
		}
	}
	return false;
}

static void split(const char *path, char dir[PATH_MAX])
{
	snprintf(dir, PATH_MAX, "%.*s", (int)(strrchr(path, '/') - path), path);
}

void accomplice_prepare(const struct trial *trial)
{
	char path[PATH_MAX];
	char dir[PATH_MAX];

	put(VICTIM, "precious\n");
	split(scenario_path(trial->scenario), dir);
	snprintf(path, sizeof(path), OTHER_DIR "%s", scenario_path(trial->scenario) + strlen(dir));
	put(path, "precious as well\n");
	done.path[0] = '\0';
}

bool accomplice_can(const struct trial *trial, enum act act)
{
	char path[PATH_MAX];

	if (act == PARENT_LINK)
		return trial->scenario->path != NULL;
	if (act >= BOOT_TEXT && act <= BOOT_DIRECTORY)
		return find_boot(trial, path);
	/* What he does to the amount is not ours to answer for. */
	return true;
}

static void find_path(const struct trial *trial, enum act act, char ret[PATH_MAX])
{
	if (act >= BOOT_TEXT && act <= BOOT_DIRECTORY)
		fake_must(find_boot(trial, ret), "no boot file");
	else if ((act >= TEMP_LINK && act <= TEMP_DIRECTORY) || act == BRIDGE_OFF)
		scenario_temp(trial->scenario, ret);
	else if (act == PARENT_LINK)
		split(scenario_path(trial->scenario), ret);
	else
		snprintf(ret, PATH_MAX, "%s", scenario_path(trial->scenario));
}

/* The name becomes free; what had it is kept elsewhere. */
static bool move_away(const char *path)
{
	char from[PATH_MAX];
	char to[PATH_MAX];
	struct stat st;

	if (lstat(full(path, from), &st) < 0)
		return true;
	if (fake_area_of(st.st_dev, st.st_ino))
		return false;
	fake_must(snprintf(to, sizeof(to), "%s.aside", from) < PATH_MAX, from);
	fake_must(rename(from, to) == 0, from);
	return true;
}

static void put_directory(const char *path)
{
	char name[PATH_MAX];

	snprintf(name, sizeof(name), "%.4000s/in-it", path);
	put(name, "precious");
}

static void put_boot_text(const char *path, const char *at)
{
	struct scfg_buf text = {0};
	char *old = there(path) ? text_of(path) : strdup("");

	scfg_buf_addf(&text, "%s%s", old, LINE);
	move_away(path);
	put(at, text.data);
	if (strcmp(path, at) != 0)
		put_link(at, path);
	free(old);
	scfg_buf_free(&text);
}

static bool exchange(enum act act, const char *path)
{
	char one[PATH_MAX];
	char other[PATH_MAX];

	if (act == BOOT_TEXT || act == BOOT_LINK) {
		put_boot_text(path, act == BOOT_TEXT ? path : BOOT_COPY);
		return true;
	}
	if (!move_away(path))
		return false;
	switch (act) {
	case TARGET_LINK:
	case TEMP_LINK:
		put_link(VICTIM, path);
		break;
	case TARGET_HARDLINK:
	case TEMP_HARDLINK:
		fake_must(link(full(VICTIM, one), full(path, other)) == 0, path);
		break;
	case TARGET_FILE:
	case TEMP_FILE:
		put_bytes(path, "photographs", 11, 0600);
		break;
	case TARGET_AREA:
		put_area(path, SIZE);
		break;
	case PARENT_LINK:
		put_link(OTHER_DIR, path);
		break;
	default:
		put_directory(path);
	}
	return true;
}

bool accomplice_act(const struct trial *trial, enum act act)
{
	find_path(trial, act, done.path);
	switch (act) {
	case TARGET_OFF:
	case BRIDGE_OFF:
		somebody_off(done.path);
		return true;
	case TARGET_ON:
		somebody_on(done.path);
		return true;
	case OTHER_ON:
		put_active(OTHER, SIZE, 3, 0);
		return true;
	default:
		break;
	}
	if (!exchange(act, done.path)) {
		done.path[0] = '\0';
		return false;
	}
	done.ino = ino_of(done.path);
	return true;
}

static void check_kept(const struct trial *trial, const char *path, const char *text, bool whole)
{
	char *is = there(path) ? text_of(path) : strdup("(nothing)");

	if (whole ? strcmp(is, text) != 0 : !strstr(is, text))
		trial_complain(trial, "what was there is lost:", path);
	free(is);
}

static void check_boot(const struct trial *trial, enum act act)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%.4000s/in-it", done.path);
	if (act == BOOT_DIRECTORY)
		check_kept(trial, path, "precious", true);
	else
		check_kept(trial, act == BOOT_TEXT ? done.path : BOOT_COPY, LINE, false);
	if (act == BOOT_LINK && (!there(done.path) || ino_of(done.path) != done.ino))
		trial_complain(trial, "the link is lost:", done.path);
}

static void check_put(const struct trial *trial, enum act act)
{
	if (!there(done.path) || ino_of(done.path) != done.ino)
		trial_complain(trial, "deleted, moved or replaced:", done.path);
	else if (act == TARGET_FILE || act == TEMP_FILE)
		check_kept(trial, done.path, "photographs", true);
	else if (act == TARGET_AREA && fake_area(done.path))
		trial_complain(trial, "an area that was not looked at is active:", done.path);
}

void accomplice_check(const struct trial *trial, enum act act)
{
	char path[PATH_MAX];
	char dir[PATH_MAX];

	check_kept(trial, VICTIM, "precious\n", true);
	split(scenario_path(trial->scenario), dir);
	snprintf(path, sizeof(path), OTHER_DIR "%s", scenario_path(trial->scenario) + strlen(dir));
	check_kept(trial, path, "precious as well\n", true);
	if (mode_of(VICTIM) != 0644 || mode_of(path) != 0644)
		trial_complain(trial, "a victim has another mode", "");
	for (size_t i = 0; i < fake.area_count; i++) {
		if (fake.areas[i].ino == ino_of(VICTIM) || fake.areas[i].ino == ino_of(path))
			trial_complain(trial, "a victim is active", "");
	}
	if (!done.path[0])
		return;
	if (act >= BOOT_TEXT && act <= BOOT_DIRECTORY)
		check_boot(trial, act);
	else if (act <= PARENT_LINK)
		check_put(trial, act);
	else if (act == OTHER_ON && !fake_area(OTHER))
		trial_complain(trial, "another's area was switched off", "");
}
