/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A case does one thing and prints, as JSON, the events that it must have caused. It finds all
 * values by system calls and in /proc, never by eBPF. The live tests compare this account with the
 * events of eventstrace. The account is complete: if a process of the case has caused another
 * event, the test fails. A case that must cause no event has an empty account.
 *
 * All processes of a case append their lines to one memfd, which they inherit as ACCOUNT_FD. In the
 * first process, account_end() joins the lines and prints them.
 *
 * Values have the form in which eventstrace prints them. Other forms are for values that cannot be
 * known exactly, or are no valid JSON:
 *	{"$hex": "00ff"}	a string of these bytes
 *	{"$range": [1, 5]}	an integer, both ends included
 *	{"$any": [1, 2]}	one of these values
 * The members of "$tracepoint" replace others if a tracepoint reports the event. If "$tracepoint"
 * is null, tracepoints do not see the event.
 *
 * Cases use only libc. If a step fails, the account would be wrong. So the case then prints a
 * message and ends with status 99.
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

/* Descriptor of the file in which account_before_exec() stores its data. */
#define ACCOUNT_IDS_FD 201

/**
 * account_cannot() - report that this machine lacks what the case, or a part of it, needs
 * @why:	what the machine lacks and how that showed; must stay valid
 *
 * Only for a missing feature of the hardware or of the kernel's configuration, and only after the
 * case has seen the exact error. The case continues with its other parts. Called in the first
 * process.
 */
void account_cannot(const char *why);

/* Bytes for an address as text. */
#define ACCOUNT_ADDRESS 46

/* A TCP connection, with the calling process's end as the source. */
struct account_connection {
	const char *family; /* "AF_INET" or "AF_INET6" */
	char source[ACCOUNT_ADDRESS], destination[ACCOUNT_ADDRESS];
	uint16_t source_port, destination_port;
	uint32_t netns;
};

/**
 * account_begin() - begin a case; the first call of main()
 * @argv:	of main()
 * @envp:	of main()
 *
 * Opens the account and adds the exec of the case itself, and the memfds of the account.
 */
void account_begin(char **argv, char **envp);

/**
 * account_end() - end a case; the last call of main()
 *
 * Adds the exit of the case itself with status 0 and prints the account on standard output.
 *
 * Return: 0, as main()'s return value.
 */
int account_end(void);

/*
 * Store the calling process's credentials before it executes a program. If the exec changes them,
 * account_exec() adds that change too.
 */
void account_before_exec(void);

/* Environment variable for an executed script: the path that the caller of execve(2) passed. */
#define ACCOUNT_SCRIPT "ACCOUNT_SCRIPT="

/* Called by an executed program: add the exec. */
void account_exec(char **argv, char **envp);

/*
 * Add an exec of the program @path, an absolute path, by the calling process. For a program that
 * cannot add its own exec: the calling program has executed it, or was executed by it. Both files
 * must have the same name, because the account takes the process's name from the caller.
 */
void account_exec_other(const char *path, char **argv, char **envp);

/*
 * Add the fork that made the calling process. @parent: the parent's state directly before the fork.
 */
void account_forked(const struct account_snap *parent);

/* Call account_snap() and fork(2), and account_forked() in the child. Return: as fork(2). */
pid_t account_fork(void);

/* Add the exit of the calling process with @status, and exit immediately. */
_Noreturn void account_exit(int status);

/* Add the exit of @who with a status or a signal; @core: the kernel wrote a core file. */
void account_exited(const struct account_snap *who, int status, int signal, bool core);

/*
 * As account_exited(), if either of two threads can be the last one: the event has the tid and comm
 * of one of them.
 */
void account_exited_any(const struct account_snap *one, const struct account_snap *other,
			int status, int signal);

/*
 * Store the calling thread's ids, session and process group. The thread's next account_setsid(),
 * account_setuid() or account_setgid() adds them as the old ones.
 */
void account_before_ids(void);

/* Add a successful setsid(2) of the calling process, after the call. */
void account_setsid(void);

