/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cases/account.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What TCGETS fills: not termios(3)'s, whose flags the C library may edit. */
struct kernel_termios {
	uint32_t iflag, oflag, cflag, lflag;
	uint8_t line, cc[19];
};

_Noreturn void account_fail(const char *file, int line, const char *what)
{
	dprintf(STDERR_FILENO, "%s:%d: pid %d: %s: %s\n", file, line, getpid(), what,
		strerror(errno));
	_exit(99);
}

/* ---- one line of JSON --------------------------------------------------------------------- */

/* Large enough for the hex digits of the longest argument and environment of any case. */
static char line[1 << 20];
static size_t line_len;

__attribute__((format(printf, 1, 2))) static void put(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line + line_len, sizeof(line) - line_len, fmt, ap);
	va_end(ap);
	CHECK(n >= 0 && (size_t)n < sizeof(line) - line_len);
	line_len += (size_t)n;
}

static void put_bytes(const void *data, size_t len)
{
	const unsigned char *p = data;
	bool plain = true;
	size_t i;

	for (i = 0; i < len; i++)
		plain = plain && p[i] >= ' ' && p[i] <= '~' && p[i] != '"' && p[i] != '\\';
	if (plain) {
		put("\"%.*s\"", (int)len, (const char *)data);
		return;
	}
	put("{\"$hex\":\"");
	for (i = 0; i < len; i++)
		put("%02x", p[i]);
	put("\"}");
}

static void put_string(const char *key, const char *value)
{
	put(",\"%s\":", key);
	put_bytes(value, strlen(value));
}

static void put_list(const char *key, char *const *list)
{
	put(",\"%s\":[", key);
	for (size_t i = 0; list && list[i]; i++) {
		put("%s", i ? "," : "");
		put_bytes(list[i], strlen(list[i]));
	}
	put("]");
}

static void put_path(const char *key, const char *path, unsigned int flags)
{
	put_string(key, path);
	if (!flags)
		return;
	put(",\"%s_flags\":[%s%s%s]", key, flags & PATH_DELETED ? "\"deleted\"" : "",
	    flags == (PATH_DELETED | PATH_UNREACHABLE) ? "," : "",
	    flags & PATH_UNREACHABLE ? "\"unreachable\"" : "");
}

static void put_pids(const char *key, const struct account_pids *p)
{
	put(",\"%s\":{\"tid\":%u,\"tgid\":%u,\"ppid\":%u,\"pgid\":%u,\"sid\":%u,", key, p->tid,
	    p->tgid, p->ppid, p->pgid, p->sid);
	put("\"start_time_ns\":{\"$range\":[%" PRIu64 ",%" PRIu64 "]}}", p->start_lo, p->start_hi);
}

static void put_creds(const struct account_creds *c)
{
	put(",\"creds\":{\"ruid\":%u,\"rgid\":%u,\"euid\":%u,\"egid\":%u,\"suid\":%u,"
	    "\"sgid\":%u,",
	    c->ruid, c->rgid, c->euid, c->egid, c->suid, c->sgid);
	put("\"cap_permitted\":\"%" PRIu64 "\",\"cap_effective\":\"%" PRIu64 "\"}",
	    c->cap_permitted, c->cap_effective);
}

static void put_tty(const char *key, const struct account_tty *t)
{
	put(",\"%s\":{\"major\":%u,\"minor\":%u,\"winsize_rows\":%u,\"winsize_cols\":%u,", key,
	    t->major, t->minor, t->rows, t->cols);
	put("\"termios_c_iflag\":\"%u\",\"termios_c_oflag\":\"%u\",", t->iflag, t->oflag);
	put("\"termios_c_lflag\":\"%u\",\"termios_c_cflag\":\"%u\"}", t->lflag, t->cflag);
}

static const char *const ns_names[ACCOUNT_NS] = { "uts",    "ipc",  "mnt", "net",
						  "cgroup", "time", "pid" };

static void put_ns(const uint32_t *ns)
{
	put(",\"ns\":{");
	for (size_t i = 0; i < ACCOUNT_NS; i++)
		put("%s\"%s\":%u", i ? "," : "", ns_names[i], ns[i]);
	put("}");
}

static void put_begin(const char *type)
{
	line_len = 0;
	put("{\"event_type\":\"%s\"", type);
}

