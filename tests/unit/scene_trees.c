/* SPDX-License-Identifier: MIT */
/* Roots in the form of real systems, as far as boot entries are concerned. */
#include <sys/sysmacros.h>

#include "inittab_samples.h"
#include "scene.h"

#define BUSYBOX "\177ELF with a BusyBox v1.36.1 banner"

const char nano_inittab[] = "# /etc/inittab of a small device\n"
			    "\n"
			    "id:3:initdefault:\n"
			    "\n"
			    "si0::sysinit:/bin/mount -t proc proc /proc\n"
			    "si1::sysinit:/bin/mount -o remount,rw /\n"
			    "si2::sysinit:/bin/mkdir -p /dev/pts /dev/shm\n"
			    "si3::sysinit:/bin/mount -a\n"
			    "si4::sysinit:/bin/mkdir -p /run/lock/subsys\n"
			    "si5::sysinit:/sbin/swapon -a\n"
			    "si6::sysinit:/bin/ln -sf /proc/self/fd /dev/fd 2>/dev/null\n"
			    "si7::sysinit:/bin/ln -sf /proc/self/fd/0 /dev/stdin 2>/dev/null\n"
			    "si8::sysinit:/bin/ln -sf /proc/self/fd/1 /dev/stdout 2>/dev/null\n"
			    "si9::sysinit:/bin/ln -sf /proc/self/fd/2 /dev/stderr 2>/dev/null\n"
			    "si10::sysinit:/bin/hostname -F /etc/hostname\n"
			    "rcS:12345:wait:/etc/init.d/rcS\n"
			    "\n"
			    "1:2345:respawn:/sbin/getty -L console 115200 vt100\n"
			    "2:2345:respawn:/sbin/getty -L ttyGS0 115200 vt100\n"
			    "\n"
			    "shd0:06:wait:/etc/init.d/rcK\n"
			    "shd1:06:wait:/sbin/swapoff -a\n"
			    "shd2:06:wait:/bin/umount -a -r\n"
			    "hlt0:0:wait:/sbin/halt -dhp\n"
			    "reb0:6:wait:/sbin/reboot\n"
			    "\n";

void put_data_disk(void)
{
	put_dir("/data", 0755);
	put("/proc/self/mountinfo",
	    "22 1 179:2 / / rw,relatime - ext4 /dev/root rw\n"
	    "30 22 179:3 / /data rw,relatime - exfat /dev/mmcblk0p3 rw,umask=0077\n");
	fake.disks[1] =
		(struct fake_disk){"/data", FAKE_EXFAT, makedev(179, 3), 16 * GIB, 8 * GIB, false};
}

void tree_nano(void)
{
	put("/sbin/init", "\177ELF of sysvinit");
	put("/bin/busybox", BUSYBOX);
	put_link("../bin/busybox", "/sbin/swapon");
	put("/etc/inittab", nano_inittab);
	put("/etc/fstab", "/dev/root / auto rw,noauto 0 1\nproc /proc proc defaults 0 0\n");
	put("/etc/init.d/rcS", "for i in /etc/init.d/S??*; do $i start; done\n");
	put("/etc/init.d/S01fs", "mount -t exfat /dev/mmcblk0p3 /data\n");
	put_data_disk();
}

void tree_busybox(void)
{
	put("/bin/busybox", BUSYBOX);
	put_link("/bin/busybox", "/sbin/init");
	put_link("/bin/busybox", "/sbin/swapon");
	put("/etc/inittab", BB_SYSINIT BB_RCS BB_REST);
	put("/etc/init.d/rcS", "mount /dev/mmcblk0p3 /data\n");
	put_data_disk();
}

void tree_systemd(void)
{
	put("/lib/systemd/systemd", "\177ELF of systemd");
	put_link("/lib/systemd/systemd", "/sbin/init");
	put_dir("/run/systemd/system", 0755);
	put("/sbin/swapon", "\177ELF of util-linux");
	put("/etc/fstab", "UUID=1234 / ext4 defaults 0 1\n");
}

void tree_debian(void)
{
	put("/sbin/init", "\177ELF of sysvinit");
	put("/sbin/swapon", "\177ELF of util-linux");
	put("/etc/inittab", DEB_SI DEB_LEVELS DEB_REST);
	put("/etc/init.d/rcS", "exec /lib/init/rcS\n");
	put("/etc/init.d/checkroot.sh", "swapon -a -e\n");
	put("/etc/fstab", "UUID=1234 / ext4 defaults 0 1\n");
}
