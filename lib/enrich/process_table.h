/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The processes that events are about, and their ancestors: what each runs, since when, and in
 * which container. The table learns them from records alone: PROCESS_EXISTS, fork, exec, exit. So a
 * replay has the same table as the session that wrote the recording.
 *
 * A process that has ended stays in the table while a child refers to it as its parent. The 256
 * processes that ended last stay too, until the table is full.
 */
#ifndef ET_ENRICH_PROCESS_TABLE_H
#define ET_ENRICH_PROCESS_TABLE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/decode/decode.h"

/* Largest number of processes in a table, unless the caller chooses another. */
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
 * start_boottime_ns.
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
	unsigned int room;     /* bytes of the memory of all this; internal to the table */
	bool args_cut;         /* the process had more bytes of arguments than these */
	char text[];
};

/* A container. A forked child shares it with its parent. */
struct et_container_text {
	unsigned int refs;
	unsigned int id_len, pod_len; /* bytes of the id, and of the pod's uid, which follows it */
	unsigned int path_len;        /* bytes of the path of the cgroup, which comes last */
	const char *runtime;          /* as in struct et_container */
	char text[];
};

/*
 * Write the uid of the container's pod to @to: pod_len bytes, at most ET_CAP_CGROUP_PATH. In the
 * name of a systemd slice, "-" separates levels, so the kubelet writes "_" for each "-" of the uid.
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
	bool tried, parent_tried; /* do not ask again to read the process, or its parent */
	bool by_event;            /* the program is from an exec event, not from a fork or /proc */
	bool in_table;
	unsigned int refs;
	/* et_process_table.version when a member above, the program or the parent last changed */
	__u64 version;
	/* et_process_table.family_version when no ancestor had to be read from /proc */
	__u64 checked;
	__u32 losses; /* et_process_table.losses when the process was last known to be right */
	__u32 tried_losses; /* likewise, when it was last read */
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
 * Filters may drop execs of processes whose forks come. So a forked child may run another program
 * than its parent: et_process_table_missing() returns it when an event needs it, and again after
 * its name has changed.
 */
void et_process_table_lacks_execs(struct et_process_table *table);

/*
 * Events of forks, execs or exits were lost: from now on all processes are stale, until they are
 * read again or execute a program.
 */
void et_process_table_lost(struct et_process_table *table);

/**
 * et_process_table_missing() - find a process that must be read from /proc for this event
 * @table:	the table
 * @event:	the event
 *
 * It is the event's process or one of its ancestors, if it is not known or stale. The function
 * returns each process once, or once more after a loss: call it until it returns 0. The next call
 * of et_process_table_see() is then cheaper, if it is about the same record.
 *
 * Return: tgid of the process to read, or 0.
 */
__u32 et_process_table_missing(struct et_process_table *table, const struct et_event *event);

/* The process that caused an event, which the table has seen. NULL: there was no memory for it. */
const struct et_table_process *et_process_table_find(struct et_process_table *table,
						     const struct et_event *event);

/* The parent of a process; NULL: not known, or none. */
const struct et_table_process *et_process_table_parent(struct et_process_table *table,
						       const struct et_table_process *process);

/*
 * A number that is larger after each change of a process that has children in the table, and after
 * a loss of events. While it is the same, all ancestors of a process with the same
 * et_table_process.version are the same. Both numbers together never come again, also not for
 * another process that has the same address later.
 */
__u64 et_process_table_family_version(const struct et_process_table *table);

/* True if lost events may have been about this process, and it was not read again. */
bool et_process_table_is_stale(const struct et_process_table *table,
			       const struct et_table_process *process);

/**
 * et_process_table_next() - go through the processes that run
 * @table:	the table, which does not change meanwhile
 * @process:	the process before; NULL: begin with the one that was used last
 *
 * Leaves out processes that have ended or are stale, and those whose users are not known.
 *
 * Return: the process that was used before @process; NULL: none.
 */
const struct et_table_process *et_process_table_next(const struct et_process_table *table,
						     const struct et_table_process *process);

/* Likewise, in the other direction: the process that was used after @process. */
const struct et_table_process *et_process_table_previous(const struct et_process_table *table,
							 const struct et_table_process *process);

/* Number of processes that the table forgot because it was full. */
__u64 et_process_table_evicted(const struct et_process_table *table);

/* Number of processes in memory, including ended processes that are ancestors of others. */
size_t et_process_table_count(const struct et_process_table *table);

/* Free the table. NULL is allowed. */
void et_process_table_free(struct et_process_table *table);

#endif /* ET_ENRICH_PROCESS_TABLE_H */