static void put_end(void)
{
	put("}\n");
	CHECK(write(ACCOUNT_FD, line, line_len) == (ssize_t)line_len);
}

/* ---- what /proc knows --------------------------------------------------------------------- */

static size_t read_file(const char *path, char *buf, size_t size)
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

/* The text behind "Key:" in a status file. */
static const char *status_value(const char *status, const char *key)
{
	const char *p;

	p = strstr(status, key);
	CHECK(p);
	return p + strlen(key);
}

/* Field @n of a stat file, counted as in proc(5), from 3 up: the name before may hold anything. */
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

static uint64_t clock_ns(clockid_t id)
{
	struct timespec ts;

	CHECK(clock_gettime(id, &ts) == 0);
	return (uint64_t)ts.tv_sec * 1000000000ull + (uint64_t)ts.tv_nsec;
}

/* How long the machine has slept. The smallest of some differences: one may lose its CPU between. */
static uint64_t slept_ns(void)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 5; i++) {
		uint64_t monotonic = clock_ns(CLOCK_MONOTONIC);
		uint64_t slept = clock_ns(CLOCK_BOOTTIME) - monotonic;

		if (slept < least)
			least = slept;
	}
	return least;
}

uint64_t account_now(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

static void snap_pids(struct account_pids *p)
{
	uint64_t tick_ns = 1000000000ull / (uint64_t)sysconf(_SC_CLK_TCK);
	uint64_t slept = slept_ns();
	uint64_t slack = 1000000;
	/*
	 * The kernel takes the time of the start twice, first by the clock that events have, and then
	 * by that of /proc: it may lose its CPU between the two, an emulated one for long.
	 */
	uint64_t between = 50000000;
	char buf[8192];
	uint64_t ticks;

	/* Of the thread; numbers are those of the PID namespace that /proc was mounted in. */
	read_file("/proc/thread-self/status", buf, sizeof(buf));
	p->tid = (uint32_t)strtoul(status_value(buf, "\nPid:"), NULL, 10);
	p->tgid = (uint32_t)strtoul(status_value(buf, "\nTgid:"), NULL, 10);
	p->ppid = (uint32_t)strtoul(status_value(buf, "\nPPid:"), NULL, 10);

	/* Of the process: the start is that of its first thread, on a clock that counts sleep. */
	read_file("/proc/self/stat", buf, sizeof(buf));
	p->pgid = (uint32_t)stat_field(buf, 5);
	p->sid = (uint32_t)stat_field(buf, 6);
	ticks = stat_field(buf, 22);
	p->start_lo = ticks * tick_ns - slept - slack - between;
	p->start_hi = (ticks + 1) * tick_ns - slept + slack;
}

/* What a user or group of this user namespace is called in the initial one. */
static uint32_t map_id(const char *map_path, uint32_t id)
{
	char buf[4096], *p = buf, *next;

	read_file(map_path, buf, sizeof(buf));
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
	return id;
}

static void snap_creds(struct account_creds *c)
{
	static const char uid_map[] = "/proc/thread-self/uid_map";
	static const char gid_map[] = "/proc/thread-self/gid_map";
	uid_t ru, eu, su;
	gid_t rg, eg, sg;
	char buf[8192];

	CHECK(getresuid(&ru, &eu, &su) == 0 && getresgid(&rg, &eg, &sg) == 0);
	c->ruid = map_id(uid_map, ru);
	c->euid = map_id(uid_map, eu);
	c->suid = map_id(uid_map, su);
	c->rgid = map_id(gid_map, rg);
	c->egid = map_id(gid_map, eg);
	c->sgid = map_id(gid_map, sg);
	read_file("/proc/thread-self/status", buf, sizeof(buf));
	c->cap_permitted = strtoull(status_value(buf, "\nCapPrm:"), NULL, 16);
	c->cap_effective = strtoull(status_value(buf, "\nCapEff:"), NULL, 16);
}

void account_tty_of(int fd, struct account_tty *tty)
{
	struct kernel_termios termios;
	struct winsize size;
	struct stat st;

	/* /dev/tty, which has no number of its own, is the caller's controlling terminal. */
	CHECK(fstat(fd, &st) == 0);
	tty->major = (uint32_t)(st.st_rdev >> 8 & 0xfff);
	tty->minor = (uint32_t)((st.st_rdev & 0xff) | (st.st_rdev >> 12 & 0xfff00));
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
	read_file("/proc/self/stat", buf, sizeof(buf));
	nr = stat_field(buf, 7);
	if (!nr)
		return;
	fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	CHECK(fd >= 0);
	account_tty_of(fd, tty);
	close(fd);
	tty->major = (uint32_t)(nr >> 8 & 0xfff);
	tty->minor = (uint32_t)((nr & 0xff) | (nr >> 12 & 0xfff00));
}

static void snap_ns(uint32_t *ns)
{
	for (size_t i = 0; i < ACCOUNT_NS; i++) {
		char path[64], link[64];
		ssize_t n;

		snprintf(path, sizeof(path), "/proc/thread-self/ns/%s", ns_names[i]);
		n = readlink(path, link, sizeof(link) - 1);
		/* Time namespaces are younger than the others: 5.6. */
		if (n < 0 && errno == ENOENT && !strcmp(ns_names[i], "time")) {
			ns[i] = 0;
			continue;
		}
		CHECK(n > 0);
		link[n] = '\0';
		CHECK(strchr(link, '['));
		ns[i] = (uint32_t)strtoul(strchr(link, '[') + 1, NULL, 10);
	}
}

const char *account_cgroup;

/* The path in the hierarchy of the pids controller: a v1 one if it has one, else v2's. */
static void snap_cgroup(char *ret, size_t size)
{
	char buf[16384], *p = buf, *next;

	if (account_cgroup) {
		snprintf(ret, size, "%s", account_cgroup);
		return;
	}
	ret[0] = '\0';
	read_file("/proc/thread-self/cgroup", buf, sizeof(buf));
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
	}
	CHECK(ret[0]);
}

