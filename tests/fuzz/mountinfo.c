/* SPDX-License-Identifier: MIT */
/* /proc/self/mountinfo: bytes as they are, or mounts that are printed as the kernel does. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "proc_text.h"
#include "pure/procfs.h"

const char *const fuzz_properties[] = {"verdict", "untouched", "reread",
				       "by_path", "by_type",   NULL};

#define MOUNTS_MAX 6

/* A query of either kind, over memory of exactly that size. */
static int find(const char *text, size_t len, const char *path, const char *type,
		struct scfg_mount *ret)
{
	char *copy = fuzz_copy(text, len);
	int r;

	memset(ret, 0xa5, sizeof(*ret));
	if (path)
		r = scfg_mountinfo_by_path(copy, len, path, ret);
	else
		r = scfg_mountinfo_by_type(copy, len, type, ret);
	free(copy);
	if (r < 0 && fuzz_is_wrong("verdict"))
		r = -EIO;
	fuzz_hold("verdict", r == 0 || r == -EINVAL || r == -ENOENT, "it gives %d", r);
	if (r < 0 && fuzz_is_wrong("untouched"))
		memset(ret, 0, 1);
	if (r < 0)
		fuzz_hold("untouched", fuzz_is_untouched(ret, sizeof(*ret)),
			  "a failure leaves something behind");
	return r;
}

static bool is_same(const struct scfg_mount *one, const struct scfg_mount *other)
{
	return one->id == other->id && one->major == other->major && one->minor == other->minor &&
	       strcmp(one->root, other->root) == 0 && strcmp(one->point, other->point) == 0 &&
	       strcmp(one->type, other->type) == 0 && strcmp(one->source, other->source) == 0 &&
	       strcmp(one->super, other->super) == 0 && one->read_only == other->read_only;
}

static void print(const struct scfg_mount *mount, const char *optional, struct scfg_buf *ret)
{
	static const char escaped[] = " \t\n\\#";

	scfg_buf_addf(ret, "%d 1 %u:%u ", mount->id, mount->major, mount->minor);
	fuzz_escape(mount->root, escaped, ret);
	scfg_buf_adds(ret, " ");
	fuzz_escape(mount->point, escaped, ret);
	scfg_buf_addf(ret, " %s,relatime%s - ", mount->read_only ? "ro" : "rw", optional);
	fuzz_escape(mount->type, escaped, ret);
	scfg_buf_adds(ret, " ");
	fuzz_escape(mount->source, escaped, ret);
	scfg_buf_adds(ret, " ");
	fuzz_escape(mount->super, escaped, ret);
	scfg_buf_adds(ret, "\n");
}

/* The mount that holds a path, by what a mount point is; NULL for none. */
static const struct scfg_mount *holder(const struct scfg_mount *mounts, size_t count,
				       const char *path)
{
	const struct scfg_mount *found = NULL;

	for (size_t i = 0; i < count; i++) {
		const char *point = mounts[i].point;
		size_t len = strlen(point);

		if (strncmp(path, point, len) != 0 ||
		    (strcmp(point, "/") != 0 && path[len] != '/' && path[len] != '\0'))
			continue;
		if (!found || len >= strlen(found->point))
			found = &mounts[i];
	}
	return found;
}

static const struct scfg_mount *whole(const struct scfg_mount *mounts, size_t count,
				      const char *type)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(mounts[i].type, type) == 0 && strcmp(mounts[i].root, "/") == 0)
			return &mounts[i];
	}
	return NULL;
}

static void check_query(const char *property, const struct scfg_buf *text, const char *path,
			const char *type, const struct scfg_mount *wanted)
{
	struct scfg_mount found;
	int r = find(text->data, text->len, path, type, &found);

	if (r == 0 && fuzz_is_wrong(property))
		found.id ^= 1;
	fuzz_hold(property, r == (wanted ? 0 : -ENOENT) && (!wanted || is_same(&found, wanted)),
		  "%s gives %d in\n%s", path ? path : type, r, text->data);
	if (r == 0)
		scfg_mount_free(&found);
}

