/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "lib/enrich/proc.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/enrich/process_table.h"
#include "lib/wire/schema.h"

/* Inode number of the initial PID namespace: PROC_PID_INIT_INO, since Linux 3.8. */
#define INITIAL_PIDNS "pid:[4026531836]"

#define SECOND_NS 1000000000ULL

/* Flag of a kernel thread in /proc/PID/stat: PF_KTHREAD of include/linux/sched.h. */
#define KERNEL_THREAD 0x00200000

#define CAPS (2 * ET_CAP_CGROUP_PATH + ET_CAP_ARGV + ET_CAP_CWD + ET_CAP_FILENAME)

/* Largest number of bytes that are read from a file or a link of /proc, except from cmdline. */
#define TEXT_MAX 8192

struct et_proc {
	int fd;      /* the directory /proc */
	int cgroups; /* root directory of version 2 cgroups, from open_cgroups(); -1: none */
	char text[TEXT_MAX + 1];
	char argv[ET_CAP_ARGV];
	union {
		struct et_process_exists fixed;
		char bytes[sizeof(struct et_process_exists) +
			   ET_VARS_MAX * (sizeof(struct et_var) + ET_VAR_ALIGN) + CAPS + 8];
	} rec;
};

/* The values of /proc/PID/stat. */
struct stat_line {
	const char *comm;
	size_t comm_len;
	char state;
	unsigned int ppid, pgid, sid, tty, flags;
	long threads;
	unsigned long long start_ticks;
};

static __u64 clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (__u64)ts.tv_sec * SECOND_NS + (__u64)ts.tv_nsec;
}