static bool strip(char *s, const char *prefix, const char *suffix)
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
	/* The system call: getcwd(3) hides an unreachable folder. */
	n = syscall(SYS_getcwd, ret, size);
	if (n > 0) {
		if (strip(ret, "(unreachable)", ""))
			*ret_flags |= PATH_UNREACHABLE;
		return;
	}
	/* ENOENT is a folder that was removed; its link still says where it was. */
	CHECK(errno == ENOENT);
	n = readlink("/proc/thread-self/cwd", ret, size - 1);
	CHECK(n > 0);
	ret[n] = '\0';
	CHECK(strip(ret, "", " (deleted)"));
	*ret_flags |= PATH_DELETED;
}

static void snap_comm(char *comm)
{
	char buf[64];
	size_t n;

	n = read_file("/proc/thread-self/comm", buf, sizeof(buf));
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
	snap_cgroup(snap->cgroup, sizeof(snap->cgroup));
	snap_cwd(snap->cwd, sizeof(snap->cwd), &snap->cwd_flags);
}

/* ---- who, before and after an exec --------------------------------------------------------- */

struct ids {
	pid_t tgid;
	uid_t uids[4]; /* real, effective, saved, file system */
	gid_t gids[4];
};

static void get_ids(struct ids *ids)
{
	memset(ids, 0, sizeof(*ids));
	ids->tgid = getpid();
	CHECK(getresuid(&ids->uids[0], &ids->uids[1], &ids->uids[2]) == 0);
	CHECK(getresgid(&ids->gids[0], &ids->gids[1], &ids->gids[2]) == 0);
	ids->uids[3] = (uid_t)setfsuid((uid_t)-1);
	ids->gids[3] = (gid_t)setfsgid((gid_t)-1);
}

void account_before_exec(void)
{
	struct ids ids;

	get_ids(&ids);
	CHECK(pwrite(ACCOUNT_IDS_FD, &ids, sizeof(ids), 0) == sizeof(ids));
}

static void enter_changed_ids(void)
{
	struct ids then, now;

	get_ids(&now);
	if (pread(ACCOUNT_IDS_FD, &then, sizeof(then), 0) != sizeof(then) || then.tgid != now.tgid)
		return;
	if (memcmp(then.uids, now.uids, sizeof(now.uids)))
		account_setuid();
	if (memcmp(then.gids, now.gids, sizeof(now.gids)))
		account_setgid();
}

