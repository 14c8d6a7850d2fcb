/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A case does one thing and tells, as JSON, which events it must have caused, with every value
 * that can be known from inside: system calls and /proc, never eBPF. The live tests compare the
 * account with what eventstrace printed. It is complete: an event of the case's processes that
 * is not in it is a fault too, so a case that must cause no event accounts for none.
 *
 * All processes of a case append their lines to one memfd, which they inherit as ACCOUNT_FD;
 * account_end() in the first process puts them together and prints them.
 *
 * Values are as eventstrace prints them, except where no exact value can be known or written:
 *	{"$hex": "00ff"}	a string of these bytes
 *	{"$range": [1, 5]}	an integer, both ends included
 *	{"$any": [1, 2]}	one of these
 * and except for the members of "$tracepoint": these an event has if it is seen by tracepoints. If
 * that is null they do not see it.
 *
 * Only libc. Anything that does not go as a case planned ends it with status 99 and a message:
 * the account would not be the truth.
 */
#ifndef TOOLS_CASES_ACCOUNT_H
#define TOOLS_CASES_ACCOUNT_H

#ifndef _GNU_SOURCE
# define _GNU_SOURCE
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Where all processes of a case append: high, so that no descriptor of a case is in its way. */
#define ACCOUNT_FD 200
/* Where account_before_exec() leaves its note. */
#define ACCOUNT_IDS_FD 201

