/* SPDX-License-Identifier: MIT */
/*
 * Init scripts of our own: S??swapcfg for Buildroot's rcS, and a service of OpenRC. One script
 * holds all areas, a line each in a function; a script without any is no file.
 */
#include <errno.h>
#include <string.h>

#include "boot/command.h"
#include "survey.h"

#define LIST  "areas() {"
#define WORD  "area"
#define ABOUT "# Swap areas: on at boot, off at shutdown. swapcfg(1) writes the list in areas().\n"

/* What waits for a file that is not there yet must not hold up the scripts behind. */
#define FUNCTIONS                             \
	"failed=0\n"                          \
	"\n" LIST "\n"                        \
	"\t:\n"                               \
	"}\n"                                 \
	"\n"                                  \
	"# area PATH COMMAND...\n"            \
	"area() {\n"                          \
	"\tpath=$1\n"                         \
	"\tshift\n"                           \
	"\tif [ \"$action\" = stop ]; then\n" \
	"\t\tswapoff \"$path\" || failed=1\n" \
	"\telif [ -e \"$path\" ]; then\n"     \
	"\t\t\"$@\" || failed=1\n"            \
	"\telse\n"                            \
	"\t\t\"$@\" &\n"                      \
	"\tfi\n"                              \
	"}\n"                                 \
	"\n"

static const char initd_template[] = "#!/bin/sh\n" ABOUT "\n"
				     "PATH=$PATH:/sbin:/usr/sbin\n"
				     "action=$1\n" FUNCTIONS "case $action in\n"
				     "start | stop)\n"
				     "\tareas\n"
				     "\t;;\n"
				     "restart | reload)\n"
				     "\taction=stop\n"
				     "\tareas\n"
				     "\taction=start\n"
				     "\tareas\n"
				     "\t;;\n"
				     "*)\n"
				     "\techo \"Usage: $0 {start|stop|restart}\"\n"
				     "\texit 2\n"
				     "\t;;\n"
				     "esac\n"
				     "exit $failed\n";

/* An area that is not on must not take down what depends on the service. */
static const char openrc_template[] = "#!/sbin/openrc-run\n" ABOUT "\n" FUNCTIONS "depend() {\n"
				      "\tafter localmount modules swap\n"
				      "\tkeyword -docker -jail -lxc -openvz -podman -prefix "
				      "-systemd-nspawn -vserver\n"
				      "}\n"
				      "\n"
				      "start() {\n"
				      "\taction=start\n"
				      "\tebegin \"Turning swap areas on\"\n"
				      "\tareas\n"
				      "\t[ $failed = 0 ] || ewarn \"Not all swap areas are on\"\n"
				      "\teend 0\n"
				      "}\n"
				      "\n"
				      "stop() {\n"
				      "\taction=stop\n"
				      "\tebegin \"Turning swap areas off\"\n"
				      "\tareas\n"
				      "\t[ $failed = 0 ] || ewarn \"Not all swap areas are off\"\n"
				      "\teend 0\n"
				      "}\n";

static struct scfg_span span_of(const char *text)
{
	return (struct scfg_span){text, strlen(text)};
}

/* The next byte of a word, its quoting resolved; false at its end, and for what is no word. */
static bool take_byte(struct scfg_span *rest, bool *quoted, char *ret)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				    "/._+@%,=-:";

	for (; rest->len > 0 && rest->at[0] == '\''; *rest = scfg_span_skip(*rest, 1))
		*quoted = !*quoted;
	if (rest->len == 0)
		return false;
	if (!*quoted && rest->at[0] == '\\' && rest->len > 1)
		*rest = scfg_span_skip(*rest, 1);
	else if (!*quoted && !memchr(plain, rest->at[0], sizeof(plain) - 1))
		return false;
	*ret = rest->at[0];
	*rest = scfg_span_skip(*rest, 1);
	return true;
}

/* Takes a word off, as it is quoted; empty where there is none. */
static struct scfg_span take_word(struct scfg_span *rest)
{
	struct scfg_span word, behind;
	bool quoted = false;
	char c;