/* ---- events ------------------------------------------------------------------------------- */

void account_exec(char **argv, char **envp)
{
	struct account_snap now;
	unsigned int flags = 0;
	char exe[8193];
	struct stat st;
	ssize_t n;

	account_snap(&now);
	n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	CHECK(n > 0);
	exe[n] = '\0';
	CHECK(stat("/proc/self/exe", &st) == 0);
	if (strip(exe, "", " (deleted)"))
		flags |= PATH_DELETED;

	put_begin("PROCESS_EXEC");
	put_pids("pids", &now.pids);
	put_creds(&now.creds);
	put_tty("ctty", &now.ctty);
	put_string("comm", now.comm);
	put_ns(now.ns);
	put(",\"is_setuid\":%s", st.st_mode & S_ISUID ? "true" : "false");
	put(",\"is_setgid\":%s", st.st_mode & S_ISGID ? "true" : "false");
	put(",\"is_memfd\":%s", strncmp(exe, "/memfd:", 7) ? "false" : "true");
	put(",\"inode_nlink\":%u", (unsigned int)st.st_nlink);
	put_string("pids_ss_cgroup_path", now.cgroup);
	put_list("argv", argv);
	put_list("env", envp);
	put_path("cwd", now.cwd, now.cwd_flags);
	put_path("filename", exe, flags);
	put_end();
	enter_changed_ids();
}

void account_forked(const struct account_snap *parent)
{
	struct account_snap now;

	account_snap(&now);
	put_begin("PROCESS_FORK");
	put_pids("parent_pids", &parent->pids);
	put_pids("child_pids", &now.pids);
	put_creds(&parent->creds);
	put_tty("ctty", &now.ctty);
	put_string("comm", now.comm);
	put_ns(now.ns);
	put_string("pids_ss_cgroup_path", now.cgroup);
	put_path("cwd", now.cwd, now.cwd_flags);
	put_end();
}

pid_t account_fork(void)
{
	struct account_snap before;
	pid_t pid;

	account_snap(&before);
	pid = fork();
	CHECK(pid >= 0);
	if (!pid)
		account_forked(&before);
	return pid;
}

static void put_exit(const struct account_snap *who, int status, int signal, bool core)
{
	put_creds(&who->creds);
	put_tty("ctty", &who->ctty);
	put_ns(who->ns);
	put(",\"exit_code\":%d,\"exit_signal\":%d,\"core_dumped\":%s", status, signal,
	    core ? "true" : "false");
	put_string("pids_ss_cgroup_path", who->cgroup);
	put_end();
}

void account_exited(const struct account_snap *who, int status, int signal, bool core)
{
	put_begin("PROCESS_EXIT");
	put_pids("pids", &who->pids);
	put_string("comm", who->comm);
	put_exit(who, status, signal, core);
}

void account_exited_any(const struct account_snap *one, const struct account_snap *other,
			int status, int signal)
{
	put_begin("PROCESS_EXIT");
	put(",\"pids\":{\"tid\":{\"$any\":[%u,%u]},\"tgid\":%u,\"ppid\":%u}", one->pids.tid,
	    other->pids.tid, one->pids.tgid, one->pids.ppid);
	put(",\"comm\":{\"$any\":[\"%s\",\"%s\"]}", one->comm, other->comm);
	put_exit(one, status, signal, false);
}

_Noreturn void account_exit(int status)
{
	struct account_snap now;

	account_snap(&now);
	account_exited(&now, status & 0xff, 0, false);
	_exit(status);
}

void account_setsid(void)
{
	struct account_pids pids;

	snap_pids(&pids);
	put_begin("PROCESS_SETSID");
	put_pids("pids", &pids);
	put_end();
}

void account_setuid(void)
{
	struct account_pids pids;
	struct account_creds creds;

	snap_pids(&pids);
	snap_creds(&creds);
	put_begin("PROCESS_SETUID");
	put_pids("pids", &pids);
	put(",\"new_ruid\":%u,\"new_euid\":%u", creds.ruid, creds.euid);
	put_end();
}

void account_setgid(void)
{
	struct account_pids pids;
	struct account_creds creds;

	snap_pids(&pids);
	snap_creds(&creds);
	put_begin("PROCESS_SETGID");
	put_pids("pids", &pids);
	put(",\"new_rgid\":%u,\"new_egid\":%u", creds.rgid, creds.egid);
	put_end();
}

