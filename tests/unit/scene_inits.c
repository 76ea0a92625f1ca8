/* SPDX-License-Identifier: MIT */
/* Roots of systems whose init has a way of its own for swap. */
#include "scene.h"

#define BUSYBOX "\177ELF with a BusyBox v1.36.1 banner"

static const char rcs[] = "#!/bin/sh\nfor i in /etc/init.d/S??*; do\n\t$i start\ndone\n";

/* BusyBox without an inittab runs /etc/init.d/rcS; a script mounts /data. */
void tree_buildroot(void)
{
	put("/bin/busybox", BUSYBOX);
	put_link("/bin/busybox", "/sbin/init");
	put_link("/bin/busybox", "/sbin/swapon");
	put("/etc/init.d/rcS", rcs);
	put_data_disk();
}

/* Alpine: BusyBox init, OpenRC, util-linux or BusyBox for swapon. */
void tree_alpine(void)
{
	put("/bin/busybox", BUSYBOX);
	put_link("/bin/busybox", "/sbin/init");
	put_link("/bin/busybox", "/sbin/swapon");
	put("/etc/inittab", "::sysinit:/sbin/openrc sysinit\n::sysinit:/sbin/openrc boot\n"
			    "::wait:/sbin/openrc default\n");
	put("/sbin/openrc-run", "\177ELF of OpenRC");
	put("/etc/init.d/swap", "#!/sbin/openrc-run\n");
	put_dir("/etc/runlevels/boot", 0755);
	put_dir("/run/openrc", 0755);
}

void tree_openwrt(void)
{
	put("/bin/busybox", BUSYBOX);
	put("/sbin/init", "\177ELF of procd");
	put("/sbin/procd", "\177ELF of procd");
	put("/sbin/block", "\177ELF of fstools");
	put_link("/bin/busybox", "/sbin/swapon");
	put("/etc/inittab",
	    "::sysinit:/etc/init.d/rcS S boot\n::shutdown:/etc/init.d/rcS K shutdown\n");
	put("/etc/init.d/fstab", "#!/bin/sh /etc/rc.common\n");
	put("/etc/config/fstab", "config global\n\toption anon_swap '0'\n");
}

void put_helper(void)
{
	put("/usr/sbin/swapcfg", "\177ELF of swapcfg");
}
