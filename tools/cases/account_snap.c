/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cases/account_snap.h"

#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tools/cases/account_check.h"

/*
 * The struct that TCGETS fills. The C library's struct termios is different, and the library may
 * change flags.
 */
struct kernel_termios {
	uint32_t iflag, oflag, cflag, lflag;
	uint8_t line, cc[19];
};

const char *const snap_ns_names[ACCOUNT_NS] = {
	"uts", "ipc", "mnt", "net", "cgroup", "time", "pid"
};

size_t snap_file(const char *path, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	while ((n = read(fd, buf + len, size - 1 - len)) > 0)
		len += (size_t)n;
	CHECK(n == 0);
	buf[len] = '\0';
	close(fd);
	return len;
}

/* The text after @key in a status file of /proc. */
static const char *status_value(const char *status, const char *key)
{
	const char *p;

	p = strstr(status, key);
	CHECK(p);
	return p + strlen(key);
}

/*
 * Field @n, at least 3, of a stat file of /proc, with the numbers of proc(5). Fields are counted
 * from the last parenthesis, because the name before it can contain spaces.
 */
static uint64_t stat_field(const char *stat, int n)
{
	const char *p;

	p = strrchr(stat, ')');
	CHECK(p);
	for (p += 1; n >= 3; n--) {
		p = strchr(p, ' ');
		CHECK(p);
		p++;
	}
	return strtoull(p, NULL, 10);
}

uint64_t snap_clock(clockid_t id)
{
	struct timespec ts;

	CHECK(clock_gettime(id, &ts) == 0);
	return (uint64_t)ts.tv_sec * 1000000000ull + (uint64_t)ts.tv_nsec;
}

/*
 * The time that the machine was suspended. If the thread is preempted between the two clocks, the
 * difference is too large. So take the smallest of several.
 */
static uint64_t slept_ns(void)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 5; i++) {
		uint64_t monotonic = snap_clock(CLOCK_MONOTONIC);
		uint64_t slept = snap_clock(CLOCK_BOOTTIME) - monotonic;

		if (slept < least)
			least = slept;
	}
	return least;
}

uint64_t account_now(void)
{
	return snap_clock(CLOCK_MONOTONIC);
}

void snap_pids(struct account_pids *p)
{
	uint64_t tick_ns = 1000000000ull / (uint64_t)sysconf(_SC_CLK_TCK);
	uint64_t slept = slept_ns();
	uint64_t slack = 1000000;
	/*
	 * The kernel reads the start time from two clocks: first the clock of events, then the
	 * clock of /proc. It can be preempted between them: 70 ms were seen on an emulated machine
	 * with a busy host.
	 */
	uint64_t between = 1000000000;
	char buf[8192];
	uint64_t ticks;

	/* Numbers of the thread, in the PID namespace that /proc was mounted in. */
	snap_file("/proc/thread-self/status", buf, sizeof(buf));
	p->tid = (uint32_t)strtoul(status_value(buf, "\nPid:"), NULL, 10);
	p->tgid = (uint32_t)strtoul(status_value(buf, "\nTgid:"), NULL, 10);
	p->ppid = (uint32_t)strtoul(status_value(buf, "\nPPid:"), NULL, 10);

	/* Values of the process. The start time is that of its first thread, CLOCK_BOOTTIME. */
	snap_file("/proc/self/stat", buf, sizeof(buf));
	p->pgid = (uint32_t)stat_field(buf, 5);
	p->sid = (uint32_t)stat_field(buf, 6);
	ticks = stat_field(buf, 22);
	p->start_lo = ticks * tick_ns - slept - slack - between;
	p->start_hi = (ticks + 1) * tick_ns - slept + slack;
	/* The range of times that are the same number of ticks in /proc. */
	p->boot_lo = ticks * tick_ns;
	p->boot_hi = (ticks + 1) * tick_ns - 1;
}

/* Ids of the process before it entered a user namespace that does not map them. */
static uid_t unmapped_uid = (uid_t)-1;
static gid_t unmapped_gid = (gid_t)-1;

void account_before_userns(void)
{
	unmapped_uid = getuid();
	unmapped_gid = getgid();
}

