/* SPDX-License-Identifier: MIT */
/* The swap calls of the fake. What they refuse, and with which errno, is what mm/swapfile.c does.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "fake.h"
#include "pure/header.h"

#define FLAG_PREFER   0x8000
#define PRIORITY_MASK 0x7fff
#define CHILD	      4242

static char child_path[64];

/* As the kernel does: blanks, newlines and backslashes in octal. */
static void add_name(struct scfg_buf *text, const struct fake_area *area)
{
	for (const char *at = area->path; *at; at++) {
		if (strchr(" \t\n\\", *at))
			scfg_buf_addf(text, "\\%03o", (unsigned int)*at);
		else
			scfg_buf_add(text, at, 1);
	}
}

void fake_write_swaps(void)
{
	struct scfg_buf text = {0};

	if (fake.no_proc)
		return;
	alloc.paused = true;
	scfg_buf_adds(&text, "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
	for (size_t i = 0; i < fake.area_count; i++) {
		const struct fake_area *area = &fake.areas[i];

		add_name(&text, area);
		scfg_buf_addf(&text, "\t%s\t%llu\t%llu\t%d\n",
			      area->device ? "partition" : "file\t",
			      (unsigned long long)(area->size / KIB),
			      (unsigned long long)(area->used / KIB), area->priority);
	}
	put("/proc/swaps", text.data);
	scfg_buf_free(&text);
	alloc.paused = false;
}

/* The kernel's own choice: below all areas that are there. */
static int lowest_priority(void)
{
	int lowest = -1;

	for (size_t i = 0; i < fake.area_count; i++)
		lowest = fake.areas[i].priority < lowest ? fake.areas[i].priority : lowest;
	return lowest - 1;
}

static int read_header(int fd, const struct stat *st, struct scfg_header *header)
{
	uint8_t page[FAKE_PAGE];

	if (pread(fd, page, sizeof(page), 0) != (ssize_t)sizeof(page))
		return -EINVAL;
	scfg_header_decode(page, sizeof(page), FAKE_PAGE, header);
	if (header->content != SCFG_CONTENT_SWAP ||
	    ((uint64_t)header->last_page + 1) * FAKE_PAGE > (uint64_t)st->st_size ||
	    fake_blocks_of(st->st_ino) != FAKE_PLAIN)
		return -EINVAL;
	return 0;
}

static int add_area(int fd, const struct stat *st, int flags)
{
	struct fake_area *area = &fake.areas[fake.area_count];
	struct scfg_header header;
	int r = read_header(fd, st, &header);

	if (r < 0)
		return r;
	*area = (struct fake_area){.dev = st->st_dev, .ino = st->st_ino, .flags = flags};
	fake_must(fake_path_of(fd, area->path), "an area outside of the root");
	area->device = fake_file(area->path) && fake_file(area->path)->device;
	area->size = (uint64_t)header.last_page * FAKE_PAGE;
	area->priority = flags & FLAG_PREFER ? flags & PRIORITY_MASK : lowest_priority();
	fake.area_count++;
	fake_write_swaps();
	return 0;
}

/* Only /proc/self/fd/N is ever asked for: a path could lead to something else by now. */
static int fd_of(const char *path)
{
	int fd;

	fake_must(sscanf(path, "/proc/self/fd/%d", &fd) == 1, path);
	return fd;
}

static int switch_on(int fd, int flags)
{
	struct stat st;

	if (fake.no_privilege || fake.area_count >= fake.slots)
		return -EPERM;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_nlink == 0)
		return -ENOENT;
	if (fake_area_of(st.st_dev, st.st_ino))
		return -EBUSY;
	fake_note("swapon");
	return add_area(fd, &st, flags);
}

