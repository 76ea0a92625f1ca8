/* SPDX-License-Identifier: MIT */
/*
 * Swap readahead, while an area is switched off that need not fit into memory. swapoff(2) fails at
 * the first page that it gets no memory for; readahead makes it ask for up to eight more before
 * that, and for each of them the kernel kills a program (seen on 6.12: a shell and getty). The
 * setting is the system's, so it is put back as soon as swapoff is over.
 */
#include <fcntl.h>
#include <string.h>

#include "steps/steps.h"

#define PAGE_CLUSTER "/proc/sys/vm/page-cluster" /* a power of two of pages */
#define NONE	     "0\n"

static bool write_setting(const struct scfg_txn *txn, const char *text, size_t len)
{
	int fd = scfg_open(txn->ctx, PAGE_CLUSTER, O_WRONLY);
	int64_t put = fd < 0 ? fd : txn->ctx->sys->pwrite(fd, text, len, 0);

	txn->ctx->sys->close(fd);
	return put == (int64_t)len;
}

bool scfg_readahead_stop(const struct scfg_txn *txn, struct scfg_readahead *ret)
{
	int fd = scfg_open(txn->ctx, PAGE_CLUSTER, O_RDONLY);
	int64_t got = fd < 0 ? fd : txn->ctx->sys->pread(fd, ret->text, sizeof(ret->text), 0);

	txn->ctx->sys->close(fd);
	ret->len = got > 0 ? (size_t)got : 0;
	/* Without the setting, or the right to change it, all goes on as it would. */
	return got > 0 && !(ret->len == strlen(NONE) && memcmp(ret->text, NONE, ret->len) == 0) &&
	       write_setting(txn, NONE, strlen(NONE));
}

void scfg_readahead_restore(const struct scfg_txn *txn, const struct scfg_readahead *old)
{
	write_setting(txn, old->text, old->len);
}