/* The number in the initial user namespace of @id, a user or group of this user namespace. */
static uint32_t map_id(const char *map_path, uint32_t id, uint32_t unmapped)
{
	char buf[4096], *p = buf, *next;

	snap_file(map_path, buf, sizeof(buf));
	for (; *p; p = next + 1) {
		unsigned long inside, outside, count;

		next = strchr(p, '\n');
		CHECK(next);
		inside = strtoul(p, &p, 10);
		outside = strtoul(p, &p, 10);
		count = strtoul(p, &p, 10);
		if (id >= inside && id - inside < count)
			return (uint32_t)(outside + (id - inside));
	}
	return unmapped;
}

/* The last of the four numbers after @key in a status file: the file system id. */
static uint32_t fs_id(const char *status, const char *key)
{
	unsigned int ids[4];

	CHECK(sscanf(status_value(status, key), "%u %u %u %u", &ids[0], &ids[1], &ids[2],
		     &ids[3]) == 4);
	return ids[3];
}

void snap_creds(struct account_creds *c)
{
	static const char uid_map[] = "/proc/thread-self/uid_map";
	static const char gid_map[] = "/proc/thread-self/gid_map";
	uid_t ru, eu, su;
	gid_t rg, eg, sg;
	char buf[8192];

	CHECK(getresuid(&ru, &eu, &su) == 0 && getresgid(&rg, &eg, &sg) == 0);
	c->ruid = map_id(uid_map, ru, unmapped_uid);
	c->euid = map_id(uid_map, eu, unmapped_uid);
	c->suid = map_id(uid_map, su, unmapped_uid);
	c->rgid = map_id(gid_map, rg, unmapped_gid);
	c->egid = map_id(gid_map, eg, unmapped_gid);
	c->sgid = map_id(gid_map, sg, unmapped_gid);
	snap_file("/proc/thread-self/status", buf, sizeof(buf));
	c->fsuid = map_id(uid_map, fs_id(buf, "\nUid:"), unmapped_uid);
	c->fsgid = map_id(gid_map, fs_id(buf, "\nGid:"), unmapped_gid);
	c->cap_permitted = strtoull(status_value(buf, "\nCapPrm:"), NULL, 16);
	c->cap_effective = strtoull(status_value(buf, "\nCapEff:"), NULL, 16);
}

#define PTS_MAJOR 136 /* include/uapi/linux/major.h: UNIX98_PTY_SLAVE_MAJOR */

void account_tty_of(int fd, struct account_tty *tty)
{
	struct kernel_termios termios;
	struct winsize size;
	struct stat st;

	/* /dev/tty is the controlling terminal. The event has that terminal's number. */
	CHECK(fstat(fd, &st) == 0);
	tty->major = (uint32_t)(st.st_rdev >> 8 & 0xfff);
	tty->minor = (uint32_t)((st.st_rdev & 0xff) | (st.st_rdev >> 12 & 0xfff00));
	tty->devpts = tty->major == PTS_MAJOR ? (uint32_t)st.st_dev : 0;
	CHECK(ioctl(fd, TIOCGWINSZ, &size) == 0);
	tty->rows = size.ws_row;
	tty->cols = size.ws_col;
	CHECK(ioctl(fd, TCGETS, &termios) == 0);
	tty->iflag = termios.iflag;
	tty->oflag = termios.oflag;
	tty->lflag = termios.lflag;
	tty->cflag = termios.cflag;
}

static void snap_ctty(struct account_tty *tty)
{
	char buf[8192];
	uint64_t nr;
	int fd;

	memset(tty, 0, sizeof(*tty));
	snap_file("/proc/self/stat", buf, sizeof(buf));
	nr = stat_field(buf, 7);
	if (!nr)
		return;
	fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	CHECK(fd >= 0);
	account_tty_of(fd, tty);
	close(fd);
	tty->major = (uint32_t)(nr >> 8 & 0xfff);
	tty->minor = (uint32_t)((nr & 0xff) | (nr >> 12 & 0xfff00));
	if (tty->major == PTS_MAJOR) {
		char name[64];
		struct stat st;

		/* Assume the devpts instance at /dev/pts: cases use no other. */
		snprintf(name, sizeof(name), "/dev/pts/%u", tty->minor);
		CHECK(stat(name, &st) == 0);
		tty->devpts = (uint32_t)st.st_dev;
	}
}

void snap_ns(uint32_t *ns)
{
	for (size_t i = 0; i < ACCOUNT_NS; i++) {
		char path[64], link[64];
		ssize_t n;

		snprintf(path, sizeof(path), "/proc/thread-self/ns/%s", snap_ns_names[i]);
		n = readlink(path, link, sizeof(link) - 1);
		/* Time namespaces exist since 5.6. */
		if (n < 0 && errno == ENOENT && !strcmp(snap_ns_names[i], "time")) {
			ns[i] = 0;
			continue;
		}
		CHECK(n > 0);
		link[n] = '\0';
		CHECK(strchr(link, '['));
		ns[i] = (uint32_t)strtoul(strchr(link, '[') + 1, NULL, 10);
	}
}

