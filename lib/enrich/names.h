/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names of users and groups that outputs print. A live session prints the names of this host. A
 * replay prints the names in the recording, because the recording may come from another host. If a
 * recording has no names, the replay prints those of this host.
 */
#ifndef ET_ENRICH_NAMES_H
#define ET_ENRICH_NAMES_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/decode/decode.h"

struct et_names;

enum et_name_kind {
	ET_NAME_USER,
	ET_NAME_GROUP,
	ET_NAME_KINDS,
};

/**
 * et_names_new() - read the names of this host's users and groups
 * @users_fd:	as in et_users_new(), for /etc/passwd
 * @groups_fd:	as in et_users_new(), for /etc/group
 * @ret:	receives the names; the caller frees them with et_names_free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_names_new(int users_fd, int groups_fd, struct et_names **ret);

/*
 * Read changed files of this host again, at most once a second. @now_ns is a CLOCK_MONOTONIC time.
 */
void et_names_refresh(struct et_names *names, __u64 now_ns);

/**
 * et_names_begin() - choose the names for the events of another recording
 * @names:	the names
 * @recorded:	true: forget all recorded names, and use those that et_names_set() sets from now
 *		on; false: use those of this host
 *
 * Return: 0 or -ENOMEM.
 */
int et_names_begin(struct et_names *names, bool recorded);

/**
 * et_names_set() - set a name for the next events of the recording
 * @names:	the names; if those of this host are in use, the call has no effect
 * @kind:	whether @id is a user or a group
 * @id:		the user or the group
 * @name:	the name; not terminated
 * @len:	bytes of the name, at most ET_USER_MAX; 0: there is no name
 *
 * Return: 0 or -ENOMEM.
 */
int et_names_set(struct et_names *names, enum et_name_kind kind, __u32 id, const char *name,
		 size_t len);

/* The name of a user or a group; NULL: it has none, or the name is not known. */
const char *et_names_find(const struct et_names *names, enum et_name_kind kind, __u32 id);

/* A number that changes whenever a name of this kind changes. */
__u64 et_names_version(const struct et_names *names, enum et_name_kind kind);

/* A user or a group. */
struct et_name_id {
	enum et_name_kind kind;
	__u32 id;
};

/* Largest number of users and groups in an event. */
#define ET_NAMES_OF_EVENT 24

/**
 * et_names_of_event() - list the users and groups of an event
 * @event:	the event
 * @ret:	receives at most ET_NAMES_OF_EVENT entries, each once
 *
 * Return: number of entries.
 */
size_t et_names_of_event(const struct et_event *event, struct et_name_id *ret);

/* Free the names. NULL is allowed. */
void et_names_free(struct et_names *names);

#endif /* ET_ENRICH_NAMES_H */
