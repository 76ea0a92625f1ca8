/* SPDX-License-Identifier: MIT */
/*
 * Inittabs in the form of real ones, and entries for /swapfile.
 */
#ifndef TESTS_INITTAB_SAMPLES_H
#define TESTS_INITTAB_SAMPLES_H

#include "boot_check.h"

/* The NanoKVM: sysvinit, with the tools of BusyBox. */
#define NANO_SYSINIT                                                   \
	"# /etc/inittab of a small device\n\nid:3:initdefault:\n\n"    \
	"si0::sysinit:/bin/mount -t proc proc /proc\n"                 \
	"si1::sysinit:/bin/mount -o remount,rw /\n"                    \
	"si2::sysinit:/bin/mkdir -p /dev/pts /dev/shm\n"               \
	"si3::sysinit:/bin/mount -a\n"                                 \
	"si4::sysinit:/bin/mkdir -p /run/lock/subsys\n"                \
	"si5::sysinit:/sbin/swapon -a\n"                               \
	"si6::sysinit:/bin/ln -sf /proc/self/fd /dev/fd 2>/dev/null\n" \
	"si10::sysinit:/bin/hostname -F /etc/hostname\n"
#define NANO_RCS "rcS:12345:wait:/etc/init.d/rcS\n"
#define NANO_REST                                                  \
	"\n1:2345:respawn:/sbin/getty -L console 115200 vt100\n\n" \
	"shd0:06:wait:/etc/init.d/rcK\n"                           \
	"shd1:06:wait:/sbin/swapoff -a\n"                          \
	"shd2:06:wait:/bin/umount -a -r\n"                         \
	"hlt0:0:wait:/sbin/halt -dhp\nreb0:6:wait:/sbin/reboot\n\n"
#define NANO  NANO_SYSINIT NANO_RCS NANO_REST
#define ADOPT "si11::sysinit:/sbin/swapon /swapfile\n"
#define SYS0  MARKER "swc0::sysinit:/sbin/swapon /swapfile\n"
#define RCS0  MARKER "swc0:12345:wait:/sbin/swapon /swapfile\n"
#define BSYS  MARKER "::sysinit:/sbin/swapon /swapfile\n"

#define BB_SYSINIT "::sysinit:/bin/mount -t proc proc /proc\n"
#define BB_RCS	   "::sysinit:/etc/init.d/rcS\n"
#define BB_REST	   "::respawn:/sbin/getty 115200 ttyS0\n::shutdown:/sbin/swapoff -a\n"

#define DEB_SI "id:2:initdefault:\nsi::sysinit:/etc/init.d/rcS\n"
#define DEB_LEVELS                                                                          \
	"~~:S:wait:/sbin/sulogin\nl0:0:wait:/etc/init.d/rc 0\nl1:1:wait:/etc/init.d/rc 1\n" \
	"l2:2:wait:/etc/init.d/rc 2\nl5:5:wait:/etc/init.d/rc 5\n"
#define DEB_REST "l6:6:wait:/etc/init.d/rc 6\nz6:6:respawn:/sbin/sulogin\n"

#endif
