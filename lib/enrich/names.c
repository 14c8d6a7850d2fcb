/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/enrich/names.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/decode/facts.h"
#include "lib/enrich/users.h"

struct et_names {
	struct et_users *host[ET_NAME_KINDS];
	/* names of the recording that is replayed; NULL: those of the host are used */
	struct et_users *recorded[ET_NAME_KINDS];
};

int et_names_new(int users_fd, int groups_fd, struct et_names **ret)
{
	struct et_names *names = calloc(1, sizeof(*names));
	int r;

	if (!names)
		return -ENOMEM;
	r = et_users_new("/etc/passwd", users_fd, &names->host[ET_NAME_USER]);
	/*
	 * et_users_new() can read /etc/group too: lines of both files begin with name, password and
	 * id.
	 */
	if (r == 0)
		r = et_users_new("/etc/group", groups_fd, &names->host[ET_NAME_GROUP]);
	if (r < 0) {
		et_names_free(names);
		return r;
	}
	*ret = names;
	return 0;
}

void et_names_refresh(struct et_names *names, __u64 now_ns)
{
	for (int kind = 0; kind < ET_NAME_KINDS; kind++)
		et_users_refresh(names->host[kind], now_ns);
}

int et_names_begin(struct et_names *names, bool recorded)
{
	int r = 0;

	for (int kind = 0; kind < ET_NAME_KINDS; kind++) {
		et_users_free(names->recorded[kind]);
		names->recorded[kind] = NULL;
	}
	for (int kind = 0; recorded && r == 0 && kind < ET_NAME_KINDS; kind++)
		r = et_users_new_empty(&names->recorded[kind]);
	return r;
}

int et_names_set(struct et_names *names, enum et_name_kind kind, __u32 id, const char *name,
		 size_t len)
{
	return names->recorded[kind] ? et_users_set(names->recorded[kind], id, name, len) : 0;
}

static const struct et_users *users_of(const struct et_names *names, enum et_name_kind kind)
{
	return names->recorded[kind] ? names->recorded[kind] : names->host[kind];
}

const char *et_names_find(const struct et_names *names, enum et_name_kind kind, __u32 id)
{
	return et_users_name(users_of(names, kind), id);
}

__u64 et_names_version(const struct et_names *names, enum et_name_kind kind)
{
	return et_users_version(users_of(names, kind));
}

/* ---- the users and groups of events ------------------------------------------------------- */

struct list {
	struct et_name_id *ids;
	size_t count;
};

static void add(struct list *list, enum et_name_kind kind, __u32 id)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->ids[i].kind == kind && list->ids[i].id == id)
			return;
	if (list->count < ET_NAMES_OF_EVENT)
		list->ids[list->count++] = (struct et_name_id){ kind, id };
}

static void add_all(struct list *list, enum et_name_kind kind, const __u32 *ids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add(list, kind, ids[i]);
}

/*
 * A record of generation 1 lacks some of the user and group IDs, and 0 is read instead. So the list
 * may also contain user 0 or group 0, which does no harm.
 */
static void add_own(struct list *list, const struct et_event *event)
{
	const struct et_process_setuid *u = (const void *)event->hdr;
	const struct et_process_setgid *g = (const void *)event->hdr;

	if (event->hdr->type == ET_PROCESS_SETUID)
		add_all(list, ET_NAME_USER,
			(const __u32[]){ u->new_ruid, u->new_euid, u->new_suid, u->new_fsuid,
					 u->old_ruid, u->old_euid, u->old_suid, u->old_fsuid },
			8);
	else if (event->hdr->type == ET_PROCESS_SETGID)
		add_all(list, ET_NAME_GROUP,
			(const __u32[]){ g->new_rgid, g->new_egid, g->new_sgid, g->new_fsgid,
					 g->old_rgid, g->old_egid, g->old_sgid, g->old_fsgid },
			8);
	else if (event->hdr->type == ET_PROCESS_EXISTS)
		add(list, ET_NAME_USER, ((const struct et_process_exists *)event->hdr)->loginuid);
}

size_t et_names_of_event(const struct et_event *event, struct et_name_id *ret)
{
	struct list list = { .ids = ret };
	struct et_facts facts;

	if (event->hdr->type >= ET_EVENT_TYPES)
		return 0;
	et_facts_find(event, &facts);
	if (facts.ruid)
		add(&list, ET_NAME_USER, *facts.ruid);
	if (facts.creds) {
		const struct et_creds *c = facts.creds;

		add_all(&list, ET_NAME_USER, (const __u32[]){ c->ruid, c->euid, c->suid }, 3);
		add_all(&list, ET_NAME_GROUP, (const __u32[]){ c->rgid, c->egid, c->sgid }, 3);
	}
	if (facts.file_info) {
		add(&list, ET_NAME_USER, facts.file_info->uid);
		add(&list, ET_NAME_GROUP, facts.file_info->gid);
	}
	add_own(&list, event);
	return list.count;
}

void et_names_free(struct et_names *names)
{
	if (!names)
		return;
	for (int kind = 0; kind < ET_NAME_KINDS; kind++) {
		et_users_free(names->host[kind]);
		et_users_free(names->recorded[kind]);
	}
	free(names);
}