void account_tty_write(const struct account_tty *tty, const void *data, size_t len)
{
	struct account_pids pids;
	char comm[16];

	snap_pids(&pids);
	snap_comm(comm);
	put_begin("PROCESS_TTY_WRITE");
	put_pids("pids", &pids);
	put_tty("tty", tty);
	put_string("comm", comm);
	put(",\"tty_out\":");
	put_bytes(data, len);
	put_end();
}

static void put_bool(const char *key, bool value)
{
	put(",\"%s\":%s", key, value ? "true" : "false");
}

void account_memfd_create(const char *name, unsigned int flags)
{
	struct account_pids pids;

	snap_pids(&pids);
	put_begin("PROCESS_MEMFD_CREATE");
	put_pids("pids", &pids);
	/* Numbers, since headers may be older than the kernel: include/uapi/linux/memfd.h */
	put(",\"flags\":%u", flags);
	put_bool("flag_cloexec", flags & 0x1);
	put_bool("flag_allow_seal", flags & 0x2);
	put_bool("flag_hugetlb", flags & 0x4);
	put_bool("flag_noexec_seal", flags & 0x8);
	put_bool("flag_exec", flags & 0x10);
	put_string("filename", name);
	put_end();
}

void account_shmget(key_t key, size_t size, int shmflg)
{
	struct account_pids pids;

	snap_pids(&pids);
	put_begin("PROCESS_SHMGET");
	put_pids("pids", &pids);
	put(",\"key\":%d,\"size\":%zu,\"shmflg\":%d", key, size, shmflg);
	put_end();
}

void account_ptrace(long request, uint32_t child)
{
	struct account_pids pids;

	snap_pids(&pids);
	put_begin("PROCESS_PTRACE");
	put_pids("pids", &pids);
	put(",\"child_pid\":%u,\"request\":%ld", child, request);
	put_end();
}

/* What the kernel says of a module; "" where it has no such thing. */
static void put_module(const char *key, const char *name, const char *attribute)
{
	char path[256], buf[8192];
	size_t n = 0;

	snprintf(path, sizeof(path), "/sys/module/%s/%s", name, attribute);
	if (access(path, F_OK) == 0)
		n = read_file(path, buf, sizeof(buf));
	else
		CHECK(errno == ENOENT);
	/* The newline is sysfs's. */
	buf[n ? n - 1 : 0] = '\0';
	put_string(key, buf);
}

void account_load_module(const char *name)
{
	struct account_pids pids;

	snap_pids(&pids);
	put_begin("PROCESS_LOAD_MODULE");
	put_pids("pids", &pids);
	put_string("filename", name);
	put_module("mod_version", name, "version");
	put_module("mod_srcversion", name, "srcversion");
	put_end();
}

static uint64_t ns_of(const struct timespec *ts)
{
	return (uint64_t)ts->tv_sec * 1000000000ull + (uint64_t)ts->tv_nsec;
}

static const char *type_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "FILE";
	case S_IFDIR:
		return "DIR";
	case S_IFLNK:
		return "SYMLINK";
	case S_IFCHR:
		return "CHARACTER_DEVICE";
	case S_IFBLK:
		return "BLOCK_DEVICE";
	case S_IFIFO:
		return "NAMED_PIPE";
	default:
		return "SOCKET";
	}
}

static void put_file_info(const struct account_file *f, bool deleted)
{
	uint64_t size = (uint64_t)f->st.st_size, ctime = ns_of(&f->st.st_ctim);

	put(",\"file_info\":{\"type\":\"%s\",\"mode\":%o,\"uid\":%u,\"gid\":%u",
	    type_of(f->st.st_mode), f->st.st_mode, f->st.st_uid, f->st.st_gid);
	if (!f->overlay)
		put(",\"inode\":%" PRIu64, (uint64_t)f->st.st_ino);
	put(",\"mtime\":%" PRIu64, ns_of(&f->st.st_mtim));
	/* To read where a link leads is an access, and by whom it is first is not told. */
	if (!S_ISLNK(f->st.st_mode))
		put(",\"atime\":%" PRIu64, ns_of(&f->st.st_atim));
	if (deleted)
		/* Seen before or behind it; some file systems empty a folder that they remove. */
		put(",\"size\":{\"$range\":[%" PRIu64 ",%" PRIu64 "]},"
		    "\"ctime\":{\"$range\":[%" PRIu64 ",%" PRIu64 "]}}",
		    S_ISDIR(f->st.st_mode) ? 0 : size, size, f->overlay ? 0 : ctime,
		    clock_ns(CLOCK_REALTIME) + 1000000000);
	else
		put(",\"size\":%" PRIu64 ",\"ctime\":{\"$range\":[%" PRIu64 ",%" PRIu64 "]}}", size,
		    f->overlay ? 0 : ctime, ctime);
}

