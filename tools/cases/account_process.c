/* SPDX-License-Identifier: BSD-2-Clause */
/* Events of processes. */
#include "tools/cases/account.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/cases/account_line.h"
#include "tools/cases/account_snap.h"

/* ---- credentials before and after an exec --------------------------------------------------- */

struct ids {
	pid_t tgid;
	struct account_creds creds;
};

static void get_ids(struct ids *ids)
{
	memset(ids, 0, sizeof(*ids));
	ids->tgid = getpid();
	snap_creds(&ids->creds);
}

void account_before_exec(void)
{
	struct ids ids;

	get_ids(&ids);
	CHECK(pwrite(ACCOUNT_IDS_FD, &ids, sizeof(ids), 0) == sizeof(ids));
}

/* The thread's values at its last account_before_ids(). */
static __thread struct {
	bool known;
	struct account_creds creds;
	uint32_t sid, pgid;
} old;

void account_before_ids(void)
{
	struct account_pids pids;

	snap_pids(&pids);
	snap_creds(&old.creds);
	old.sid = pids.sid;
	old.pgid = pids.pgid;
	old.known = true;
}

static void set_old(const struct ids *ids)
{
	old.creds = ids->creds;
	old.known = true;
}

static bool are_same_users(const struct account_creds *a, const struct account_creds *b)
{
	return a->ruid == b->ruid && a->euid == b->euid && a->suid == b->suid &&
	       a->fsuid == b->fsuid;
}

static bool are_same_groups(const struct account_creds *a, const struct account_creds *b)
{
	return a->rgid == b->rgid && a->egid == b->egid && a->sgid == b->sgid &&
	       a->fsgid == b->fsgid;
}

static void enter_changed_ids(void)
{
	struct ids then, now;

	get_ids(&now);
	if (pread(ACCOUNT_IDS_FD, &then, sizeof(then), 0) != sizeof(then) || then.tgid != now.tgid)
		return;
	if (!are_same_users(&then.creds, &now.creds)) {
		set_old(&then);
		account_setuid();
	}
	if (!are_same_groups(&then.creds, &now.creds)) {
		set_old(&then);
		account_setgid();
	}
}

/* ---- the events --------------------------------------------------------------------------- */

/* The text after @name in the environment. @name includes "="; "" if the variable is missing. */
static const char *value_of(char **envp, const char *name)
{
	size_t len = strlen(name);

	for (; *envp; envp++)
		if (!strncmp(*envp, name, len))
			return *envp + len;
	return "";
}

/* Add an exec of the program @exe by the calling process. @flags: flags of its path. */
static void enter_exec(const char *exe, unsigned int flags, const struct stat *st, char **argv,
		       char **envp)
{
	const char *script = value_of(envp, ACCOUNT_SCRIPT);
	struct account_snap now;

	account_snap(&now);
	line_begin("PROCESS_EXEC");
	line_pids("pids", &now.pids);
	line_creds(&now.creds);
	line_tty("ctty", &now.ctty);
	line_string("comm", now.comm);
	line_ns(now.ns);
	line_put(",\"is_setuid\":%s", st->st_mode & S_ISUID ? "true" : "false");
	line_put(",\"is_setgid\":%s", st->st_mode & S_ISGID ? "true" : "false");
	line_put(",\"is_memfd\":%s", strncmp(exe, "/memfd:", 7) ? "false" : "true");
	line_put(",\"inode_nlink\":%u", (unsigned int)st->st_nlink);
	line_cgroups(&now);
	line_list("argv", argv);
	line_list("env", envp);
	line_path("cwd", now.cwd, now.cwd_flags);
	line_path("filename", exe, flags);
	line_string("script", script);
	if (*script && *script != '/')
		line_put(",\"script_flags\":[\"unresolved\"]");
	line_put(",\"env_filtered\":0");
	line_end();
}

void account_exec(char **argv, char **envp)
{
	unsigned int flags = 0;
	char exe[8193];
	struct stat st;
	ssize_t n;

	n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	CHECK(n > 0);
	exe[n] = '\0';
	CHECK(stat("/proc/self/exe", &st) == 0);
	if (snap_strip(exe, "", " (deleted)"))
		flags |= PATH_DELETED;
	enter_exec(exe, flags, &st, argv, envp);
	enter_changed_ids();
}

void account_exec_other(const char *path, char **argv, char **envp)
{
	struct stat st;

	CHECK(!strcmp(strrchr(path, '/') + 1, program_invocation_short_name));
	CHECK(stat(path, &st) == 0);
	enter_exec(path, 0, &st, argv, envp);
}