static char *string_or(struct fuzz_input *in, const char *first, const char *other)
{
	char *text = fuzz_string(in, 100);
	struct scfg_buf buf = {0};

	scfg_buf_addf(&buf, "%s%s", first, text);
	/* A mount point ends in no slash, and so on. */
	while (buf.len > 1 && buf.data[buf.len - 1] == '/')
		buf.data[--buf.len] = '\0';
	if (buf.len == 0)
		scfg_buf_adds(&buf, other);
	free(text);
	return scfg_buf_take(&buf);
}

/* No type has bytes that are escaped, so none is asked for. */
static char *take_type(struct fuzz_input *in)
{
	char *type = string_or(in, "", "ext4");

	for (char *c = type; (c = strpbrk(c, " \t\n\\#"));)
		*c = '_';
	return type;
}

static void take_mount(struct fuzz_input *in, struct scfg_mount *mount)
{
	uint8_t flags = fuzz_byte(in);

	mount->id = (int)(fuzz_number(in) & 0x7fffffff);
	mount->major = fuzz_number(in) & 0x7fffffff;
	mount->minor = fuzz_number(in) & 0x7fffffff;
	mount->read_only = flags & 1;
	mount->root = flags & 2 ? strdup("/") : string_or(in, "/", "");
	mount->point = string_or(in, "/", "");
	mount->type = take_type(in);
	mount->source = fuzz_string(in, 40);
	mount->super = strdup(flags & 4 ? "rw,errors=remount-ro" : "rw,robust");
}

static void check_mounts(struct fuzz_input *in)
{
	static const char *const optional[] = {"", " shared:1", " shared:2 master:1",
					       " unbindable"};
	struct scfg_mount mounts[MOUNTS_MAX];
	size_t count = fuzz_below(in, MOUNTS_MAX + 1);
	char *path = string_or(in, "/", "");
	char *type = take_type(in);
	struct scfg_buf text = {0};

	scfg_buf_adds(&text, "");
	for (size_t i = 0; i < count; i++) {
		take_mount(in, &mounts[i]);
		print(&mounts[i], optional[fuzz_below(in, COUNT(optional))], &text);
	}
	check_query("by_path", &text, path, NULL, holder(mounts, count, path));
	check_query("by_type", &text, NULL, type, whole(mounts, count, type));
	for (size_t i = 0; i < count; i++) {
		check_query("by_path", &text, mounts[i].point, NULL,
			    holder(mounts, count, mounts[i].point));
		check_query("by_type", &text, NULL, mounts[i].type,
			    whole(mounts, count, mounts[i].type));
	}
	for (size_t i = 0; i < count; i++)
		scfg_mount_free(&mounts[i]);
	free(path);
	free(type);
	scfg_buf_free(&text);
}

static void check_bytes(struct fuzz_input *in)
{
	char *path = fuzz_string(in, 100);
	struct scfg_mount found, again;
	struct scfg_buf text = {0};
	int r = find((const char *)in->at, in->len, path, NULL, &found);

	if (r == 0) {
		print(&found, "", &text);
		fuzz_spoil("reread", &text);
		r = find(text.data, text.len, path, NULL, &again);
		fuzz_hold("reread", r == 0 && is_same(&found, &again), "%s gives %d in\n%s", path,
			  r, text.data);
		scfg_buf_free(&text);
		scfg_mount_free(&found);
		scfg_mount_free(&again);
	}
	if (find((const char *)in->at, in->len, NULL, "ext4", &found) == 0)
		scfg_mount_free(&found);
	free(path);
}

/* An even first byte: a path up to a byte 0, and the rest is the text. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};

	if (fuzz_byte(&in) & 1)
		check_mounts(&in);
	else
		check_bytes(&in);
	return 0;
}