/* Add a change of users (or groups) of the calling thread, after the call. */
void account_setuid(void);
void account_setgid(void);

/* Add a write of @len bytes at @data to the terminal @tty by the calling thread. */
void account_tty_write(const struct account_tty *tty, const void *data, size_t len);

/* Add a failed exec of the calling thread. */
void account_exec_failed(int error, const char *filename, char *const *argv);

/* The same, with a flag of the path and a flag of the arguments; NULL: no flag. */
void account_exec_failed_flagged(int error, const char *filename, const char *filename_flag,
				 char *const *argv, const char *argv_flag);
/* The same for the thread @who. */
void account_exec_failed_by(const struct account_snap *who, int error, const char *filename,
			    const char *filename_flag, char *const *argv, const char *argv_flag);

/*
 * Add a successful memfd_create(2) of the calling thread, with the name and flags that it passed.
 */
void account_memfd_create(const char *name, unsigned int flags);

/* Add a successful shmget(2) of the calling thread, with the arguments that it passed. */
void account_shmget(key_t key, size_t size, int shmflg);

/*
 * Add a successful PTRACE_ATTACH or PTRACE_SEIZE of the calling thread. @child is the tracee's
 * process number in the initial PID namespace.
 */
void account_ptrace(long request, uint32_t child);

/* Add the load of a kernel module by the calling thread. The module must still be loaded. */
void account_load_module(const char *name);

/* Add an attempt of the calling thread to connect, or a connection that it accepted. */
void account_attempted(const struct account_connection *conn);
void account_accepted(const struct account_connection *conn);

/* The same for an attempt whose event has a time between @since (an account_now()) and now. */
void account_attempted_since(const struct account_connection *conn, uint64_t since);

/* Add a connection that the calling thread closed, with the numbers of bytes sent and received. */
void account_closed(const struct account_connection *conn, uint64_t sent, uint64_t received);

/* The same for the thread @who. */
void account_closed_by(const struct account_snap *who, const struct account_connection *conn,
		       uint64_t sent, uint64_t received);

/* The contents of a file's event. */
struct account_file {
	const char *path;     /* path of the file; of a renamed file, its new path */
	const char *old_path; /* FILE_RENAME: the old path */
	const char *change;   /* FILE_MODIFY: "CONTENT", "PERMISSIONS", "OWNER" or "XATTRS" */
	const char *link;     /* target of a symbolic link; NULL for all others */
	unsigned int flags;   /* flags of the path: PATH_DELETED and so on */
	/*
	 * If tracepoints cannot follow the path's symbolic links: the path that the process gave,
	 * made absolute. By tracepoints, the event has this path and no data of the file. NULL:
	 * tracepoints can follow the path.
	 */
	const char *given;
	bool known;  /* with `given`: tracepoints know the file's data nevertheless */
	bool unseen; /* tracepoints do not see the event */
	/*
	 * The file is on an overlay. There, stat(2) returns the lower file's inode number and other
	 * times.
	 */
	bool overlay;
	/*
	 * State of the file. For a deleted file, this is the state before the deletion, because
	 * the deletion changes some members.
	 */
	struct stat st;
};

/* Add an event of a file that the calling thread caused. @type: for example "FILE_CREATE". */
void account_file(const char *type, const struct account_file *file);

/* Wait for @pid, and CHECK that it exited with @status. */
void account_wait(pid_t pid, int status);

/* Directory of the case's own program, without a slash at the end. */
const char *account_dir(void);

/* Path of the program @name in account_dir(), in a static buffer. */
const char *account_program(const char *name);

/* Make a directory for the case below /tmp. Return: its path, in a static buffer. */
const char *account_tmpdir(void);

/**
 * account_mount_overlay() - mount an overlay on "merged", from "lower", "upper" and "work"
 *
 * Return: false, after account_cannot(), if the kernel has no overlay file system.
 */
bool account_mount_overlay(void);

/* Copy the file @from to the new file @to with the permissions @mode. */
void account_copy(const char *from, const char *to, mode_t mode);

#endif /* TOOLS_CASES_ACCOUNT_H */