/* Members of the event that are others where it is seen by tracepoints. */
static void put_by_tracepoint(const struct account_file *f)
{
	put(",\"$tracepoint\":{\"symlink_target_path\":\"\"");
	if (!f->known)
		put(",\"file_info\":{\"type\":\"UNKNOWN\",\"mode\":0,\"uid\":0,\"gid\":0,"
		    "\"inode\":0,\"size\":0,\"atime\":0,\"mtime\":0,\"ctime\":0}");
	put_string(f->old_path ? "new_path" : "path", f->given);
	put(",\"%s_flags\":[\"unresolved\"]}", f->old_path ? "new_path" : "path");
}

void account_file(const char *type, const struct account_file *f)
{
	/* All but the working folder: that may be where nobody can tell of it. */
	static struct account_snap now;

	snap_pids(&now.pids);
	snap_creds(&now.creds);
	snap_ns(now.ns);
	snap_comm(now.comm);
	snap_cgroup(now.cgroup, sizeof(now.cgroup));
	put_begin(type);
	put_pids("pids", &now.pids);
	put_creds(&now.creds);
	put_file_info(f, !strcmp(type, "FILE_DELETE"));
	put_string("comm", now.comm);
	/* The third of their names. */
	put(",\"mount_namespace\":%u", now.ns[2]);
	if (f->change)
		put_string("change_type", f->change);
	if (f->old_path)
		put_string("old_path", f->old_path);
	put_path(f->old_path ? "new_path" : "path", f->path, f->flags);
	put_string("symlink_target_path", f->link ? f->link : "");
	put_string("pids_ss_cgroup_path", now.cgroup);
	if (f->given)
		put_by_tracepoint(f);
	put_end();
}

/* The most bytes of arguments that an event has, ends of strings counted. */
#define ARGV_CAP 20480

static size_t list_size(char *const *list)
{
	size_t n = 0;

	for (; *list; list++)
		n += strlen(*list) + 1;
	return n;
}

void account_exec_failed(int error, const char *filename, char *const *argv)
{
	struct account_snap now;

	account_snap(&now);
	put_begin("PROCESS_EXEC_FAILED");
	put_pids("pids", &now.pids);
	put_creds(&now.creds);
	put_tty("ctty", &now.ctty);
	put_string("comm", now.comm);
	put_ns(now.ns);
	put(",\"error\":%d", error);
	put_string("pids_ss_cgroup_path", now.cgroup);
	put_list("argv", argv);
	/* Strings of a program that goes on: how long they are behind the cap, nobody looks. */
	if (list_size(argv) > ARGV_CAP)
		put(",\"argv_flags\":[\"partial\"]");
	put_path("cwd", now.cwd, now.cwd_flags);
	put_string("filename", filename);
	put_end();
}

static void put_connection(const struct account_connection *conn)
{
	put(",\"net\":{\"transport\":\"TCP\",\"family\":\"%s\",", conn->family);
	put("\"source_address\":\"%s\",\"source_port\":%u,", conn->source, conn->source_port);
	put("\"destination_address\":\"%s\",\"destination_port\":%u,", conn->destination,
	    conn->destination_port);
	put("\"network_namespace\":%u", conn->netns);
}

static void enter_connection(const char *type, const struct account_connection *conn,
			     uint64_t since)
{
	uint64_t now = account_now();
	struct account_pids pids;
	char comm[16];

	snap_pids(&pids);
	snap_comm(comm);
	put_begin(type);
	put_pids("pids", &pids);
	put_connection(conn);
	put("}");
	if (since)
		put(",\"ts_ns\":{\"$range\":[%" PRIu64 ",%" PRIu64 "]}", since, now);
	put_string("comm", comm);
	put_end();
}

