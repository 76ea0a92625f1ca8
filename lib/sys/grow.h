/* SPDX-License-Identifier: MIT */
/* The calls that make files larger, and may meet RLIMIT_FSIZE. Part of the system layer. */
#ifndef SCFG_SYS_GROW_H
#define SCFG_SYS_GROW_H

#include "sys/sys.h"

int64_t scfg_sys_pwrite(int fd, const void *data, size_t len, uint64_t offset);
int scfg_sys_ftruncate(int fd, uint64_t size);
int scfg_sys_fallocate(int fd, uint64_t offset, uint64_t len);

#endif
