/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads processes from /proc, and makes a PROCESS_EXISTS record of each. The decoder, the encoders
 * and recordings treat these records like those from a ring.
 */
#ifndef ET_ENRICH_PROC_H
#define ET_ENRICH_PROC_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

struct et_proc;

/**
 * et_proc_open() - prepare to read processes
 * @path:	folder where a proc file system is mounted, such as "/proc". It must be that of the
 *		initial PID namespace, because events have the process IDs of this namespace
 * @ret:	receives the struct et_proc; the caller frees it with et_proc_free()
 *
 * Return: 0 or a negative errno.
 */
int et_proc_open(const char *path, struct et_proc **ret);

/*
 * True if this process is in the initial PID namespace. In other namespaces, /proc has other
 * process IDs than events have.
 */
bool et_proc_is_initial(void);

/**
 * et_proc_read() - read a process
 * @proc:	the reader
 * @tgid:	the process
 * @again:	value of the record's field `again`: true if the process is read for --context
 *		because its events are missing
 * @now_ns:	the current CLOCK_MONOTONIC time, for the record's header
 * @ret_record:	receives the record, valid until the next call
 *
 * If the caller has no permission to read a path or the arguments, they are empty and flagged
 * ET_VAR_F_FAULT. Numbers that it may not read are 0.
 *
 * Return: the size of the record in bytes, or a negative errno: -ESRCH if there is no such process.
 */
int et_proc_read(struct et_proc *proc, __u32 tgid, bool again, __u64 now_ns,
		 const void **ret_record);

/**
 * et_proc_read_all() - read all processes but kernel threads and zombies
 * @proc:	the reader
 * @now_ns:	the current CLOCK_MONOTONIC time
 * @ret:	receives the records, one after the other; the caller frees them
 * @ret_size:	receives the size of all records in bytes
 *
 * Return: 0 or a negative errno.
 */
int et_proc_read_all(struct et_proc *proc, __u64 now_ns, void **ret, size_t *ret_size);

/*
 * The ID of the version 2 cgroup with this path in the hierarchy. @path has @len bytes, and begins
 * with a slash. Return: 0 if the ID is not known.
 */
__u64 et_proc_cgroup_id(const struct et_proc *proc, const char *path, size_t len);

/* Free the reader. NULL is allowed. */
void et_proc_free(struct et_proc *proc);

#endif /* ET_ENRICH_PROC_H */
