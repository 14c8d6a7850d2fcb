/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The processes that events are about, and their ancestors: what each runs, since when, and in
 * which container. The table learns them from records alone: PROCESS_EXISTS, fork, exec, exit. So a
 * replay has the same table as the session that wrote the recording.
 *
 * A process that has ended stays in memory while a child refers to it as its parent. The 256
 * processes that ended last stay in the table, until the table is full.
 */
#ifndef ET_ENRICH_PROCESS_TABLE_H
#define ET_ENRICH_PROCESS_TABLE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/decode/decode.h"

/* Default for the largest number of processes in a table. */
#define ET_PROCESSES_NORMAL 65536

/* Largest number of bytes that the table keeps of a program's path, and of its arguments. */
#define ET_PROCESS_FILE_MAX 4096
#define ET_PROCESS_ARGS_MAX 2048

/*
 * The unit of et_table_process.start, and of start times in /proc/PID/stat: USER_HZ is 100 on all
 * architectures in use.
 */
#define ET_PROCESS_TICK_NS 10000000ULL

/*
 * The start of a process in units of ET_PROCESS_TICK_NS, the same number as in /proc/PID/stat. The
 * PID, this start and the boot id together identify a process. Records of generation 1 have no
 * start_boottime_ns, so their start_time_ns is used.
 */
static inline __u64 et_process_start(const struct et_pids *pids)
{
	return (pids->start_boottime_ns ? pids->start_boottime_ns : pids->start_time_ns) /
	       ET_PROCESS_TICK_NS;
}

/* Value of a login user's uid: no user has logged in, or it is not known which. */
#define ET_NO_LOGIN 0xffffffffU

/* The program that a process runs. A forked child shares it with its parent. */
struct et_program_text {
	unsigned int refs;
	unsigned int file_len; /* bytes of the path; 0: not known */
	unsigned int args_len; /* bytes of the arguments, which follow the path, each with its 0 */
	unsigned int room;     /* bytes of this struct's memory; internal to the table */
	bool args_cut;         /* the process had more bytes of arguments than these */
	char text[];
};

/* A container. A forked child shares it with its parent. */
struct et_container_text {
	unsigned int refs;
	unsigned int id_len, pod_len; /* bytes of `text`: first the id, then the pod's uid */
	unsigned int path_len;        /* bytes of the cgroup's path, the last part of `text` */
	const char *runtime;          /* as in struct et_container */
	char text[];
};

/*
 * Write the uid of the container's pod to @to: pod_len bytes, at most ET_CAP_CGROUP_PATH. The uid
 * comes from the name of a systemd slice, where "-" separates levels. So the kubelet wrote "_" for
 * each "-", and this function writes "-" again: "1a_2b" -> "1a-2b".
 */
void et_container_pod_uid(const struct et_container_text *container, char *to);

/* A process in the table. The caller only reads. */
struct et_table_process {
	__u32 tgid, ppid;
	/* start in units of ET_PROCESS_TICK_NS since the boot; tgid and start identify a process */
	__u64 start;
	__u64 start_ns; /* start in nanoseconds since 1970; 0: not known */
	char comm[16];
	__u32 uid, gid; /* real user and group */
	__u32 euid;     /* effective user */
	__u32 login_uid;
	bool has_creds;
	bool exited;
	struct et_program_text *program;     /* NULL: not known */
	struct et_container_text *container; /* NULL: none */

	/* The rest is internal to the table. */
	/*
	 * tried: et_process_table_missing() need not return this process. parent_tried: it need not
	 * return the parent
	 */
	bool tried, parent_tried;
	bool by_event; /* `program` is from an exec event, not from a fork or /proc */
	bool in_table;
	unsigned int refs;
	/*
	 * value of et_process_table.version at the last change of a member above, the program or
	 * the parent
	 */
	__u64 version;
	/* value of et_process_table.family_version when no ancestor was left to read from /proc */
	__u64 checked;
	/* the process is stale if this number differs from et_process_table.losses */
	__u32 losses;
	/*
	 * value of et_process_table.losses when et_process_table_missing() last returned the
	 * process after a loss
	 */
	__u32 tried_losses;
	struct et_table_process *parent;
	struct et_table_process *hash_next;
	struct et_table_process *newer, *older;
};

struct et_process_table;

/**
 * et_process_table_new() - make an empty table
 * @max:	largest number of processes; 0: ET_PROCESSES_NORMAL
 * @ret:	receives the table; the caller frees it with et_process_table_free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_process_table_new(size_t max, struct et_process_table **ret);

/*
 * Update the table from an event: the event's process, and for a fork also the child. The event's
 * time_ns must be set. If there is no memory, the table does not change.
 */
void et_process_table_see(struct et_process_table *table, const struct et_event *event);

/*
 * Tell the table that filters may drop an exec of a process, although its fork was recorded. Then a
 * forked child may run another program than its parent, and no event reports it. So
 * et_process_table_missing() also returns such a child when an event needs it, and again after the
 * child's name has changed.
 */
void et_process_table_lacks_execs(struct et_process_table *table);

/*
 * Tell the table that events of forks, execs or exits were lost. From now on each process is stale,
 * until it is read again or executes a program.
 */
void et_process_table_lost(struct et_process_table *table);

/**
 * et_process_table_missing() - find a process that must be read from /proc for this event
 * @table:	the table
 * @event:	the event
 *
 * The function returns a process that is stale or not known: the event's process or one of its
 * ancestors. It returns each process once, and once more after each loss. So call it until it
 * returns 0. et_process_table_see() of the same event then takes less time, because it uses what
 * this function has found.
 *
 * Return: tgid of the process to read, or 0.
 */
__u32 et_process_table_missing(struct et_process_table *table, const struct et_event *event);

/*
 * The process of an event, after et_process_table_see() of this event. NULL: the event has no
 * process, or there was no memory for it.
 */
const struct et_table_process *et_process_table_find(struct et_process_table *table,
						     const struct et_event *event);

/* The parent of a process; NULL: not known, or none. */
const struct et_table_process *et_process_table_parent(struct et_process_table *table,
						       const struct et_table_process *process);

/*
 * A number that grows with each change of a process that has children in the table, and with each
 * loss of events. As long as this number and the et_table_process.version of a process are the
 * same, the process and all its ancestors are unchanged. Another process that later has the same
 * address never has the same two numbers.
 */
__u64 et_process_table_family_version(const struct et_process_table *table);

/*
 * True if events about this process may have been lost. Then it is stale, until it is read again or
 * executes a program.
 */
bool et_process_table_is_stale(const struct et_process_table *table,
			       const struct et_table_process *process);

/**
 * et_process_table_next() - go through the processes that run
 * @table:	the table, which does not change meanwhile
 * @process:	result of the call before; NULL: begin with the process that was used last
 *
 * Leaves out processes that have ended or are stale, and those whose user IDs are not known.
 *
 * Return: the process that was used before @process; NULL: none.
 */
const struct et_table_process *et_process_table_next(const struct et_process_table *table,
						     const struct et_table_process *process);

/*
 * Go through the same processes in the other direction. Return: the process that was used after
 * @process; NULL: none.
 */
const struct et_table_process *et_process_table_previous(const struct et_process_table *table,
							 const struct et_table_process *process);

/* Number of processes that the table forgot because it was full. */
__u64 et_process_table_evicted(const struct et_process_table *table);

/* Number of processes in memory, including ended processes that are ancestors of others. */
size_t et_process_table_count(const struct et_process_table *table);

/* Free the table. NULL is allowed. */
void et_process_table_free(struct et_process_table *table);

#endif /* ET_ENRICH_PROCESS_TABLE_H */