/* End the case unless @cond holds. */
#define CHECK(cond)                                              \
	do {                                                     \
		if (!(cond))                                     \
			account_fail(__FILE__, __LINE__, #cond); \
	} while (0)

/**
 * account_cannot() - say that this machine cannot do what the case is for, or a part of it
 * @why:	what the machine lacks and how that showed; it stays the caller's
 *
 * Only for what the hardware or the kernel's configuration lacks, and only after the case has seen
 * the very refusal. The case goes on with what is left. Called in the case's first process.
 */
void account_cannot(const char *why);

/* Print what failed, with errno, to standard error and end the process with status 99. */
_Noreturn void account_fail(const char *file, int line, const char *what);

/* Flags of a path, as in the record. */
#define PATH_DELETED     (1u << 0)
#define PATH_UNREACHABLE (1u << 1)

struct account_pids {
	uint32_t tid, tgid, ppid, pgid, sid;
	uint64_t start_lo, start_hi; /* CLOCK_MONOTONIC nanoseconds: /proc counts in ticks */
	uint64_t boot_lo, boot_hi;   /* CLOCK_BOOTTIME nanoseconds, the clock of /proc */
};

struct account_creds {
	uint32_t ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
	uint64_t cap_permitted, cap_effective;
};

struct account_tty {
	uint32_t major, minor;
	uint16_t rows, cols;
	uint32_t iflag, oflag, lflag, cflag;
	uint32_t devpts; /* st_dev of the devpts that has it; 0: none */
};

/* Room for an address as text. */
#define ACCOUNT_ADDRESS 46

/* A TCP connection, as its end on this side has it. */
struct account_connection {
	const char *family; /* "AF_INET" or "AF_INET6" */
	char source[ACCOUNT_ADDRESS], destination[ACCOUNT_ADDRESS];
	uint16_t source_port, destination_port;
	uint32_t netns;
};

#define ACCOUNT_NS 7

/* All that can be known of a thread at a moment. */
struct account_snap {
	struct account_pids pids;
	struct account_creds creds;
	struct account_tty ctty;
	uint32_t ns[ACCOUNT_NS]; /* uts ipc mnt net cgroup time pid */
	char comm[16];
	char cgroup[4097];    /* in the hierarchy of the pids controller */
	char cgroup_v2[4097]; /* in that of version 2; empty if /proc does not show it */
	char cwd[8193];
	unsigned int cwd_flags;
};

/**
 * account_begin() - the first call of a case's main()
 * @argv:	of main()
 * @envp:	of main()
 *
 * Opens the account and enters the exec of the case itself, and the memfds that the account takes.
 */
void account_begin(char **argv, char **envp);

/**
 * account_end() - the last call of a case's main()
 *
 * Enters the exit of the case itself with status 0 and prints the account on standard output.
 *
 * Return: 0, for main() to return.
 */
int account_end(void);

/* What snapshots say of the cgroup instead of asking /proc, which lies in a cgroup namespace. */
extern const char *account_cgroup, *account_cgroup_v2;

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t account_now(void);

/* Fill @snap with the state of the calling thread. */
void account_snap(struct account_snap *snap);

/* Describe the terminal behind @fd; of a pseudo-terminal, the side that @fd is open on. */
void account_tty_of(int fd, struct account_tty *tty);

/*
 * Remember who the calling process is, for the program that it execs next: if the exec changes
 * that, account_exec() enters the change too.
 */
void account_before_exec(void);

/* Remember who the calling process is in the initial user namespace, before it enters another. */
void account_before_userns(void);
/* A variable for the environment of a script: by which name it was executed. */
#define ACCOUNT_SCRIPT "ACCOUNT_SCRIPT="

/* Enter the exec that the calling process has just gone through. */
void account_exec(char **argv, char **envp);

/* Enter the birth of the calling process: @parent as it was just before. */
void account_forked(const struct account_snap *parent);

/* account_snap(), fork(2), and in the child account_forked(). Return: as fork(2). */
pid_t account_fork(void);

/* Enter the exit of the calling process with @status and exit so, at once. */
_Noreturn void account_exit(int status);

/* Enter an exit: who, with which status or signal, and whether a core file was written. */
void account_exited(const struct account_snap *who, int status, int signal, bool core);

/* As account_exited() with status, where the last thread is one of two: in tid and comm. */
void account_exited_any(const struct account_snap *one, const struct account_snap *other,
			int status, int signal);

/*
 * Remember the calling thread's ids, session and process group, for the next account_setsid(),
 * account_setuid() or account_setgid() of the thread, which then enters them as the old ones.
 */
void account_before_ids(void);

/* Enter a successful setsid(2) of the calling process, after it. */
void account_setsid(void);

/* Enter a change of users (or groups) of the calling thread, after it. */
void account_setuid(void);
void account_setgid(void);

/* Enter a write of @len bytes at @data to @tty by the calling thread. */
void account_tty_write(const struct account_tty *tty, const void *data, size_t len);

/* Enter a failed exec of the calling thread. */
void account_exec_failed(int error, const char *filename, char *const *argv);

/* The same with a flag beside the path and one beside the arguments; NULL: none. */
void account_exec_failed_flagged(int error, const char *filename, const char *filename_flag,
				 char *const *argv, const char *argv_flag);
/* ... of any thread. */
void account_exec_failed_by(const struct account_snap *who, int error, const char *filename,
			    const char *filename_flag, char *const *argv, const char *argv_flag);

/* Enter a memfd_create(2) of the calling thread that succeeded; name and flags as it gave them. */
void account_memfd_create(const char *name, unsigned int flags);

/* Enter a shmget(2) of the calling thread that succeeded; all as it gave it. */
void account_shmget(key_t key, size_t size, int shmflg);

/*
 * Enter a PTRACE_ATTACH or PTRACE_SEIZE of the calling thread that succeeded; @child: number of the
 * process in the initial PID namespace.
 */
void account_ptrace(long request, uint32_t child);

/* Enter that the calling thread loaded a kernel module, which is there still. */
void account_load_module(const char *name);

/* Enter an attempt of the calling thread to connect, or that it has accepted a connection. */
void account_attempted(const struct account_connection *conn);
void account_accepted(const struct account_connection *conn);

/* The same of an attempt that was told of between @since, an account_now(), and now. */
void account_attempted_since(const struct account_connection *conn, uint64_t since);

/* Enter that the calling thread has closed a connection which carried that many bytes. */
void account_closed(const struct account_connection *conn, uint64_t sent, uint64_t received);

/* The same of any thread. */
void account_closed_by(const struct account_snap *who, const struct account_connection *conn,
		       uint64_t sent, uint64_t received);

/* What an event of a file says of it. */
struct account_file {
	const char *path;     /* where it is; of a renamed one, its new name */
	const char *old_path; /* FILE_RENAME: where it was */
	const char *change;   /* FILE_MODIFY: "CONTENT", "PERMISSIONS", "OWNER" or "XATTRS" */
	const char *link;     /* what a symbolic link says; NULL for all others */
	unsigned int flags;   /* of the path: PATH_DELETED and so on */
	/*
	 * Tracepoints do not see where a path leads that goes through symbolic links: then it is the
	 * path as it was given, made absolute, and of the file nothing is known. NULL: they do see.
	 */
	const char *given;
	bool known;  /* although the path is as it was given, the file is known */
	bool unseen; /* tracepoints do not see it at all */
	/* An overlay tells stat(2) of the file below: of another inode, and other times of it. */
	bool overlay;
	/* Of a deletion, as it was before: the kernel changes some of it while it deletes. */
	struct stat st;
};

/* Enter an event of type @type, "FILE_CREATE" and so on, that the calling thread has caused. */
void account_file(const char *type, const struct account_file *file);

/* Wait for @pid and CHECK that it ended with exit status @status. */
void account_wait(pid_t pid, int status);

/* The folder that the case's own program is in, without a slash at the end. */
const char *account_dir(void);

/* account_dir(), a slash and @name, in a buffer of the function's own. */
const char *account_program(const char *name);

/* Make a folder for the case under /tmp; in a buffer of the function's own. */
const char *account_tmpdir(void);

/**
 * account_mount_overlay() - mount an overlay on "merged", of "lower", "upper" and "work"
 *
 * Return: false if the kernel has no such file system, which is entered with account_cannot().
 */
bool account_mount_overlay(void);

/* Copy the file @from to the new file @to with the permissions @mode. */
void account_copy(const char *from, const char *to, mode_t mode);

#endif /* TOOLS_CASES_ACCOUNT_H */
