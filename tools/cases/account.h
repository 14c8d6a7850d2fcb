/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A case does one thing and prints, as JSON, the events that it must have caused. It gives every
 * value that it can know from system calls and /proc, never from eBPF. The live tests compare this
 * account with eventstrace's output. The account is complete: an event of the case's processes that
 * is not in it is an error too. A case that must cause no event has an empty account.
 *
 * All processes of a case append their lines to one memfd, which they inherit as ACCOUNT_FD.
 * account_end() in the first process joins and prints the lines.
 *
 * Values are as eventstrace prints them, except if no exact value can be known or written:
 *	{"$hex": "00ff"}	a string of these bytes
 *	{"$range": [1, 5]}	an integer, both ends included
 *	{"$any": [1, 2]}	one of these
 * The members of "$tracepoint" apply if tracepoints see the event. If "$tracepoint" is null,
 * tracepoints do not see the event.
 *
 * Cases use only libc. If a step fails, the case ends with status 99 and a message, because its
 * account would be wrong.
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

#include "tools/cases/account_check.h"
#include "tools/cases/account_snap.h"

/* account_before_exec() leaves its data here. */
#define ACCOUNT_IDS_FD 201

/**
 * account_cannot() - report that this machine lacks what the case, or a part of it, needs
 * @why:	what the machine lacks and how that showed; remains the caller's
 *
 * Only for what the hardware or the kernel's configuration lacks, and only after the case has seen
 * the exact error. The case continues with the rest. Called in the case's first process.
 */
void account_cannot(const char *why);

/* Room for an address as text. */
#define ACCOUNT_ADDRESS 46

/* A TCP connection, as seen from this end. */
struct account_connection {
	const char *family; /* "AF_INET" or "AF_INET6" */
	char source[ACCOUNT_ADDRESS], destination[ACCOUNT_ADDRESS];
	uint16_t source_port, destination_port;
	uint32_t netns;
};

/**
 * account_begin() - the first call of a case's main()
 * @argv:	of main()
 * @envp:	of main()
 *
 * Opens the account and adds the exec of the case itself, and the memfds of the account.
 */
void account_begin(char **argv, char **envp);

/**
 * account_end() - the last call of a case's main()
 *
 * Adds the exit of the case itself with status 0 and prints the account on standard output.
 *
 * Return: 0, as main()'s return value.
 */
int account_end(void);

/*
 * Store the calling process's credentials for the program that it execs next. If the exec changes
 * them, account_exec() adds that change too.
 */
void account_before_exec(void);

/* An environment variable for a script: the name by which it was executed. */
#define ACCOUNT_SCRIPT "ACCOUNT_SCRIPT="

/* Add the exec that the calling process has just completed. */
void account_exec(char **argv, char **envp);

/* Add the birth of the calling process. @parent is its parent's state just before. */
void account_forked(const struct account_snap *parent);

/* account_snap(), fork(2), and in the child account_forked(). Return: as fork(2). */
pid_t account_fork(void);

/* Add the exit of the calling process with @status, and exit immediately. */
_Noreturn void account_exit(int status);

/* Add the exit of @who with a status or signal; @core: a core file was written. */
void account_exited(const struct account_snap *who, int status, int signal, bool core);

/*
 * As account_exited() with a status, if either thread can be the last: tid and comm may be of both.
 */
void account_exited_any(const struct account_snap *one, const struct account_snap *other,
			int status, int signal);

/*
 * Store the calling thread's ids, session and process group. The thread's next account_setsid(),
 * account_setuid() or account_setgid() adds them as the old ones.
 */
void account_before_ids(void);

/* Add a successful setsid(2) of the calling process. Call it afterwards. */
void account_setsid(void);

/* Add a change of users (or groups) of the calling thread. Call it afterwards. */
void account_setuid(void);
void account_setgid(void);

/* Add a write of @len bytes at @data to @tty by the calling thread. */
void account_tty_write(const struct account_tty *tty, const void *data, size_t len);

/* Add a failed exec of the calling thread. */
void account_exec_failed(int error, const char *filename, char *const *argv);

/* The same with a flag for the path and one for the arguments; NULL: none. */
void account_exec_failed_flagged(int error, const char *filename, const char *filename_flag,
				 char *const *argv, const char *argv_flag);
/* The same for any thread. */
void account_exec_failed_by(const struct account_snap *who, int error, const char *filename,
			    const char *filename_flag, char *const *argv, const char *argv_flag);

/*
 * Add a successful memfd_create(2) of the calling thread, with the name and flags that it passed.
 */
void account_memfd_create(const char *name, unsigned int flags);

/* Add a successful shmget(2) of the calling thread, with the arguments that it passed. */
void account_shmget(key_t key, size_t size, int shmflg);

/*
 * Add a successful PTRACE_ATTACH or PTRACE_SEIZE of the calling thread. @child is the process's
 * number in the initial PID namespace.
 */
void account_ptrace(long request, uint32_t child);

/* Add that the calling thread loaded a kernel module, which is still loaded. */
void account_load_module(const char *name);

/* Add the calling thread's attempt to connect, or its accepted connection. */
void account_attempted(const struct account_connection *conn);
void account_accepted(const struct account_connection *conn);

/* The same for an attempt whose event has a time between @since, an account_now(), and now. */
void account_attempted_since(const struct account_connection *conn, uint64_t since);

/* Add that the calling thread closed a connection which carried that many bytes. */
void account_closed(const struct account_connection *conn, uint64_t sent, uint64_t received);

/* The same for any thread. */
void account_closed_by(const struct account_snap *who, const struct account_connection *conn,
		       uint64_t sent, uint64_t received);

/* The contents of a file's event. */
struct account_file {
	const char *path;     /* the file's path; of a renamed file, its new path */
	const char *old_path; /* FILE_RENAME: the path before */
	const char *change;   /* FILE_MODIFY: "CONTENT", "PERMISSIONS", "OWNER" or "XATTRS" */
	const char *link;     /* target of a symbolic link; NULL for all others */
	unsigned int flags;   /* of the path: PATH_DELETED and so on */
	/*
	 * Tracepoints cannot follow a path through symbolic links. The event then has the path as
	 * given, made absolute, and no data of the file. NULL: tracepoints see the path.
	 */
	const char *given;
	bool known;  /* the file's data is known although the path is as given */
	bool unseen; /* tracepoints do not see the event */
	/* On an overlay, stat(2) returns the lower file's inode number and other times. */
	bool overlay;
	/* For a deletion, the state before it: the kernel changes some of it while it deletes. */
	struct stat st;
};

/* Add an event of type @type, for example "FILE_CREATE", that the calling thread caused. */
void account_file(const char *type, const struct account_file *file);

/* Wait for @pid and CHECK that it ended with exit status @status. */
void account_wait(pid_t pid, int status);

/* The directory of the case's own program, without a slash at the end. */
const char *account_dir(void);

/* account_dir(), a slash and @name, in a static buffer. */
const char *account_program(const char *name);

/* Make a directory for the case under /tmp; the result is in a static buffer. */
const char *account_tmpdir(void);

/**
 * account_mount_overlay() - mount an overlay on "merged", from "lower", "upper" and "work"
 *
 * Return: false if the kernel has no overlay file system; account_cannot() has then been called.
 */
bool account_mount_overlay(void);

/* Copy the file @from to the new file @to with the permissions @mode. */
void account_copy(const char *from, const char *to, mode_t mode);

#endif /* TOOLS_CASES_ACCOUNT_H */
