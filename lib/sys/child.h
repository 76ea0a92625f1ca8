/* SPDX-License-Identifier: MIT */
/* The one process that the library makes: it calls swapoff(2) and ends. Part of the system layer.
 */
#ifndef SCFG_SYS_CHILD_H
#define SCFG_SYS_CHILD_H

#include "sys/sys.h"

int scfg_child_swapoff(const char *path, int area_fd, int lock_fd);
enum scfg_child scfg_child_poll(int pid, int *result);
enum scfg_child scfg_child_end(int pid, int *result);

#endif