/* Read a file of a process into proc->text. Return: its size or a negative errno. */
static ssize_t read_text(struct et_proc *proc, __u32 tgid, const char *name)
{
	size_t size = 0;
	char path[64];
	ssize_t n = 0;
	int fd;

	snprintf(path, sizeof(path), "%u/%s", tgid, name);
	fd = openat(proc->fd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (size < TEXT_MAX && (n = read(fd, proc->text + size, TEXT_MAX - size)) > 0)
		size += (size_t)n;
	n = n < 0 ? -errno : (ssize_t)size;
	close(fd);
	proc->text[size] = '\0';
	return n;
}

static bool parse_stat(const char *text, struct stat_line *ret)
{
	const char *open = strchr(text, '('), *close = strrchr(text, ')');
	int count;

	if (!open || !close || close < open)
		return false;
	ret->comm = open + 1;
	ret->comm_len = (size_t)(close - open - 1);
	count = sscanf(close + 1,
		       " %c %u %u %u %u %*d %u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %ld %*d "
		       "%llu",
		       &ret->state, &ret->ppid, &ret->pgid, &ret->sid, &ret->tty, &ret->flags,
		       &ret->threads, &ret->start_ticks);
	return count == 8;
}

/* Set the fields of @ev that come from /proc/PID/stat. */
static void fill_from_stat(struct et_process_exists *ev, const struct stat_line *stat, __u32 tgid)
{
	/* Read CLOCK_MONOTONIC first, so that the difference of the clocks is never negative. */
	__u64 running = clock_ns(CLOCK_MONOTONIC);
	__u64 suspended = clock_ns(CLOCK_BOOTTIME) - running;
	size_t len = stat->comm_len < sizeof(ev->comm) - 1 ? stat->comm_len : sizeof(ev->comm) - 1;

	ev->pids.tid = ev->pids.tgid = tgid;
	ev->pids.ppid = stat->ppid;
	ev->pids.pgid = stat->pgid;
	ev->pids.sid = stat->sid;
	ev->pids.start_boottime_ns = stat->start_ticks * ET_PROCESS_TICK_NS;
	/*
	 * start_time_ns excludes the time for which the machine was suspended. /proc does not tell
	 * how much of that time was before the process began. So set start_time_ns only if the
	 * machine was never suspended.
	 */
	if (suspended < ET_PROCESS_TICK_NS)
		ev->pids.start_time_ns = ev->pids.start_boottime_ns;
	memcpy(ev->comm, stat->comm, len);
	/* Unpack the terminal's device number, which the kernel packs with new_encode_dev(). */
	ev->ctty.major = stat->tty >> 8 & 0xfff;
	ev->ctty.minor = (stat->tty & 0xff) | (stat->tty >> 12 & 0xfff00);
}

/*
 * Find the line of /proc/PID/status that begins with @key. Return: the text after @key; NULL: there
 * is no such line.
 */
static const char *status_line(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (const char *p = text; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (!strncmp(p, key, len))
			return p + len;
	}
	return NULL;
}

static void fill_creds(struct et_proc *proc, struct et_creds *creds, __u32 tgid)
{
	const char *p;

	if (read_text(proc, tgid, "status") < 0)
		return;
	p = status_line(proc->text, "Uid:");
	if (p)
		(void)sscanf(p, "%u %u %u", &creds->ruid, &creds->euid, &creds->suid);
	p = status_line(proc->text, "Gid:");
	if (p)
		(void)sscanf(p, "%u %u %u", &creds->rgid, &creds->egid, &creds->sgid);
	p = status_line(proc->text, "CapPrm:");
	if (p)
		creds->cap_permitted = strtoull(p, NULL, 16);
	p = status_line(proc->text, "CapEff:");
	if (p)
		creds->cap_effective = strtoull(p, NULL, 16);
}

static ssize_t read_link(struct et_proc *proc, __u32 tgid, const char *name)
{
	char path[64];
	ssize_t n;

	snprintf(path, sizeof(path), "%u/%s", tgid, name);
	n = readlinkat(proc->fd, path, proc->text, TEXT_MAX);
	if (n < 0)
		return -errno;
	proc->text[n] = '\0';
	return n;
}

static void fill_namespaces(struct et_proc *proc, struct et_ns *ns, __u32 tgid)
{
	const struct {
		const char *name;
		__u32 *to;
	} all[] = {
		{ "ns/uts", &ns->uts }, { "ns/ipc", &ns->ipc },       { "ns/mnt", &ns->mnt },
		{ "ns/net", &ns->net }, { "ns/cgroup", &ns->cgroup }, { "ns/time", &ns->time },
		{ "ns/pid", &ns->pid },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		const char *number;

		/* If the tracer may not read the first link, it may not read the others either. */
		if (read_link(proc, tgid, all[i].name) < 0) {
			if (!i)
				return;
			continue;
		}
		number = strchr(proc->text, '[');
		if (number)
			*all[i].to = (__u32)strtoul(number + 1, NULL, 10);
	}
}

static void put_var(struct et_proc *proc, enum et_var_type type, const char *data, size_t size,
		    size_t orig, unsigned int flags)
{
	struct et_header *hdr = &proc->rec.fixed.hdr;
	const struct et_var var = {
		.orig = (__u32)orig,
		.size = (__u32)size,
		.type = type,
		.flags = (__u16)(flags | (size < orig ? ET_VAR_F_TRUNCATED : 0)),
	};
	char *p = proc->rec.bytes + hdr->size;

	memcpy(p, &var, sizeof(var));
	memset(p + sizeof(var) + size, 0, ET_VAR_ALIGNED(size) - size);
	if (size)
		memcpy(p + sizeof(var), data, size);
	hdr->size += (__u32)(sizeof(var) + ET_VAR_ALIGNED(size));
	hdr->vars++;
}

/* Append a path. A path that is longer than its cap keeps its end, as in other events. */
static void put_path(struct et_proc *proc, enum et_var_type type, const char *path, size_t len,
		     size_t cap, unsigned int flags)
{
	size_t size = len < cap ? len : cap;

	put_var(proc, type, path + len - size, size, len, flags);
}

static void put_link(struct et_proc *proc, enum et_var_type type, __u32 tgid, const char *name,
		     size_t cap)
{
	static const char deleted[] = " (deleted)";
	const size_t mark = sizeof(deleted) - 1;
	ssize_t n = read_link(proc, tgid, name);
	unsigned int flags = 0;

	if (n < 0) {
		put_var(proc, type, NULL, 0, 0, ET_VAR_F_FAULT);
		return;
	}
	if ((size_t)n > mark && !memcmp(proc->text + n - mark, deleted, mark)) {
		n -= (ssize_t)mark;
		flags = ET_VAR_F_DELETED;
	}
	put_path(proc, type, proc->text, (size_t)n, cap, flags);
}

static void put_argv(struct et_proc *proc, __u32 tgid)
{
	size_t size = 0, orig;
	unsigned int flags = 0;
	char path[64], rest[4096];
	ssize_t n = 0;
	int fd;

	snprintf(path, sizeof(path), "%u/cmdline", tgid);
	fd = openat(proc->fd, path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && size < sizeof(proc->argv) &&
	       (n = read(fd, proc->argv + size, sizeof(proc->argv) - size)) > 0)
		size += (size_t)n;
	orig = size;
	while (fd >= 0 && n > 0 && (n = read(fd, rest, sizeof(rest))) > 0)
		orig += (size_t)n;
	if (fd < 0 || n < 0)
		flags = ET_VAR_F_FAULT;
	if (fd >= 0)
		close(fd);
	put_var(proc, ET_VAR_ARGV, proc->argv, size, orig, flags);
}

/* True if @names, a list of cgroup controllers such as "cpu,cpuacct", contains "pids". */
static bool has_pids(const char *names, size_t len)
{
	while (len) {
		const char *comma = memchr(names, ',', len);
		size_t n = comma ? (size_t)(comma - names) : len;

		if (n == 4 && !memcmp(names, "pids", 4))
			return true;
		n += comma ? 1 : 0;
		names += n;
		len -= n;
	}
	return false;
}

struct cgroups {
	const char *v2, *pids;
	size_t v2_len, pids_len;
};

/*
 * Find two paths in /proc/PID/cgroup: that of the pids controller (line "5:pids:/path"), and that
 * of version 2 ("0::/path"). Without a line for the pids controller, both are the path of version
 * 2.
 */
static void find_cgroups(const char *text, struct cgroups *ret)
{
	*ret = (struct cgroups){ .v2 = "" };
	while (*text) {
		const char *end = strchrnul(text, '\n');
		const char *names = memchr(text, ':', (size_t)(end - text));
		const char *path = names ? memchr(names + 1, ':', (size_t)(end - names - 1)) : NULL;

		if (path && path == names + 1) {
			ret->v2 = path + 1;
			ret->v2_len = (size_t)(end - path - 1);
		} else if (path && has_pids(names + 1, (size_t)(path - names - 1))) {
			ret->pids = path + 1;
			ret->pids_len = (size_t)(end - path - 1);
		}
		text = *end ? end + 1 : end;
	}
	if (!ret->pids) {
		ret->pids = ret->v2;
		ret->pids_len = ret->v2_len;
	}
}

static __u32 read_loginuid(struct et_proc *proc, __u32 tgid)
{
	/* Kernels without CONFIG_AUDIT have no /proc/PID/loginuid. */
	if (read_text(proc, tgid, "loginuid") <= 0)
		return ET_NO_LOGIN;
	return (__u32)strtoul(proc->text, NULL, 10);
}

static void begin(struct et_proc *proc, __u32 tgid, __u64 now_ns)
{
	memset(&proc->rec.fixed, 0, sizeof(proc->rec.fixed));
	proc->rec.fixed.hdr = (struct et_header){
		.ts = now_ns,
		/*
		 * This record comes from no lane, so it has no sequence number. With the PID as
		 * `seq`, records of the same `ts` differ.
		 */
		.seq = tgid,
		.size = sizeof(proc->rec.fixed),
		.type = ET_PROCESS_EXISTS,
		.version = ET_WIRE_VERSION,
		.format = ET_FORMAT_VARLEN,
		.ring = ET_RING_OF_PROCESS_EXISTS,
		.fixed = sizeof(proc->rec.fixed),
	};
}

__u64 et_proc_cgroup_id(const struct et_proc *proc, const char *path, size_t len)
{
	char below[ET_CAP_CGROUP_PATH + 1];
	struct stat st;

	if (proc->cgroups < 0 || !len || len > ET_CAP_CGROUP_PATH || path[0] != '/')
		return 0;
	memcpy(below, path + 1, len - 1);
	below[len - 1] = '\0';
	return fstatat(proc->cgroups, *below ? below : ".", &st, 0) == 0 ? st.st_ino : 0;
}

/* Append the fields of variable length, in the order of their rows in schema.def. */
static void put_vars(struct et_proc *proc, __u32 tgid)
{
	struct cgroups cgroups = { .v2 = "", .pids = "" };
	char v2[ET_CAP_CGROUP_PATH];
	size_t v2_len;

	if (read_text(proc, tgid, "cgroup") >= 0)
		find_cgroups(proc->text, &cgroups);
	/* Copy the version 2 path out of proc->text, which put_link() overwrites. */
	v2_len = cgroups.v2_len < sizeof(v2) ? cgroups.v2_len : sizeof(v2);
	memcpy(v2, cgroups.v2 + cgroups.v2_len - v2_len, v2_len);
	put_path(proc, ET_VAR_PIDS_SS_CGROUP_PATH, cgroups.pids, cgroups.pids_len,
		 ET_CAP_PIDS_SS_CGROUP_PATH, 0);
	put_argv(proc, tgid);
	put_link(proc, ET_VAR_CWD, tgid, "cwd", ET_CAP_CWD);
	put_link(proc, ET_VAR_FILENAME, tgid, "exe", ET_CAP_FILENAME);
	put_var(proc, ET_VAR_CGROUP_PATH, v2, v2_len, cgroups.v2_len, 0);
	if (v2_len == cgroups.v2_len)
		proc->rec.fixed.cgroup_id = et_proc_cgroup_id(proc, v2, v2_len);
}

/*
 * Make the record of a process in proc->rec. Return: the record's size, or a negative errno. With
 * @users_only, -ESRCH for kernel threads and zombies.
 */
static int read_process(struct et_proc *proc, __u32 tgid, bool users_only, __u64 now_ns)
{
	struct stat_line stat;
	unsigned long long start;

	if (read_text(proc, tgid, "stat") <= 0 || !parse_stat(proc->text, &stat))
		return -ESRCH;
	/*
	 * If the main thread has ended and other threads run, the state is 'Z' too. Such a process
	 * has more than one thread, and is not skipped.
	 */
	if (users_only && ((stat.flags & KERNEL_THREAD) ||
			   ((stat.state == 'Z' || stat.state == 'X') && stat.threads <= 1)))
		return -ESRCH;
	start = stat.start_ticks;
	begin(proc, tgid, now_ns);
	fill_from_stat(&proc->rec.fixed, &stat, tgid);
	fill_creds(proc, &proc->rec.fixed.creds, tgid);
	fill_namespaces(proc, &proc->rec.fixed.ns, tgid);
	proc->rec.fixed.loginuid = read_loginuid(proc, tgid);
	put_vars(proc, tgid);
	/*
	 * The process may have ended since the first reading of `stat`, and another process may
	 * have its PID now. Then some of the files above belong to the other process. Its start
	 * time in `stat` is a different one.
	 */
	if (read_text(proc, tgid, "stat") <= 0 || !parse_stat(proc->text, &stat) ||
	    stat.start_ticks != start)
		return -ESRCH;
	return (int)proc->rec.fixed.hdr.size;
}

int et_proc_read(struct et_proc *proc, __u32 tgid, bool again, __u64 now_ns,
		 const void **ret_record)
{
	int r = read_process(proc, tgid, false, now_ns);

	if (r < 0)
		return r;
	proc->rec.fixed.again = again;
	*ret_record = proc->rec.bytes;
	return r;
}

int et_proc_read_all(struct et_proc *proc, __u64 now_ns, void **ret, size_t *ret_size)
{
	size_t size = 0, room = 0;
	char *all = NULL;
	struct dirent *entry;
	DIR *dir;
	int fd, r = 0;

	fd = openat(proc->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		r = -errno;
		if (fd >= 0)
			close(fd);
		return r;
	}
	while (r == 0 && (entry = readdir(dir))) {
		int len;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		len = read_process(proc, (__u32)strtoul(entry->d_name, NULL, 10), true, now_ns);
		if (len < 0)
			continue;
		/* Records begin at multiples of 8 bytes, as in a ring. */
		len = (len + 7) & ~7;
		if (!all || size + (size_t)len > room) {
			size_t more = 2 * room + (size_t)len + 65536;
			char *grown = realloc(all, more);

			if (!grown) {
				r = -ENOMEM;
				continue;
			}
			all = grown;
			room = more;
		}
		memcpy(all + size, proc->rec.bytes, (size_t)len);
		size += (size_t)len;
	}
	closedir(dir);
	if (r < 0) {
		free(all);
		return r;
	}
	*ret = all;
	*ret_size = size;
	return 0;
}

bool et_proc_is_initial(void)
{
	char link[64];
	ssize_t n = readlink("/proc/self/ns/pid", link, sizeof(link) - 1);

	if (n < 0)
		return false;
	link[n] = '\0';
	return !strcmp(link, INITIAL_PIDNS);
}

#define ROOT_CGROUP 1 /* the inode number of the root cgroup */

/*
 * Open the root directory of version 2 cgroups. In a cgroup namespace, the mounted root is another
 * cgroup. Then return -1, because the paths in /proc/PID/cgroup would lead to wrong cgroups.
 */
static int open_cgroups(void)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	const struct mntent *m = NULL;
	struct stat st;
	int fd = -1;

	if (!f)
		return -1;
	do
		m = getmntent(f);
	while (m && strcmp(m->mnt_type, "cgroup2") != 0);
	if (m)
		fd = open(m->mnt_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	endmntent(f);
	if (fd >= 0 && (fstat(fd, &st) < 0 || st.st_ino != ROOT_CGROUP)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

int et_proc_open(const char *path, struct et_proc **ret)
{
	struct et_proc *proc = calloc(1, sizeof(*proc));

	if (!proc)
		return -ENOMEM;
	proc->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (proc->fd < 0) {
		int r = -errno;

		free(proc);
		return r;
	}
	proc->cgroups = open_cgroups();
	*ret = proc;
	return 0;
}

void et_proc_free(struct et_proc *proc)
{
	if (!proc)
		return;
	close(proc->fd);
	if (proc->cgroups >= 0)
		close(proc->cgroups);
	free(proc);
}
