/* SPDX-License-Identifier: MIT */
/* Taking the snapshot: the kernel's areas first, then what the boot configuration names. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "spec.h"
#include "status.h"
#include "survey.h"

struct query {
	struct swapcfg_ctx *ctx;
	struct swapcfg_status *status;
	struct scfg_swaps swaps;
	bool only_known; /* entries for areas that are not listed yet are passed over */
};

static struct swapcfg_area *add_area(struct swapcfg_status *status, const char *path)
{
	struct swapcfg_area *areas =
		realloc(status->areas, (status->area_count + 1) * sizeof(*areas));
	struct swapcfg_area *area;

	if (!areas)
		return NULL;
	status->areas = areas;
	area = &areas[status->area_count];
	*area = (struct swapcfg_area){.priority = SWAPCFG_PRIORITY_DEFAULT};
	area->path = strdup(path);
	if (!area->path)
		return NULL;
	status->area_count++;
	return area;
}

static int read_header(const struct query *query, int fd, struct swapcfg_area *area)
{
	uint32_t page = query->status->page_size;
	uint8_t *data = malloc(SCFG_PAGE_MAX);
	int64_t got;

	if (!data)
		return -ENOMEM;
	/* The kernel took an active area's header, so it is in the native page. */
	got = query->ctx->sys->pread(fd, data, area->active ? page : SCFG_PAGE_MAX, 0);
	if (got > 0)
		scfg_header_decode(data, (size_t)got, page, &area->header);
	free(data);
	if (area->header.content == SCFG_CONTENT_SWAP)
		scfg_uuid_format(area->header.uuid, area->uuid);
	return 0; /* what cannot be read has no header; the findings say so */
}

static void look_at_stat(struct swapcfg_area *area, const struct stat *st)
{
	area->there = S_ISREG(st->st_mode) || S_ISBLK(st->st_mode);
	area->mode = (unsigned int)st->st_mode & 07777u;
	if (S_ISREG(st->st_mode)) {
		area->backing = SWAPCFG_BACKING_FILE;
		area->size = (uint64_t)st->st_size;
		area->dev = st->st_dev;
		area->ino = st->st_ino;
	} else if (S_ISBLK(st->st_mode)) {
		area->backing = strncmp(area->path, "/dev/zram", 9) == 0 ? SWAPCFG_BACKING_ZRAM
									 : SWAPCFG_BACKING_DEVICE;
		area->dev = st->st_rdev;
	}
}

