/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Generated from lib/wire/schema.def; do not edit:
 *	./bazelw run //lib/wire:gen -- events > lib/include/eventstrace_events.h
 *
 * The functions that read the data of an event. eventstrace.h includes this file.
 *
 * Each field of an event has a function, et_<event>__<field>(). Fields that belong together, such
 * as the IDs of a process, are a group: a struct, to which the function returns a pointer. A later
 * version may add members at the end of a group. So read the members through the pointer, and do
 * not copy the struct: its size may differ in the library.
 *
 * There is no struct for a whole event, because a larger group would move all fields after it. A
 * later version adds functions, and changes none of those that exist.
 *
 * All results are valid as long as the event. A function returns 0, false or NULL if the event has
 * another type, or if it is from an old recording without the field.
 *
 * The function of a text or a list returns bytes without a terminating NUL. @ret_size receives
 * their number, and @ret_flags a mask of enum et_field_flags; both may be NULL. Processes choose
 * these bytes, so they may have any values, and need not be UTF-8. In a list, each string ends with
 * a NUL: et_strings__next() returns the strings one by one.
 */
#ifndef EVENTSTRACE_EVENTS_H
#define EVENTSTRACE_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* clang-format off */

struct et_event;

/* The types of events, as et_event__id() returns them. */
enum et_event_id {
	/* A process was created by fork, vfork or clone. New threads of a process are no events. */
	ET_EVENT_PROCESS_FORK = 1,
	/* A process began to run another program: execve or execveat succeeded. */
	ET_EVENT_PROCESS_EXEC = 2,
	/*
	 * The last thread of a process ended; this is the last event of the process. The closes of
	 * its connections come before, although this event has an earlier `ts_ns`. In three cases,
	 * the close of a connection comes later: another process or io_uring still holds the
	 * connection; `sockets_open` is true; or, with tracepoints, the process was created with an
	 * exit signal of 0.
	 */
	ET_EVENT_PROCESS_EXIT = 3,
	/* A process began a session of its own: setsid succeeded. */
	ET_EVENT_PROCESS_SETSID = 4,
	/* A thread's real, effective, saved or file system user changed. */
	ET_EVENT_PROCESS_SETUID = 5,
	/* A thread's real, effective, saved or file system group changed. */
	ET_EVENT_PROCESS_SETGID = 6,
	/*
	 * A process wrote to a terminal; for a pseudo-terminal, `tty` is the slave side, even if
	 * the process wrote to the master side.
	 */
	ET_EVENT_PROCESS_TTY_WRITE = 7,
	/*
	 * execve or execveat failed; a search through PATH gives one event for each folder without
	 * the program.
	 */
	ET_EVENT_PROCESS_EXEC_FAILED = 8,
	/* A process made a file in memory: memfd_create succeeded. */
	ET_EVENT_PROCESS_MEMFD_CREATE = 9,
	/* A process made or looked up System V shared memory: shmget succeeded. */
	ET_EVENT_PROCESS_SHMGET = 10,
	/* A process began to trace another process that is not its child: ptrace succeeded. */
	ET_EVENT_PROCESS_PTRACE = 11,
	/* A process loaded a kernel module. The code of the module has not run yet. */
	ET_EVENT_PROCESS_LOAD_MODULE = 12,
	/* A name of a file was removed, or a directory was removed. */
	ET_EVENT_FILE_DELETE = 13,
	/* An open created a file, or link gave a file another name. */
	ET_EVENT_FILE_CREATE = 14,
	/* A file was renamed or moved. */
	ET_EVENT_FILE_RENAME = 15,
	/*
	 * A file was modified: the content of a regular file, or the permissions, owner or extended
	 * attributes of any file.
	 */
	ET_EVENT_FILE_MODIFY = 16,
	/* A file that memfd_create had made was opened. */
	ET_EVENT_FILE_MEMFD_OPEN = 17,
	/* A file below /dev/shm, in shared memory, was opened. */
	ET_EVENT_FILE_SHMEM_OPEN = 18,
	/* A process began a TCP connection, which may still fail. */
	ET_EVENT_NETWORK_CONNECTION_ATTEMPTED = 19,
	/* A process accepted a TCP connection. */
	ET_EVENT_NETWORK_CONNECTION_ACCEPTED = 20,
	/*
	 * The last descriptor of a TCP connection, or of an attempt, was closed, or its socket was
	 * connected again.
	 */
	ET_EVENT_NETWORK_CONNECTION_CLOSED = 21,
	/*
	 * A process ran already when `eventstrace` began. No BPF program reports it: `eventstrace`
	 * reads it from /proc, after it has attached the hooks. Kernel threads have no such event.
	 */
	ET_EVENT_PROCESS_EXISTS = 22,
	/*
	 * Events that happened are missing here. If no later record shows that they are missing,
	 * LOST comes a moment later, or at the end.
	 */
	ET_EVENT_LOST = 0x8001,
};