void account_forked(const struct account_snap *parent)
{
	struct account_snap now;

	account_snap(&now);
	line_begin("PROCESS_FORK");
	line_pids("parent_pids", &parent->pids);
	line_pids("child_pids", &now.pids);
	line_creds(&parent->creds);
	line_tty("ctty", &now.ctty);
	line_string("comm", now.comm);
	line_ns(now.ns);
	line_cgroups(&now);
	line_path("cwd", now.cwd, now.cwd_flags);
	line_end();
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
	line_creds(&who->creds);
	line_tty("ctty", &who->ctty);
	line_ns(who->ns);
	line_put(",\"exit_code\":%d,\"exit_signal\":%d,\"core_dumped\":%s", status, signal,
		 core ? "true" : "false");
	line_cgroups(who);
	line_end();
}

void account_exited(const struct account_snap *who, int status, int signal, bool core)
{
	line_begin("PROCESS_EXIT");
	line_pids("pids", &who->pids);
	line_string("comm", who->comm);
	put_exit(who, status, signal, core);
}

void account_exited_any(const struct account_snap *one, const struct account_snap *other,
			int status, int signal)
{
	line_begin("PROCESS_EXIT");
	line_put(",\"pids\":{\"tid\":{\"$any\":[%u,%u]},\"tgid\":%u,\"ppid\":%u}", one->pids.tid,
		 other->pids.tid, one->pids.tgid, one->pids.ppid);
	line_put(",\"comm\":{\"$any\":[\"%s\",\"%s\"]}", one->comm, other->comm);
	put_exit(one, status, signal, false);
}

_Noreturn void account_exit(int status)
{
	struct account_snap now;

	account_snap(&now);
	account_exited(&now, status & 0xff, 0, false);
	_exit(status);
}

/* Add name, credentials and cgroup of the calling thread. */
static void put_self(const struct account_creds *creds)
{
	char comm[16], cgroup[4097], cgroup_v2[4097];

	snap_comm(comm);
	line_string("comm", comm);
	line_creds(creds);
	snap_cgroup(cgroup, cgroup_v2, sizeof(cgroup));
	line_cgroup_id(cgroup_v2);
}

/* Add the calling thread's members that filters compare, except its process number. */
static void put_caller(void)
{
	struct account_creds creds;

	snap_creds(&creds);
	put_self(&creds);
}

void account_setsid(void)
{
	struct account_pids pids;
	struct account_creds creds;

	snap_pids(&pids);
	snap_creds(&creds);
	line_begin("PROCESS_SETSID");
	line_pids("pids", &pids);
	put_self(&creds);
	if (old.known)
		line_put(",\"old_sid\":%u,\"old_pgid\":%u", old.sid, old.pgid);
	line_end();
	old.known = false;
}

void account_setuid(void)
{
	struct account_pids pids;
	struct account_creds creds;

	snap_pids(&pids);
	snap_creds(&creds);
	line_begin("PROCESS_SETUID");
	line_pids("pids", &pids);
	put_self(&creds);
	line_put(",\"new_ruid\":%u,\"new_euid\":%u,\"new_suid\":%u,\"new_fsuid\":%u", creds.ruid,
		 creds.euid, creds.suid, creds.fsuid);
	if (old.known)
		line_put(",\"old_ruid\":%u,\"old_euid\":%u,\"old_suid\":%u,\"old_fsuid\":%u",
			 old.creds.ruid, old.creds.euid, old.creds.suid, old.creds.fsuid);
	line_end();
	old.known = false;
}

void account_setgid(void)
{
	struct account_pids pids;
	struct account_creds creds;

	snap_pids(&pids);
	snap_creds(&creds);
	line_begin("PROCESS_SETGID");
	line_pids("pids", &pids);
	put_self(&creds);
	line_put(",\"new_rgid\":%u,\"new_egid\":%u,\"new_sgid\":%u,\"new_fsgid\":%u", creds.rgid,
		 creds.egid, creds.sgid, creds.fsgid);
	if (old.known)
		line_put(",\"old_rgid\":%u,\"old_egid\":%u,\"old_sgid\":%u,\"old_fsgid\":%u",
			 old.creds.rgid, old.creds.egid, old.creds.sgid, old.creds.fsgid);
	line_end();
	old.known = false;
}