	while (rest->len > 0 && scfg_is_blank(rest->at[0]))
		*rest = scfg_span_skip(*rest, 1);
	word = behind = *rest;
	while (take_byte(&behind, &quoted, &c))
		;
	if (quoted || (behind.len > 0 && !scfg_is_blank(behind.at[0])))
		return (struct scfg_span){0};
	word.len -= behind.len;
	*rest = behind;
	return word;
}

static bool is_word(struct scfg_span word, const char *text)
{
	bool quoted = false;
	char c;

	while (take_byte(&word, &quoted, &c)) {
		if (*text == '\0' || c != *text++)
			return false;
	}
	return *text == '\0';
}

/* The line of an area. */
struct area {
	struct scfg_span path; /* as it is quoted */
	struct scfg_boot_line options;
};

/* False for any other line: the command must be one that we would write, for that path. */
static bool read_area(struct scfg_span line, struct area *ret)
{
	struct scfg_span command, word, last = {0};
	struct scfg_swapon swapon;

	if (!is_word(take_word(&line), WORD))
		return false;
	ret->path = take_word(&line);
	command = line;
	while ((word = take_word(&line)).len > 0)
		last = word;
	if (line.len > 0 || last.len != ret->path.len || last.len == 0 ||
	    memcmp(last.at, ret->path.at, last.len) != 0)
		return false;
	command.len = (size_t)(last.at - command.at);
	if (!scfg_swapon_read(command, &swapon) || swapon.paths > 0 || swapon.shell || swapon.all ||
	    swapon.lists)
		return false;
	ret->options = swapon.options;
	return true;
}

static bool owns(const struct scfg_line *line, const char *path)
{
	struct area area;

	return line->marked && read_area(line->span, &area) && is_word(area.path, path);
}

static void add_quoted(const char *path, struct scfg_buf *buf)
{
	scfg_buf_adds(buf, "'");
	for (; *path; path++) {
		if (*path == '\'')
			scfg_buf_adds(buf, "'\\''");
		else
			scfg_buf_add(buf, path, 1);
	}
	scfg_buf_adds(buf, "'");
}

/* Behind the entries of ours at the top of the list: areas are activated in that order. */
static size_t find_place(struct scfg_span bare, struct scfg_line *line)
{
	size_t end = line->end;
	struct area area;

	while (scfg_line_next(bare, line)) {
		if (line->marked && read_area(line->span, &area))
			end = line->end;
		else if (scfg_marker_before(bare.at, line->end) == 0)
			break;
	}
	return end;
}

static int place(struct scfg_span bare, const struct scfg_boot_want *want,
		 struct scfg_boot_spot *ret)
{
	struct scfg_line line = {0};

	while (scfg_line_next(bare, &line)) {
		if (!scfg_span_is(line.span, LIST))
			continue;
		ret->first = line.end;
		ret->insert = find_place(bare, &line);
		scfg_buf_adds(&ret->entry, "\t" WORD " ");
		add_quoted(want->path, &ret->entry);
		scfg_buf_adds(&ret->entry, " ");
		scfg_command_add(want, &ret->entry);
		add_quoted(want->path, &ret->entry);
		return 0;
	}
	return -EINVAL;
}

static bool is_same(const struct scfg_boot_spot *spot, struct scfg_span old)
{
	return old.len == spot->entry.len && memcmp(old.at, spot->entry.data, old.len) == 0;
}

static const struct scfg_boot_editor editor = {owns, place, is_same};

/* In single quotes a shell takes any byte; a line it is, all the same, and one for a terminal. */
static bool can_quote(const char *path)
{
	if (path[0] != '/')
		return false;
	for (; *path; path++) {
		if ((unsigned char)*path < 0x20 || *path == 0x7f)
			return false;
	}
	return true;
}

static int persist(const char *template, struct scfg_span text, const struct scfg_boot_want *want,
		   struct scfg_buf *ret)
{
	if (!can_quote(want->path) || !scfg_command_can_run(want) ||
	    want->priority > SCFG_PRIORITY_MAX)
		return -EINVAL;
	return scfg_boot_edit_persist(&editor, text.len > 0 ? text : span_of(template), want, ret);
}