const char *account_cgroup, *account_cgroup_v2;

/*
 * Store the path in the hierarchy of the pids controller (version 1 if it has the controller, else
 * version 2), and the path in the hierarchy of version 2.
 */
void snap_cgroup(char *ret, char *ret_v2, size_t size)
{
	char buf[16384], *p = buf, *next;

	if (account_cgroup) {
		snprintf(ret, size, "%s", account_cgroup);
		snprintf(ret_v2, size, "%s", account_cgroup_v2);
		return;
	}
	ret[0] = ret_v2[0] = '\0';
	snap_file("/proc/thread-self/cgroup", buf, sizeof(buf));
	for (; *p; p = next + 1) {
		char *controllers, *path, *c;
		bool unified, pids = false;

		next = strchr(p, '\n');
		controllers = strchr(p, ':');
		CHECK(next && controllers);
		*next = '\0';
		path = strchr(++controllers, ':');
		CHECK(path);
		*path++ = '\0';
		unified = !*controllers;
		while ((c = strsep(&controllers, ",")))
			pids = pids || !strcmp(c, "pids");
		if (pids || (unified && !ret[0]))
			snprintf(ret, size, "%s", path);
		/*
		 * Only version 2 has an empty list of controllers. A hierarchy of version 1 without
		 * controllers has its name there.
		 */
		if (unified)
			snprintf(ret_v2, size, "%s", path);
	}
	CHECK(ret[0]);
}

/*
 * Inode number of a cgroup's directory; 0 if this mount namespace has no mount of version 2 that
 * contains it.
 */
uint64_t snap_cgroup_id(const char *path_v2)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	const struct mntent *m = NULL;
	char path[8192];
	struct stat st;

	if (!f)
		return 0;
	do
		m = getmntent(f);
	while (m && strcmp(m->mnt_type, "cgroup2") != 0);
	if (m)
		snprintf(path, sizeof(path), "%s/%s", m->mnt_dir, path_v2);
	endmntent(f);
	return m && stat(path, &st) == 0 ? st.st_ino : 0;
}

bool snap_strip(char *s, const char *prefix, const char *suffix)
{
	size_t n = strlen(s), np = strlen(prefix), ns = strlen(suffix);

	if (n < np + ns || strncmp(s, prefix, np) || strcmp(s + n - ns, suffix))
		return false;
	s[n - ns] = '\0';
	memmove(s, s + np, n - np - ns + 1);
	return true;
}

static void snap_cwd(char *ret, size_t size, unsigned int *ret_flags)
{
	ssize_t n;

	*ret_flags = 0;
	/*
	 * The raw system call, because getcwd(3) does not return the path of an unreachable
	 * directory.
	 */
	n = syscall(SYS_getcwd, ret, size);
	if (n > 0) {
		if (snap_strip(ret, "(unreachable)", ""))
			*ret_flags |= PATH_UNREACHABLE;
		return;
	}
	/* ENOENT: the directory was removed. Its link in /proc still has the path. */
	CHECK(errno == ENOENT);
	n = readlink("/proc/thread-self/cwd", ret, size - 1);
	CHECK(n > 0);
	ret[n] = '\0';
	CHECK(snap_strip(ret, "", " (deleted)"));
	*ret_flags |= PATH_DELETED;
}

void snap_comm(char *comm)
{
	char buf[64];
	size_t n;

	n = snap_file("/proc/thread-self/comm", buf, sizeof(buf));
	CHECK(n >= 1 && n <= 16 && buf[n - 1] == '\n');
	buf[n - 1] = '\0';
	memcpy(comm, buf, n);
}

void account_snap(struct account_snap *snap)
{
	memset(snap, 0, sizeof(*snap));
	snap_pids(&snap->pids);
	snap_creds(&snap->creds);
	snap_ctty(&snap->ctty);
	snap_ns(snap->ns);
	snap_comm(snap->comm);
	snap_cgroup(snap->cgroup, snap->cgroup_v2, sizeof(snap->cgroup));
	snap_cwd(snap->cwd, sizeof(snap->cwd), &snap->cwd_flags);
}