void account_tty_write(const struct account_tty *tty, const void *data, size_t len)
{
	char comm[16], cgroup[4097], cgroup_v2[4097];
	struct account_creds creds;
	struct account_pids pids;

	snap_pids(&pids);
	snap_creds(&creds);
	snap_comm(comm);
	snap_cgroup(cgroup, cgroup_v2, sizeof(cgroup));
	line_begin("PROCESS_TTY_WRITE");
	line_pids("pids", &pids);
	line_tty("tty", tty);
	line_string("comm", comm);
	line_put(",\"ruid\":%u", creds.ruid);
	line_cgroup_id(cgroup_v2);
	line_put(",\"tty_out\":");
	line_bytes(data, len);
	line_end();
}

/* Cap of the arguments in bytes, which includes the terminators. */
#define ARGV_CAP 20480

static size_t list_size(char *const *list)
{
	size_t n = 0;

	for (; *list; list++)
		n += strlen(*list) + 1;
	return n;
}

void account_exec_failed_by(const struct account_snap *who, int error, const char *filename,
			    const char *filename_flag, char *const *argv, const char *argv_flag)
{
	line_begin("PROCESS_EXEC_FAILED");
	line_pids("pids", &who->pids);
	line_creds(&who->creds);
	line_tty("ctty", &who->ctty);
	line_string("comm", who->comm);
	line_ns(who->ns);
	line_put(",\"error\":%d", error);
	line_cgroups(who);
	line_list("argv", argv);
	if (argv_flag)
		line_put(",\"argv_flags\":[\"%s\"]", argv_flag);
	line_path("cwd", who->cwd, who->cwd_flags);
	line_string("filename", filename);
	if (filename_flag)
		line_put(",\"filename_flags\":[\"%s\"]", filename_flag);
	line_end();
}

void account_exec_failed_flagged(int error, const char *filename, const char *filename_flag,
				 char *const *argv, const char *argv_flag)
{
	struct account_snap now;

	account_snap(&now);
	account_exec_failed_by(&now, error, filename, filename_flag, argv, argv_flag);
}

void account_exec_failed(int error, const char *filename, char *const *argv)
{
	/*
	 * The strings are still in memory when the call fails, so the probe could read them. It
	 * does not measure arguments beyond the cap.
	 */
	account_exec_failed_flagged(error, filename, NULL, argv,
				    list_size(argv) > ARGV_CAP ? "partial" : NULL);
}

void account_memfd_create(const char *name, unsigned int flags)
{
	struct account_pids pids;

	snap_pids(&pids);
	line_begin("PROCESS_MEMFD_CREATE");
	line_pids("pids", &pids);
	put_caller();
	/* Numbers, because the headers may lack newer flags: include/uapi/linux/memfd.h */
	line_put(",\"flags\":%u", flags);
	line_bool("flag_cloexec", flags & 0x1);
	line_bool("flag_allow_seal", flags & 0x2);
	line_bool("flag_hugetlb", flags & 0x4);
	line_bool("flag_noexec_seal", flags & 0x8);
	line_bool("flag_exec", flags & 0x10);
	line_string("filename", name);
	line_end();
}

void account_shmget(key_t key, size_t size, int shmflg)
{
	struct account_pids pids;

	snap_pids(&pids);
	line_begin("PROCESS_SHMGET");
	line_pids("pids", &pids);
	put_caller();
	line_put(",\"key\":%u,\"size\":%zu,\"shmflg\":%d", (unsigned int)key, size, shmflg);
	line_end();
}

void account_ptrace(long request, uint32_t child)
{
	struct account_pids pids;

	snap_pids(&pids);
	line_begin("PROCESS_PTRACE");
	line_pids("pids", &pids);
	put_caller();
	line_put(",\"child_pid\":%u,\"request\":%ld", child, request);
	line_end();
}

/* Add an attribute of a module from sysfs; "" if the module lacks the attribute. */
static void put_module(const char *key, const char *name, const char *attribute)
{
	char path[256], buf[8192];
	size_t n = 0;

	snprintf(path, sizeof(path), "/sys/module/%s/%s", name, attribute);
	if (access(path, F_OK) == 0)
		n = snap_file(path, buf, sizeof(buf));
	else
		CHECK(errno == ENOENT);
	/* sysfs ends the value with a newline. */
	buf[n ? n - 1 : 0] = '\0';
	line_string(key, buf);
}

void account_load_module(const char *name)
{
	struct account_pids pids;

	snap_pids(&pids);
	line_begin("PROCESS_LOAD_MODULE");
	line_pids("pids", &pids);
	put_caller();
	line_string("filename", name);
	put_module("mod_version", name, "version");
	put_module("mod_srcversion", name, "srcversion");
	line_end();
}