/* Fills in what the path leads to. That it leads nowhere is no failure; not to know it is one. */
static int look_at_path(const struct query *query, struct swapcfg_area *area)
{
	const struct scfg_sys *sys = query->ctx->sys;
	struct stat st;
	int fd = scfg_open(query->ctx, area->path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	int err = 0;
	int r;

	scfg_note_failure(fd, &err);
	if (fd < 0)
		return err;
	r = sys->fstat(fd, &st);
	if (r == 0)
		look_at_stat(area, &st);
	if (r == 0 && S_ISBLK(st.st_mode))
		r = scfg_device_size(query->ctx, fd, &area->size);
	if (r == 0 && area->there)
		r = read_header(query, fd, area);
	sys->close(fd);
	return r;
}

static int add_row(const struct query *query, const struct scfg_swap_row *row)
{
	struct swapcfg_area *area = add_area(query->status, row->path);
	int r;

	if (!area)
		return -ENOMEM;
	area->active = true;
	r = row->deleted ? 0 : look_at_path(query, area);
	if (!area->there) {
		area->backing = row->is_file ? SWAPCFG_BACKING_FILE : SWAPCFG_BACKING_DEVICE;
		area->size = row->size + query->status->page_size;
	}
	area->used = row->used;
	area->priority = row->priority;
	return r;
}

static int attach(struct swapcfg_area *area, const struct scfg_boot_file *file,
		  const struct scfg_boot_line *line)
{
	char *name = strdup(file->path);
	struct swapcfg_boot_entry *entries =
		realloc(area->entries, (area->entry_count + 1) * sizeof(*entries));

	if (entries)
		area->entries = entries;
	if (!entries || !name) {
		free(name);
		return -ENOMEM;
	}
	entries[area->entry_count++] = (struct swapcfg_boot_entry){file->kind, name, line->line,
								   line->owner, line->priority};
	if (!area->active && area->priority < 0)
		area->priority = line->priority;
	return 0;
}

static struct swapcfg_area *find_path(struct swapcfg_status *status, const char *path)
{
	for (size_t i = 0; i < status->area_count; i++) {
		if (strcmp(status->areas[i].path, path) == 0)
			return &status->areas[i];
	}
	return NULL;
}

/* Another name of a file or device that is listed already. */
static struct swapcfg_area *find_same(struct swapcfg_status *status,
				      const struct swapcfg_area *area)
{
	for (size_t i = 0; i < status->area_count; i++) {
		struct swapcfg_area *other = &status->areas[i];

		if (other != area && other->there && area->there &&
		    other->backing == area->backing && other->dev == area->dev &&
		    other->ino == area->ino)
			return other;
	}
	return NULL;
}

static void drop_last(struct swapcfg_status *status)
{
	free(status->areas[--status->area_count].path);
}

static int add_line(const struct query *query, const struct scfg_boot_file *file,
		    const struct scfg_boot_line *line)
{
	struct swapcfg_area *area = find_path(query->status, line->path);
	struct swapcfg_area *same;
	int r;

	if (area)
		return attach(area, file, line);
	area = add_area(query->status, line->path);
	if (!area)
		return -ENOMEM;
	r = look_at_path(query, area);
	if (r < 0)
		return r;
	same = find_same(query->status, area);
	if (same || query->only_known)
		drop_last(query->status);
	if (!same && query->only_known)
		return 0;
	return attach(same ? same : &query->status->areas[query->status->area_count - 1], file,
		      line);
}

/* Where areas usually lie, so that one that is off and has no entry is seen as well. */
static const char *const usual_places[] = {"/swapfile", "/data/swapfile"};

static int add_usual(const struct query *query)
{
	for (size_t i = 0; i < sizeof(usual_places) / sizeof(usual_places[0]); i++) {
		struct swapcfg_area *area;
		int r;

		if (find_path(query->status, usual_places[i]))
			continue;
		area = add_area(query->status, usual_places[i]);
		if (!area)
			return -ENOMEM;
		r = look_at_path(query, area);
		if (r < 0)
			return r;
		if (area->header.content != SCFG_CONTENT_SWAP || find_same(query->status, area))
			drop_last(query->status);
	}
	return 0;
}

/* One that is not enabled activates nothing. */
static int add_file(const struct scfg_boot_file *file, void *arg)
{
	const struct query *query = arg;
	int r = 0;

	for (size_t i = 0; r == 0 && file->enabled && i < file->lines.count; i++) {
		if (!file->lines.lines[i].by_tag)
			r = add_line(query, file, &file->lines.lines[i]);
	}
	return r;
}

static int read_kernel(struct query *query)
{
	struct swapcfg_status *status = query->status;
	struct scfg_meminfo memory;
	int r;

	if (query->ctx->offline)
		return 0;
	r = scfg_meminfo_read(query->ctx, &memory);
	if (r < 0)
		return r;
	status->memory_total = memory.total;
	status->memory_available = memory.available;
	status->swap_total = memory.swap_total;
	status->swap_used =
		memory.swap_total > memory.swap_free ? memory.swap_total - memory.swap_free : 0;
	r = scfg_swaps_read(query->ctx, &query->swaps);
	return r == -ENOSYS ? 0 : r;
}

/* Takes over from a row, listed last, what the kernel knows of the same file or device. */
static void take_row(struct swapcfg_status *status, struct swapcfg_area *area,
		     const struct swapcfg_area *row)
{
	if (find_same(status, row) == area) {
		area->active = true;
		area->used = row->used;
		area->priority = row->priority;
	}
	drop_last(status);
}

/* The one area of a path; the row in use under any of its names is its own. */
static int add_one(struct query *query, const char *path)
{
	struct swapcfg_status *status = query->status;
	struct swapcfg_area *area = add_area(status, path);
	int r = area ? look_at_path(query, area) : -ENOMEM;

	for (size_t i = 0; r == 0 && i < query->swaps.count; i++) {
		r = add_row(query, &query->swaps.rows[i]);
		if (r == 0)
			take_row(status, &status->areas[0], &status->areas[1]);
	}
	return r;
}

static int collect(struct query *query, const char *path)
{
	int r = read_kernel(query);

	if (r == 0 && path)
		r = add_one(query, path);
	for (size_t i = 0; r == 0 && !path && i < query->swaps.count; i++)
		r = add_row(query, &query->swaps.rows[i]);
	query->only_known = path != NULL;
	if (r == 0)
		r = scfg_boot_each(query->ctx, add_file, query);
	if (r == 0 && !path)
		r = add_usual(query);
	for (size_t i = 0; r == 0 && i < query->status->area_count; i++)
		r = scfg_area_judge(query->ctx, &query->status->areas[i], query->status->page_size);
	return r;
}

static int take(struct swapcfg_ctx *ctx, const char *path, struct swapcfg_status **ret,
		struct swapcfg_error **reterr)
{
	struct query query = {.ctx = ctx};
	int r = -ENOMEM;

	query.status = calloc(1, sizeof(*query.status));
	if (query.status) {
		query.status->page_size = ctx->sys->page_size();
		r = collect(&query, path);
	}
	scfg_swaps_free(&query.swaps);
	if (r == 0) {
		*ret = query.status;
		return 0;
	}
	swapcfg_status_free(query.status);
	return r == -ENOMEM ? scfg_fail_memory(reterr)
			    : scfg_fail_errno(reterr, r, path, "cannot read the swap status");
}

int swapcfg_query(struct swapcfg_ctx *ctx, struct swapcfg_status **ret,
		  struct swapcfg_error **reterr)
{
	return take(ctx, NULL, ret, reterr);
}

int swapcfg_query_path(struct swapcfg_ctx *ctx, const char *path, struct swapcfg_status **ret,
		       struct swapcfg_error **reterr)
{
	if (!path || !*path)
		return scfg_spec_no_path(reterr);
	if (path[0] != '/')
		return scfg_fail(reterr, 0, SWAPCFG_REASON_INVALID_ARGUMENT, path,
				 "%s: the path must be absolute", path);
	return take(ctx, path, ret, reterr);
}
