/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the members that events of several types have, such as the process and its user. */
#ifndef ET_DECODE_FACTS_H
#define ET_DECODE_FACTS_H

#include "lib/decode/decode.h"

/* Where an event has its facts. NULL: it has no such member, or its record is too old for it. */
struct et_facts {
	const struct et_pids *pids;       /* the process that acts; of a fork, the parent */
	const struct et_pids *child_pids; /* only of a fork */
	const struct et_creds *creds;
	const __u32 *ruid; /* the real user, which some records have without the credentials */
	const struct et_tty *tty;
	const struct et_file_info *file_info;
	const struct et_net *net; /* of the end of a connection, the first members of net_closed */
	const char *comm;         /* 16 bytes */
	/* cgroups of version 2. Of a fork, the second is the parent's, and the first the child's */
	const __u64 *cgroup_id, *parent_cgroup_id;
	/* paths of cgroups: of version 2, and in the pids controller's hierarchy */
	const struct et_field_view *cgroup, *pids_cgroup;
	const struct et_field_view *argv, *env, *cwd, *filename;
	const struct et_field_view *path; /* of a file, after the event */
	const struct et_field_view *symlink_target;
};

/* Find the facts of a decoded event. A LOST event has none. */
void et_facts_find(const struct et_event *event, struct et_facts *ret);

/*
 * Find out which facts records of an event type have in schema generation @generation. Only a
 * comparison with NULL is meaningful: the pointers lead to no event.
 */
void et_facts_of_type(unsigned int type, unsigned int generation, struct et_facts *ret);

#endif /* ET_DECODE_FACTS_H */