/* The type of a file. */
enum et_event_file_type {
	/* none of those below */
	ET_EVENT_FILE_TYPE_UNKNOWN = 0,
	/* regular file */
	ET_EVENT_FILE_TYPE_FILE = 1,
	/* directory */
	ET_EVENT_FILE_TYPE_DIR = 2,
	/* symbolic link */
	ET_EVENT_FILE_TYPE_SYMLINK = 3,
	/* character device */
	ET_EVENT_FILE_TYPE_CHARACTER_DEVICE = 4,
	/* block device */
	ET_EVENT_FILE_TYPE_BLOCK_DEVICE = 5,
	/* FIFO */
	ET_EVENT_FILE_TYPE_NAMED_PIPE = 6,
	/* socket of the Unix domain */
	ET_EVENT_FILE_TYPE_SOCKET = 7,
};

/* The name of a value as in JSON, without "ET_EVENT_FILE_TYPE_". NULL: no such value. */
const char *et_file_type_name(unsigned int value);

/* Which part of a file was modified. */
enum et_event_change_type {
	/* none of those below */
	ET_EVENT_CHANGE_TYPE_UNKNOWN = 0,
	/* its content or its size */
	ET_EVENT_CHANGE_TYPE_CONTENT = 1,
	/* its mode */
	ET_EVENT_CHANGE_TYPE_PERMISSIONS = 2,
	/* its user or group */
	ET_EVENT_CHANGE_TYPE_OWNER = 3,
	/* its extended attributes */
	ET_EVENT_CHANGE_TYPE_XATTRS = 4,
};

/* The name of a value as in JSON, without "ET_EVENT_CHANGE_TYPE_". NULL: no such value. */
const char *et_change_type_name(unsigned int value);

/* Protocol of a connection. */
enum et_event_transport {
	/* none of those below */
	ET_EVENT_TRANSPORT_UNKNOWN = 0,
	/* TCP */
	ET_EVENT_TRANSPORT_TCP = 1,
};

/* The name of a value as in JSON, without "ET_EVENT_TRANSPORT_". NULL: no such value. */
const char *et_transport_name(unsigned int value);

/* Family of addresses. */
enum et_event_family {
	/* none of those below */
	ET_EVENT_FAMILY_UNKNOWN = 0,
	/* IPv4 */
	ET_EVENT_FAMILY_AF_INET = 1,
	/* IPv6 */
	ET_EVENT_FAMILY_AF_INET6 = 2,
};

/* The name of a value as in JSON, without "ET_EVENT_FAMILY_". NULL: no such value. */
const char *et_family_name(unsigned int value);

/* Why events are missing. */
enum et_event_lost_cause {
	/* none of those below */
	ET_EVENT_LOST_CAUSE_UNKNOWN = 0,
	/* the ring had no room */
	ET_EVENT_LOST_CAUSE_RING_FULL = 1,
	/* all lanes of the CPU were in use */
	ET_EVENT_LOST_CAUSE_NO_LANE = 2,
	/* a table of pending operations or connections had no room */
	ET_EVENT_LOST_CAUSE_PENDING_FULL = 3,
	/* a write had more segments than a BPF program can look at */
	ET_EVENT_LOST_CAUSE_SEGMENTS = 4,
	/* the decoder rejected the record */
	ET_EVENT_LOST_CAUSE_MALFORMED = 5,
	/* memory of the process could not be read, such as the arguments of its call */
	ET_EVENT_LOST_CAUSE_FAULT = 6,
	/* the user had its share of the ring; the rest is kept for others */
	ET_EVENT_LOST_CAUSE_USER_SHARE = 7,
	/* the disk was slower than the events, and the queue of the segments was full */
	ET_EVENT_LOST_CAUSE_QUEUE_FULL = 8,
	/* the folder of segments had its largest size, and a segment was dropped */
	ET_EVENT_LOST_CAUSE_SPOOL_FULL = 9,
	/* a segment could not be written, for example because the disk was full */
	ET_EVENT_LOST_CAUSE_DISK_FULL = 10,
};

/* The name of a value as in JSON, without "ET_EVENT_LOST_CAUSE_". NULL: no such value. */
const char *et_lost_cause_name(unsigned int value);

/* A thread and its process. The numbers are those of the initial PID namespace. */
struct et_event_pids {
	/* thread */
	uint32_t tid;
	/* process */
	uint32_t tgid;
	/* parent process */
	uint32_t ppid;
	/* process group */
	uint32_t pgid;
	/* session */
	uint32_t sid;
	uint8_t pad0[4];
	/*
	 * start of the process, in CLOCK_MONOTONIC nanoseconds. No other process of the same boot
	 * has this start and the same tgid
	 */
	uint64_t start_time_ns;
	/*
	 * the same start in CLOCK_BOOTTIME nanoseconds. This clock runs while the machine is
	 * suspended, too; `starttime` in /proc/PID/stat uses the same clock
	 */
	uint64_t start_boottime_ns;
};