void account_attempted(const struct account_connection *conn)
{
	enter_connection("NETWORK_CONNECTION_ATTEMPTED", conn, 0);
}

void account_attempted_since(const struct account_connection *conn, uint64_t since)
{
	enter_connection("NETWORK_CONNECTION_ATTEMPTED", conn, since);
}

void account_accepted(const struct account_connection *conn)
{
	enter_connection("NETWORK_CONNECTION_ACCEPTED", conn, 0);
}

void account_closed_by(const struct account_snap *who, const struct account_connection *conn,
		       uint64_t sent, uint64_t received)
{
	put_begin("NETWORK_CONNECTION_CLOSED");
	put_pids("pids", &who->pids);
	put_connection(conn);
	put(",\"bytes_sent\":%" PRIu64 ",\"bytes_received\":%" PRIu64 "}", sent, received);
	put_string("comm", who->comm);
	put_end();
}

void account_closed(const struct account_connection *conn, uint64_t sent, uint64_t received)
{
	struct account_snap now;

	account_snap(&now);
	account_closed_by(&now, conn, sent, received);
}

/* ---- a case's frame ----------------------------------------------------------------------- */

void account_begin(char **argv, char **envp)
{
	static const int fds[] = { ACCOUNT_FD, ACCOUNT_IDS_FD };

	for (size_t i = 0; i < 2; i++) {
		int fd = memfd_create("account", 0);

		CHECK(fd >= 0);
		CHECK(dup2(fd, fds[i]) == fds[i]);
		close(fd);
	}
	CHECK(fcntl(ACCOUNT_FD, F_SETFL, O_APPEND) == 0);
	account_exec(argv, envp);
	for (size_t i = 0; i < 2; i++)
		account_memfd_create("account", 0);
}

int account_end(void)
{
	struct account_snap now;
	struct stat st;
	char *text;

	account_snap(&now);
	account_exited(&now, 0, 0, false);
	CHECK(fstat(ACCOUNT_FD, &st) == 0);
	text = malloc((size_t)st.st_size);
	CHECK(text);
	CHECK(pread(ACCOUNT_FD, text, (size_t)st.st_size, 0) == st.st_size);
	/* One line each: what is between them becomes commas. */
	for (off_t i = 0; i < st.st_size - 1; i++) {
		if (text[i] == '\n')
			text[i] = ',';
	}
	printf("{\"case\":\"%s\",\"events\":[", program_invocation_short_name);
	fwrite(text, 1, (size_t)st.st_size - 1, stdout);
	printf("]}\n");
	free(text);
	CHECK(fflush(stdout) == 0);
	return 0;
}

void account_wait(pid_t pid, int status)
{
	int got;

	CHECK(waitpid(pid, &got, 0) > 0);
	errno = 0;
	CHECK(WIFEXITED(got));
	if (WEXITSTATUS(got) == 99)
		_exit(99);
	CHECK(WEXITSTATUS(got) == status);
}

const char *account_dir(void)
{
	static char dir[4096];
	ssize_t n;

	if (dir[0])
		return dir;
	n = readlink("/proc/self/exe", dir, sizeof(dir) - 1);
	CHECK(n > 0);
	dir[n] = '\0';
	*strrchr(dir, '/') = '\0';
	return dir;
}

const char *account_program(const char *name)
{
	static char path[8192];

	snprintf(path, sizeof(path), "%s/%s", account_dir(), name);
	return path;
}

const char *account_tmpdir(void)
{
	static char dir[64];

	snprintf(dir, sizeof(dir), "/tmp/case.XXXXXX");
	CHECK(mkdtemp(dir));
	CHECK(chmod(dir, 0755) == 0);
	return dir;
}

void account_copy(const char *from, const char *to, mode_t mode)
{
	char buf[65536];
	int in, out;
	ssize_t n;

	in = open(from, O_RDONLY | O_CLOEXEC);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	CHECK(in >= 0 && out >= 0);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		CHECK(write(out, buf, (size_t)n) == n);
	CHECK(n == 0);
	CHECK(fchmod(out, mode) == 0);
	close(in);
	close(out);
}