static int f_swapon(const char *path, int flags)
{
	char name[PATH_MAX];
	int fd;
	int r = fake_gate("swapon");

	if (r < 0)
		return r;
	if (!fake.no_proc)
		return switch_on(fd_of(path), flags);
	fd = open(full(path, name), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = switch_on(fd, flags);
	close(fd);
	return r;
}

static void drop_area(struct fake_area *area)
{
	fake.area_count--;
	memmove(area, area + 1, (size_t)(fake.areas + fake.area_count - area) * sizeof(*area));
	fake_write_swaps();
}

static int f_swapoff(const char *path)
{
	int fd = fd_of(path);
	struct fake_area *area;
	struct stat st;
	int r = fake_gate("swapoff");

	if (r < 0)
		return r;
	if (fake.no_privilege)
		return -EPERM;
	if (fstat(fd, &st) < 0)
		return -errno;
	area = fake_area_of(st.st_dev, st.st_ino);
	if (!area)
		return -EINVAL;
	fake_note("swapoff");
	drop_area(area);
	return 0;
}

static int f_swapoff_child(const char *path, int area_fd, int lock_fd)
{
	int r = fake_gate("clone");

	fake_must(fd_of(path) == area_fd, "another area's descriptor");
	fake_must(fcntl(lock_fd, F_GETFD) >= 0, "no lock");
	if (r < 0)
		return r;
	snprintf(child_path, sizeof(child_path), "%s", path);
	fake.children++;
	return CHILD;
}

static enum scfg_child child_swapoff(int *result)
{
	int r = f_swapoff(child_path);

	if (fake.child_is_mute)
		return SCFG_CHILD_KILLED;
	*result = r;
	return SCFG_CHILD_ENDED;
}

/* Half of what is left comes back between two looks. */
static enum scfg_child f_child_poll(int pid, int *result)
{
	struct fake_area *area = NULL;
	struct stat st;

	fake_must(pid == CHILD, "not our child");
	if (fake.on_poll)
		fake.on_poll();
	if (fake.polls > 0) {
		fake.polls--;
		if (fstat(fd_of(child_path), &st) == 0)
			area = fake_area_of(st.st_dev, st.st_ino);
		if (area)
			area->used = area->used / 2 / FAKE_PAGE * FAKE_PAGE;
		fake_write_swaps();
		return SCFG_CHILD_RUNS;
	}
	fake.children--;
	if (fake.child_killed)
		return SCFG_CHILD_KILLED;
	return child_swapoff(result);
}

static enum scfg_child f_child_end(int pid, int *result)
{
	fake_must(pid == CHILD, "not our child");
	fake.children--;
	fake.ended++;
	if (!fake.child_finishes)
		return SCFG_CHILD_KILLED;
	return child_swapoff(result);
}

void fake_swap_calls(struct scfg_sys *sys)
{
	sys->swapon = f_swapon;
	sys->swapoff = f_swapoff;
	sys->swapoff_child = f_swapoff_child;
	sys->child_poll = f_child_poll;
	sys->child_end = f_child_end;
}

struct fake_area *fake_area(const char *path)
{
	for (size_t i = 0; i < fake.area_count; i++) {
		if (strcmp(fake.areas[i].path, path) == 0)
			return &fake.areas[i];
	}
	return NULL;
}

void put_area(const char *path, uint64_t size)
{
	struct scfg_header header = {.page_size = FAKE_PAGE,
				     .last_page = (uint32_t)(size / FAKE_PAGE - 1)};
	const uint16_t one = 1;
	uint8_t page[FAKE_PAGE];
	char name[PATH_MAX];

	header.big_endian = *(const uint8_t *)&one == 0;
	memset(header.uuid, 0x11, sizeof(header.uuid));
	scfg_uuid_make_v4(header.uuid);
	fake_must(scfg_header_encode(page, &header) == 0, path);
	put_bytes(path, page, sizeof(page), 0600);
	fake_must(truncate(full(path, name), (off_t)size) == 0, path);
}

void put_active(const char *path, uint64_t size, int priority, uint64_t used)
{
	int flags = priority >= 0 ? FLAG_PREFER | priority : 0;
	char name[PATH_MAX];
	struct stat st;
	int fd;

	put_area(path, size);
	fd = open(full(path, name), O_RDONLY | O_CLOEXEC);
	fake_must(fd >= 0, path);
	fake_must(fstat(fd, &st) == 0, path);
	fake_must(add_area(fd, &st, flags) == 0, path);
	close(fd);
	fake_area(path)->used = used;
	fake_write_swaps();
}

void somebody_on(const char *path)
{
	char name[PATH_MAX];
	struct stat st;
	int fd = open(full(path, name), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return;
	fake_must(fstat(fd, &st) == 0, path);
	if (S_ISREG(st.st_mode) && !fake_area_of(st.st_dev, st.st_ino))
		add_area(fd, &st, 0);
	close(fd);
}

void somebody_off(const char *path)
{
	struct fake_area *area = fake_area(path);

	if (area)
		drop_area(area);
}

char *active_areas(void)
{
	struct scfg_buf text = {0};

	for (size_t i = 0; i < fake.area_count; i++) {
		const struct fake_area *area = &fake.areas[i];

		scfg_buf_addf(&text, "%s %llu", area->path, (unsigned long long)area->size);
		if (area->priority >= 0)
			scfg_buf_addf(&text, " %d", area->priority);
		scfg_buf_adds(&text, "\n");
	}
	return text.data ? scfg_buf_take(&text) : strdup("");
}

uint64_t active_swap(void)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < fake.area_count; i++)
		sum += fake.areas[i].size;
	return sum;
}