/* Users, groups and capabilities. The numbers are those of the initial user namespace. */
struct et_event_creds {
	/* real user */
	uint32_t ruid;
	/* real group */
	uint32_t rgid;
	/* effective user */
	uint32_t euid;
	/* effective group */
	uint32_t egid;
	/* saved user */
	uint32_t suid;
	/* saved group */
	uint32_t sgid;
	/* permitted capabilities, a bit mask */
	uint64_t cap_permitted;
	/* effective capabilities, a bit mask */
	uint64_t cap_effective;
};

/* A terminal. If there is none, all members are 0. */
struct et_event_tty {
	/* device number, major */
	uint32_t major;
	/* device number, minor */
	uint32_t minor;
	/* height in characters */
	uint16_t winsize_rows;
	/* width in characters */
	uint16_t winsize_cols;
	/* input modes */
	uint32_t termios_c_iflag;
	/* output modes */
	uint32_t termios_c_oflag;
	/* local modes */
	uint32_t termios_c_lflag;
	/* control modes */
	uint32_t termios_c_cflag;
	/*
	 * device number of the devpts file system with this terminal, as in `st_dev` of its files;
	 * 0: the terminal is in no devpts
	 */
	uint32_t devpts;
};

/* Namespaces, as inode numbers. */
struct et_event_ns {
	/* host name */
	uint32_t uts;
	/* System V IPC */
	uint32_t ipc;
	/* mounts */
	uint32_t mnt;
	/* network */
	uint32_t net;
	/* cgroup root */
	uint32_t cgroup;
	/* clock offsets; 0 before kernel 5.6 */
	uint32_t time;
	/* PID numbers */
	uint32_t pid;
	uint8_t pad0[4];
};

/* The inode of a file. */
struct et_event_file_info {
	/* what kind of file */
	uint8_t type; /* enum et_event_file_type */
	uint8_t pad0[1];
	/* type and permissions, as octal digits: 100644 is a regular file with 0644 */
	uint16_t mode;
	/* owner, as a number of the initial user namespace */
	uint32_t uid;
	/* group, likewise */
	uint32_t gid;
	uint8_t pad1[4];
	/* number of the inode */
	uint64_t inode;
	/* bytes */
	uint64_t size;
	/* last access, in nanoseconds since 1970 */
	uint64_t atime;
	/* last change of its content, likewise */
	uint64_t mtime;
	/* last change of its inode, likewise */
	uint64_t ctime;
};

/* A connection. The source is always this side, even if the other side began the connection. */
struct et_event_net {
	/* protocol */
	uint8_t transport; /* enum et_event_transport */
	/* family of the addresses */
	uint8_t family; /* enum et_event_family */
	/* port on this side */
	uint16_t source_port;
	/* port on the other side */
	uint16_t destination_port;
	uint8_t pad0[2];
	/* network namespace of the socket, as an inode number */
	uint32_t network_namespace;
	uint8_t pad1[4];
	/* address on this side */
	uint8_t source_address[16];
	/* address on the other side */
	uint8_t destination_address[16];
};

/* A closed connection: the members of `net`, and how many bytes were sent and received. */
struct et_event_net_closed {
	/* protocol */
	uint8_t transport; /* enum et_event_transport */
	/* family of the addresses */
	uint8_t family; /* enum et_event_family */
	/* port on this side */
	uint16_t source_port;
	/* port on the other side */
	uint16_t destination_port;
	uint8_t pad0[2];
	/* network namespace of the socket, as an inode number */
	uint32_t network_namespace;
	uint8_t pad1[4];
	/* address on this side */
	uint8_t source_address[16];
	/* address on the other side */
	uint8_t destination_address[16];
	/*
	 * bytes that the kernel had accepted for sending. Bytes that were still queued at the close
	 * are included; bytes that were sent again count once
	 */
	uint64_t bytes_sent;
	/* bytes of the stream that were received without a gap */
	uint64_t bytes_received;
};

/* ---- PROCESS_FORK ---- */