static int forget(const char *template, struct scfg_span text, const char *path,
		  struct scfg_buf *ret)
{
	int err = scfg_boot_edit_forget(&editor, text, path, ret);

	if (!err && strcmp(ret->data, template) == 0) {
		ret->len = 0;
		ret->data[0] = '\0';
	}
	return err;
}

static int scan_line(const struct scfg_line *line, const void *arg, struct scfg_boot_lines *ret)
{
	struct scfg_boot_line found;
	struct scfg_buf path = {0};
	struct area area;
	bool quoted = false;
	char c;
	int err = 0;

	(void)arg;
	if (!read_area(line->span, &area))
		return 0;
	found = area.options;
	found.owner = line->marked ? SCFG_OWNER_OURS : SCFG_OWNER_FOREIGN;
	found.line = line->number;
	while (take_byte(&area.path, &quoted, &c))
		scfg_buf_add(&path, &c, 1);
	if (path.failed)
		err = -ENOMEM;
	else if (path.len > 0 && path.data[0] == '/')
		err = scfg_boot_lines_add(ret, &found, (struct scfg_span){path.data, path.len});
	scfg_buf_free(&path);
	return err;
}

static int scan(const char *text, size_t len, struct scfg_boot_lines *ret)
{
	return scfg_boot_scan_lines((struct scfg_span){text, len}, scan_line, NULL, ret);
}

static int initd_persist(const char *text, size_t len, const struct scfg_boot_want *want,
			 struct scfg_buf *ret)
{
	return persist(initd_template, (struct scfg_span){text, len}, want, ret);
}

static int initd_forget(const char *text, size_t len, const char *path, struct scfg_buf *ret)
{
	return forget(initd_template, (struct scfg_span){text, len}, path, ret);
}

static int openrc_persist(const char *text, size_t len, const struct scfg_boot_want *want,
			  struct scfg_buf *ret)
{
	return persist(openrc_template, (struct scfg_span){text, len}, want, ret);
}

static int openrc_forget(const char *text, size_t len, const char *path, struct scfg_buf *ret)
{
	return forget(openrc_template, (struct scfg_span){text, len}, path, ret);
}

const struct scfg_boot_text scfg_initd_text = {can_quote, scan, initd_persist, initd_forget};
const struct scfg_boot_text scfg_openrc_text = {can_quote, scan, openrc_persist, openrc_forget};

static const char *initd_fault(const struct scfg_survey *survey, const struct scfg_boot_file *file,
			       enum swapcfg_reason *reason)
{
	if (!survey->boot.runs_scripts)
		return "nothing is known that runs the scripts /etc/init.d/S??* at boot";
	return scfg_boot_command_fault(survey, file, reason);
}

static bool is_initd_script(const char *name)
{
	return strlen(name) == strlen("S??swapcfg") && name[0] == 'S' &&
	       strcmp(name + strlen("S??"), "swapcfg") == 0;
}

const struct scfg_boot_kind scfg_boot_initd = {
	.kind = SWAPCFG_BOOT_INITD,
	.text = &scfg_initd_text,
	.reader = SCFG_READER_COMMAND,
	.before_mounts = true,
	/* Early, so that programs find it; another number may be given to it. */
	.file = "/etc/init.d/S02swapcfg",
	.dir = "/etc/init.d",
	.is_file = is_initd_script,
	.mode = 0755,
	.ours_alone = true,
	.fault = initd_fault,
};

static const char *openrc_fault(const struct scfg_survey *survey, const struct scfg_boot_file *file,
				enum swapcfg_reason *reason)
{
	if (!survey->boot.has_openrc)
		return "this system is not run by OpenRC";
	return scfg_boot_command_fault(survey, file, reason);
}

const struct scfg_boot_kind scfg_boot_openrc = {
	.kind = SWAPCFG_BOOT_OPENRC,
	.text = &scfg_openrc_text,
	.reader = SCFG_READER_COMMAND,
	.before_mounts = true,
	.file = "/etc/init.d/swapcfg",
	.mode = 0755,
	.ours_alone = true,
	.wants = "/etc/runlevels/boot",
	.wants_target = "/etc/init.d/",
	.fault = openrc_fault,
};
