/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds the facts of an event: members that several event types have, such as the process and its
 * user.
 */
#ifndef ET_DECODE_FACTS_H
#define ET_DECODE_FACTS_H

#include "lib/decode/decode.h"

/*
 * Pointers to the facts of one event. NULL: the event has no such member, or its record has a
 * schema generation that lacks the member.
 */
struct et_facts {
	const struct et_pids *pids;       /* the process that acts; for a fork, the parent */
	const struct et_pids *child_pids; /* the new process; only for a fork */
	const struct et_creds *creds;
	const __u32 *ruid; /* the real user ID; some records have it but no `creds` */
	const struct et_tty *tty;
	const struct et_file_info *file_info;
	/* the connection; it may be a struct et_net_closed, which begins with the same members */
	const struct et_net *net;
	const char *comm; /* 16 bytes */
	/* IDs of cgroups of version 2; for a fork, cgroup_id is the child's */
	const __u64 *cgroup_id, *parent_cgroup_id;
	/*
	 * two paths of the cgroup: in the hierarchy of version 2, and in that of the pids
	 * controller
	 */
	const struct et_field_view *cgroup, *pids_cgroup;
	const struct et_field_view *argv, *env, *cwd, *filename;
	const struct et_field_view *path; /* the file's path; for a rename, the new path */
	const struct et_field_view *symlink_target;
};

/* Find the facts of a decoded event. A LOST event has none. */
void et_facts_find(const struct et_event *event, struct et_facts *ret);

/*
 * Find out which facts records of an event type have in schema generation @generation. The caller
 * may only compare the pointers with NULL, because they do not point to an event.
 */
void et_facts_of_type(unsigned int type, unsigned int generation, struct et_facts *ret);

#endif /* ET_DECODE_FACTS_H */