/* the process that called */
const struct et_event_pids *et_process_fork__parent_pids(const struct et_event *event);
/* the new process */
const struct et_event_pids *et_process_fork__child_pids(const struct et_event *event);
/* credentials of the parent */
const struct et_event_creds *et_process_fork__creds(const struct et_event *event);
/* controlling terminal of the child */
const struct et_event_tty *et_process_fork__ctty(const struct et_event *event);
/* name of the child's main thread */
const char *et_process_fork__comm(const struct et_event *event, size_t *ret_size);
/* namespaces of the child */
const struct et_event_ns *et_process_fork__ns(const struct et_event *event);
/* path of the child's cgroup in the hierarchy of the pids controller, which has version 1 or 2 */
const char *et_process_fork__pids_ss_cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* working directory of the child */
const char *et_process_fork__cwd(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* path of the child's cgroup in the hierarchy of version 2 */
const char *et_process_fork__cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* inode number of the directory of the child's version 2 cgroup */
uint64_t et_process_fork__cgroup_id(const struct et_event *event);
/* likewise for the parent's cgroup; `--cgroup` compares this number */
uint64_t et_process_fork__parent_cgroup_id(const struct et_event *event);

/* ---- PROCESS_EXEC ---- */

/* thread and process, after the call */
const struct et_event_pids *et_process_exec__pids(const struct et_event *event);
/* credentials after the call */
const struct et_event_creds *et_process_exec__creds(const struct et_event *event);
/* controlling terminal */
const struct et_event_tty *et_process_exec__ctty(const struct et_event *event);
/* name of the main thread, after the call */
const char *et_process_exec__comm(const struct et_event *event, size_t *ret_size);
/* namespaces */
const struct et_event_ns *et_process_exec__ns(const struct et_event *event);
/* the file has the set-user-ID bit */
bool et_process_exec__is_setuid(const struct et_event *event);
/* the file has the set-group-ID bit */
bool et_process_exec__is_setgid(const struct et_event *event);
/* the file is a memfd */
bool et_process_exec__is_memfd(const struct et_event *event);
/* number of hard links to the file; 0: the file is deleted or anonymous */
uint32_t et_process_exec__inode_nlink(const struct et_event *event);
/* path of the cgroup in the hierarchy of the pids controller, which has version 1 or 2 */
const char *et_process_exec__pids_ss_cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* arguments as the new program sees them */
const char *et_process_exec__argv(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* environment as the new program sees it */
const char *et_process_exec__env(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* working directory */
const char *et_process_exec__cwd(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* path of the program's file; for a script, path of the interpreter */
const char *et_process_exec__filename(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/*
 * number of environment variables that were left out because of `--env`; 0: `env` has all of them,
 * up to its cap
 */
uint32_t et_process_exec__env_filtered(const struct et_event *event);
/* path of the cgroup in the hierarchy of version 2, by which `--cgroup` selects events */
const char *et_process_exec__cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/*
 * path of the executed script, as given to the call; empty if the file is no script. A path without
 * a leading slash is relative to `cwd`, and is flagged unresolved
 */
const char *et_process_exec__script(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_process_exec__cgroup_id(const struct et_event *event);

/* ---- PROCESS_EXIT ---- */

/* the last thread, and its process */
const struct et_event_pids *et_process_exit__pids(const struct et_event *event);
/* credentials */
const struct et_event_creds *et_process_exit__creds(const struct et_event *event);
/* controlling terminal */
const struct et_event_tty *et_process_exit__ctty(const struct et_event *event);
/* name of the last thread */
const char *et_process_exit__comm(const struct et_event *event, size_t *ret_size);
/* namespaces */
const struct et_event_ns *et_process_exit__ns(const struct et_event *event);
/* exit status, 0 to 255; 0 if a signal ended the process */
int32_t et_process_exit__exit_code(const struct et_event *event);
/* signal that ended the process; 0: no signal */
uint8_t et_process_exit__exit_signal(const struct et_event *event);
/* a core file was written */
bool et_process_exit__core_dumped(const struct et_event *event);
/* path of the cgroup in the hierarchy of the pids controller, which has version 1 or 2 */
const char *et_process_exit__pids_ss_cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/*
 * there was no room to hold this event back, so the closes of the process's connections may follow
 * it
 */
bool et_process_exit__sockets_open(const struct et_event *event);
/*
 * nanoseconds from the exit, `ts_ns`, until the connections of the process were closed; 0: the
 * event was not held back for them
 */
uint64_t et_process_exit__closing_ns(const struct et_event *event);
/* path of the cgroup in the hierarchy of version 2, by which `--cgroup` selects events */
const char *et_process_exit__cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_process_exit__cgroup_id(const struct et_event *event);

/* ---- PROCESS_SETSID ---- */

/* thread and process, after the call */
const struct et_event_pids *et_process_setsid__pids(const struct et_event *event);
/* credentials */
const struct et_event_creds *et_process_setsid__creds(const struct et_event *event);
/* name of the thread */
const char *et_process_setsid__comm(const struct et_event *event, size_t *ret_size);
/* session before the call; 0: not known */
uint32_t et_process_setsid__old_sid(const struct et_event *event);
/* process group before the call; 0: not known */
uint32_t et_process_setsid__old_pgid(const struct et_event *event);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_process_setsid__cgroup_id(const struct et_event *event);

/* ---- PROCESS_SETUID ---- */

/* the thread that changed, and its process */
const struct et_event_pids *et_process_setuid__pids(const struct et_event *event);
/* real user after the change */
uint32_t et_process_setuid__new_ruid(const struct et_event *event);
/* effective user after the change */
uint32_t et_process_setuid__new_euid(const struct et_event *event);
/* credentials after the change */
const struct et_event_creds *et_process_setuid__creds(const struct et_event *event);
/* name of the thread */
const char *et_process_setuid__comm(const struct et_event *event, size_t *ret_size);
/* real user before the change */
uint32_t et_process_setuid__old_ruid(const struct et_event *event);
/* effective user before the change */
uint32_t et_process_setuid__old_euid(const struct et_event *event);
/* saved user before the change */
uint32_t et_process_setuid__old_suid(const struct et_event *event);
/* file system user before the change */
uint32_t et_process_setuid__old_fsuid(const struct et_event *event);
/* saved user after the change */
uint32_t et_process_setuid__new_suid(const struct et_event *event);
/* file system user after the change */
uint32_t et_process_setuid__new_fsuid(const struct et_event *event);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_process_setuid__cgroup_id(const struct et_event *event);

/* ---- PROCESS_SETGID ---- */

/* the thread that changed, and its process */
const struct et_event_pids *et_process_setgid__pids(const struct et_event *event);
/* real group after the change */
uint32_t et_process_setgid__new_rgid(const struct et_event *event);
/* effective group after the change */
uint32_t et_process_setgid__new_egid(const struct et_event *event);
/* credentials after the change */
const struct et_event_creds *et_process_setgid__creds(const struct et_event *event);
/* name of the thread */
const char *et_process_setgid__comm(const struct et_event *event, size_t *ret_size);
/* real group before the change */
uint32_t et_process_setgid__old_rgid(const struct et_event *event);
/* effective group before the change */
uint32_t et_process_setgid__old_egid(const struct et_event *event);
/* saved group before the change */
uint32_t et_process_setgid__old_sgid(const struct et_event *event);
/* file system group before the change */
uint32_t et_process_setgid__old_fsgid(const struct et_event *event);
/* saved group after the change */
uint32_t et_process_setgid__new_sgid(const struct et_event *event);
/* file system group after the change */
uint32_t et_process_setgid__new_fsgid(const struct et_event *event);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_process_setgid__cgroup_id(const struct et_event *event);

/* ---- PROCESS_TTY_WRITE ---- */

/* the thread that wrote, and its process */
const struct et_event_pids *et_process_tty_write__pids(const struct et_event *event);
/* the terminal */
const struct et_event_tty *et_process_tty_write__tty(const struct et_event *event);
/* name of the thread that wrote */
const char *et_process_tty_write__comm(const struct et_event *event, size_t *ret_size);
/* the bytes that the terminal accepted */
const char *et_process_tty_write__tty_out(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* real user of the process */
uint32_t et_process_tty_write__ruid(const struct et_event *event);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_process_tty_write__cgroup_id(const struct et_event *event);

/* ---- PROCESS_EXEC_FAILED ---- */

/* the thread that called, and its process */
const struct et_event_pids *et_process_exec_failed__pids(const struct et_event *event);
/* credentials */
const struct et_event_creds *et_process_exec_failed__creds(const struct et_event *event);
/* controlling terminal */
const struct et_event_tty *et_process_exec_failed__ctty(const struct et_event *event);
/* name of the thread that called */
const char *et_process_exec_failed__comm(const struct et_event *event, size_t *ret_size);
/* namespaces */
const struct et_event_ns *et_process_exec_failed__ns(const struct et_event *event);
/* the reason, as a positive errno */
int32_t et_process_exec_failed__error(const struct et_event *event);
/* path of the cgroup in the hierarchy of the pids controller, which has version 1 or 2 */
const char *et_process_exec_failed__pids_ss_cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* arguments as given, at most 256; flagged partial if there are more */
const char *et_process_exec_failed__argv(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* working directory */
const char *et_process_exec_failed__cwd(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* path of the file, as given to the call */
const char *et_process_exec_failed__filename(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* path of the cgroup in the hierarchy of version 2, by which `--cgroup` selects events */
const char *et_process_exec_failed__cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_process_exec_failed__cgroup_id(const struct et_event *event);

/* ---- PROCESS_MEMFD_CREATE ---- */

/* the thread that called, and its process */
const struct et_event_pids *et_process_memfd_create__pids(const struct et_event *event);
/* flags as given, a bit mask */
uint32_t et_process_memfd_create__flags(const struct et_event *event);
/* MFD_CLOEXEC: an exec closes the descriptor */
bool et_process_memfd_create__flag_cloexec(const struct et_event *event);
/* MFD_ALLOW_SEALING: the file can be sealed */
bool et_process_memfd_create__flag_allow_seal(const struct et_event *event);
/* MFD_HUGETLB: the file has huge pages */
bool et_process_memfd_create__flag_hugetlb(const struct et_event *event);
/* MFD_NOEXEC_SEAL: the file can never be executed */
bool et_process_memfd_create__flag_noexec_seal(const struct et_event *event);
/* MFD_EXEC: the file can be executed */
bool et_process_memfd_create__flag_exec(const struct et_event *event);
/* name as given */
const char *et_process_memfd_create__filename(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* credentials of the thread that called */
const struct et_event_creds *et_process_memfd_create__creds(const struct et_event *event);
/* name of the thread that called */
const char *et_process_memfd_create__comm(const struct et_event *event, size_t *ret_size);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_process_memfd_create__cgroup_id(const struct et_event *event);

/* ---- PROCESS_SHMGET ---- */

/* the thread that called, and its process */
const struct et_event_pids *et_process_shmget__pids(const struct et_event *event);
/* key as given; 0 is IPC_PRIVATE */
uint32_t et_process_shmget__key(const struct et_event *event);
/* flags as given, with the permissions */
int32_t et_process_shmget__shmflg(const struct et_event *event);
/* size in bytes, as given */
uint64_t et_process_shmget__size(const struct et_event *event);
/* credentials of the thread that called */
const struct et_event_creds *et_process_shmget__creds(const struct et_event *event);
/* name of the thread that called */
const char *et_process_shmget__comm(const struct et_event *event, size_t *ret_size);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_process_shmget__cgroup_id(const struct et_event *event);

/* ---- PROCESS_PTRACE ---- */

/* the thread that called, and its process */
const struct et_event_pids *et_process_ptrace__pids(const struct et_event *event);
/* PTRACE_ATTACH, 16, or PTRACE_SEIZE, 16902 */
int64_t et_process_ptrace__request(const struct et_event *event);
/* process that is traced, or that has the traced thread */
int32_t et_process_ptrace__child_pid(const struct et_event *event);
/* credentials of the thread that called */
const struct et_event_creds *et_process_ptrace__creds(const struct et_event *event);
/* name of the thread that called */
const char *et_process_ptrace__comm(const struct et_event *event, size_t *ret_size);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_process_ptrace__cgroup_id(const struct et_event *event);

/* ---- PROCESS_LOAD_MODULE ---- */

/* the thread that called, and its process */
const struct et_event_pids *et_process_load_module__pids(const struct et_event *event);
/* name of the module; the name of its file may differ */
const char *et_process_load_module__filename(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* version that the module states; empty: none */
const char *et_process_load_module__mod_version(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* checksum of the module's source; empty: none */
const char *et_process_load_module__mod_srcversion(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* credentials of the thread that called */
const struct et_event_creds *et_process_load_module__creds(const struct et_event *event);
/* name of the thread that called */
const char *et_process_load_module__comm(const struct et_event *event, size_t *ret_size);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_process_load_module__cgroup_id(const struct et_event *event);

/* ---- FILE_DELETE ---- */

/* the thread that did it, and its process */
const struct et_event_pids *et_file_delete__pids(const struct et_event *event);
/* credentials */
const struct et_event_creds *et_file_delete__creds(const struct et_event *event);
/* the file, just before or just after its name was removed */
const struct et_event_file_info *et_file_delete__file_info(const struct et_event *event);
/* name of the thread */
const char *et_file_delete__comm(const struct et_event *event, size_t *ret_size);
/* mount namespace, as an inode number */
uint32_t et_file_delete__mount_namespace(const struct et_event *event);
/* path that was removed */
const char *et_file_delete__path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* text of the symbolic link; empty for other files */
const char *et_file_delete__symlink_target_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* path of the cgroup in the hierarchy of the pids controller, which has version 1 or 2 */
const char *et_file_delete__pids_ss_cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* path of the cgroup in the hierarchy of version 2, by which `--cgroup` selects events */
const char *et_file_delete__cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_file_delete__cgroup_id(const struct et_event *event);

/* ---- FILE_CREATE ---- */

/* the thread that did it, and its process */
const struct et_event_pids *et_file_create__pids(const struct et_event *event);
/* credentials */
const struct et_event_creds *et_file_create__creds(const struct et_event *event);
/* the file */
const struct et_event_file_info *et_file_create__file_info(const struct et_event *event);
/* name of the thread */
const char *et_file_create__comm(const struct et_event *event, size_t *ret_size);
/* mount namespace, as an inode number */
uint32_t et_file_create__mount_namespace(const struct et_event *event);
/* path of the file */
const char *et_file_create__path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* text of the symbolic link; empty for other files */
const char *et_file_create__symlink_target_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* path of the cgroup in the hierarchy of the pids controller, which has version 1 or 2 */
const char *et_file_create__pids_ss_cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* path of the cgroup in the hierarchy of version 2, by which `--cgroup` selects events */
const char *et_file_create__cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_file_create__cgroup_id(const struct et_event *event);

/* ---- FILE_RENAME ---- */

/* the thread that did it, and its process */
const struct et_event_pids *et_file_rename__pids(const struct et_event *event);
/* credentials */
const struct et_event_creds *et_file_rename__creds(const struct et_event *event);
/* the file, after the rename */
const struct et_event_file_info *et_file_rename__file_info(const struct et_event *event);
/* name of the thread */
const char *et_file_rename__comm(const struct et_event *event, size_t *ret_size);
/* mount namespace, as an inode number */
uint32_t et_file_rename__mount_namespace(const struct et_event *event);
/* path before the rename */
const char *et_file_rename__old_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* path after the rename. If two files exchange their paths, one event reports the first file */
const char *et_file_rename__new_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* text of the symbolic link; empty for other files */
const char *et_file_rename__symlink_target_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* path of the cgroup in the hierarchy of the pids controller, which has version 1 or 2 */
const char *et_file_rename__pids_ss_cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* path of the cgroup in the hierarchy of version 2, by which `--cgroup` selects events */
const char *et_file_rename__cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_file_rename__cgroup_id(const struct et_event *event);

/* ---- FILE_MODIFY ---- */

/* the thread that did it, and its process */
const struct et_event_pids *et_file_modify__pids(const struct et_event *event);
/* credentials */
const struct et_event_creds *et_file_modify__creds(const struct et_event *event);
/* the file */
const struct et_event_file_info *et_file_modify__file_info(const struct et_event *event);
/* name of the thread */
const char *et_file_modify__comm(const struct et_event *event, size_t *ret_size);
/* mount namespace, as an inode number */
uint32_t et_file_modify__mount_namespace(const struct et_event *event);
/* what was modified */
/* Returns an enum et_event_change_type. */
unsigned int et_file_modify__change_type(const struct et_event *event);
/* path of the file */
const char *et_file_modify__path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* text of the symbolic link; empty for other files */
const char *et_file_modify__symlink_target_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* path of the cgroup in the hierarchy of the pids controller, which has version 1 or 2 */
const char *et_file_modify__pids_ss_cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* path of the cgroup in the hierarchy of version 2, by which `--cgroup` selects events */
const char *et_file_modify__cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_file_modify__cgroup_id(const struct et_event *event);

/* ---- FILE_MEMFD_OPEN ---- */

/* the thread that did it, and its process */
const struct et_event_pids *et_file_memfd_open__pids(const struct et_event *event);
/* credentials */
const struct et_event_creds *et_file_memfd_open__creds(const struct et_event *event);
/* the file */
const struct et_event_file_info *et_file_memfd_open__file_info(const struct et_event *event);
/* name of the thread */
const char *et_file_memfd_open__comm(const struct et_event *event, size_t *ret_size);
/* mount namespace, as an inode number */
uint32_t et_file_memfd_open__mount_namespace(const struct et_event *event);
/* name of the file, which has no path in a file system */
const char *et_file_memfd_open__path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* text of the symbolic link; empty for other files */
const char *et_file_memfd_open__symlink_target_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* path of the cgroup in the hierarchy of the pids controller, which has version 1 or 2 */
const char *et_file_memfd_open__pids_ss_cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* path of the cgroup in the hierarchy of version 2, by which `--cgroup` selects events */
const char *et_file_memfd_open__cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_file_memfd_open__cgroup_id(const struct et_event *event);

/* ---- FILE_SHMEM_OPEN ---- */

/* the thread that did it, and its process */
const struct et_event_pids *et_file_shmem_open__pids(const struct et_event *event);
/* credentials */
const struct et_event_creds *et_file_shmem_open__creds(const struct et_event *event);
/* the file */
const struct et_event_file_info *et_file_shmem_open__file_info(const struct et_event *event);
/* name of the thread */
const char *et_file_shmem_open__comm(const struct et_event *event, size_t *ret_size);
/* mount namespace, as an inode number */
uint32_t et_file_shmem_open__mount_namespace(const struct et_event *event);
/* path of the file */
const char *et_file_shmem_open__path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* text of the symbolic link; empty for other files */
const char *et_file_shmem_open__symlink_target_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* path of the cgroup in the hierarchy of the pids controller, which has version 1 or 2 */
const char *et_file_shmem_open__pids_ss_cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* path of the cgroup in the hierarchy of version 2, by which `--cgroup` selects events */
const char *et_file_shmem_open__cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_file_shmem_open__cgroup_id(const struct et_event *event);

/* ---- NETWORK_CONNECTION_ATTEMPTED ---- */

/* the thread that did it, and its process */
const struct et_event_pids *et_network_connection_attempted__pids(const struct et_event *event);
/* the connection */
const struct et_event_net *et_network_connection_attempted__net(const struct et_event *event);
/* name of the thread */
const char *et_network_connection_attempted__comm(const struct et_event *event, size_t *ret_size);
/* credentials of the thread that did it */
const struct et_event_creds *et_network_connection_attempted__creds(const struct et_event *event);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_network_connection_attempted__cgroup_id(const struct et_event *event);

/* ---- NETWORK_CONNECTION_ACCEPTED ---- */

/* the thread that did it, and its process */
const struct et_event_pids *et_network_connection_accepted__pids(const struct et_event *event);
/* the connection */
const struct et_event_net *et_network_connection_accepted__net(const struct et_event *event);
/* name of the thread */
const char *et_network_connection_accepted__comm(const struct et_event *event, size_t *ret_size);
/* credentials of the thread that did it */
const struct et_event_creds *et_network_connection_accepted__creds(const struct et_event *event);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_network_connection_accepted__cgroup_id(const struct et_event *event);

/* ---- NETWORK_CONNECTION_CLOSED ---- */

/* the thread that did it, and its process */
const struct et_event_pids *et_network_connection_closed__pids(const struct et_event *event);
/* the connection */
const struct et_event_net_closed *et_network_connection_closed__net(const struct et_event *event);
/* name of the thread */
const char *et_network_connection_closed__comm(const struct et_event *event, size_t *ret_size);
/* credentials of the thread that did it */
const struct et_event_creds *et_network_connection_closed__creds(const struct et_event *event);
/* inode number of the directory of the version 2 cgroup; `--cgroup` compares this number */
uint64_t et_network_connection_closed__cgroup_id(const struct et_event *event);

/* ---- PROCESS_EXISTS ---- */

/*
 * the process. Its start is rounded down to 10 ms, so other events of the process have a start that
 * is up to 10 ms later. `start_time_ns` is 0 if the machine was ever suspended
 */
const struct et_event_pids *et_process_exists__pids(const struct et_event *event);
/* credentials of its main thread */
const struct et_event_creds *et_process_exists__creds(const struct et_event *event);
/* controlling terminal: only its device number */
const struct et_event_tty *et_process_exists__ctty(const struct et_event *event);
/* name of the main thread */
const char *et_process_exists__comm(const struct et_event *event, size_t *ret_size);
/* namespaces; 0: not readable */
const struct et_event_ns *et_process_exists__ns(const struct et_event *event);
/*
 * user that logged in, even if the process has another user since; 4294967295: no user has logged
 * in
 */
uint32_t et_process_exists__loginuid(const struct et_event *event);
/*
 * the process was read for `--context`, because events of it were missing. Such an event is only in
 * recordings, and is not printed
 */
bool et_process_exists__again(const struct et_event *event);
/* path of the cgroup in the hierarchy of the pids controller, which has version 1 or 2 */
const char *et_process_exists__pids_ss_cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* arguments, as far as the process has not overwritten them */
const char *et_process_exists__argv(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* working directory */
const char *et_process_exists__cwd(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/*
 * path of the program's file; for a script, path of the interpreter. Flagged as fault if it is not
 * readable
 */
const char *et_process_exists__filename(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* path of the cgroup in the hierarchy of version 2 */
const char *et_process_exists__cgroup_path(const struct et_event *event,
		size_t *ret_size, unsigned int *ret_flags);
/* inode number of the directory of the version 2 cgroup; 0: not known */
uint64_t et_process_exists__cgroup_id(const struct et_event *event);

/* ---- LOST ---- */

/* number of missing events */
uint64_t et_lost__count(const struct et_event *event);
/* CPU on which the events happened */
uint32_t et_lost__cpu(const struct et_event *event);
/* lane of the CPU that numbered the events; -1: the events have no number, because of `cause` */
int32_t et_lost__lane(const struct et_event *event);
/*
 * ring of the events: `bulk` for terminal writes, failed execs, files and network; `lifecycle` for
 * others
 */
const char *et_lost__ring(const struct et_event *event);
/* the events happened after this time, in CLOCK_MONOTONIC nanoseconds */
uint64_t et_lost__after_ts_ns(const struct et_event *event);
/* the events happened before this time, likewise */
uint64_t et_lost__before_ts_ns(const struct et_event *event);
/* why the events are missing */
/* Returns an enum et_event_lost_cause. */
unsigned int et_lost__cause(const struct et_event *event);
/*
 * for `USER_SHARE`: the user of all these events, as counted by `--fair`; -1: several users, or
 * another cause
 */
int64_t et_lost__uid(const struct et_event *event);
/* type of all these events; `UNKNOWN`: several types, or not known */
uint16_t et_lost__lost_type(const struct et_event *event);
/* for `SPOOL_FULL`: number of the dropped segment that had these events; 0: none */
uint64_t et_lost__segment(const struct et_event *event);

/* clang-format on */

#ifdef __cplusplus
}
#endif

#endif /* EVENTSTRACE_EVENTS_H */
