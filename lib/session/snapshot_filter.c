/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/session/snapshot_filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/api/error.h"
#include "lib/decode/decode.h"
#include "lib/decode/facts.h"
#include "lib/match/match.h"

/* No cgroup has this name: the kernel allows no newline in it. */
#define NO_CGROUP "/\n"

static struct et_process_exists *record_at(const struct et_snapshot *s, size_t at)
{
	return (void *)((char *)s->records + at);
}

static size_t room_of(const struct et_process_exists *record)
{
	return (record->hdr.size + 7UL) & ~7UL;
}

/* Length of the path of a cgroup's parent; 0: the cgroup is the root and has no parent. */
static size_t parent_of(const char *path, size_t len)
{
	if (len <= 1)
		return 0;
	while (len > 1 && path[len - 1] != '/')
		len--;
	return len > 1 ? len - 1 : 1;
}

/*
 * Find the path of the cgroup @id, from the paths of the processes in this cgroup and below it.
 * Return: a copy of the path; NO_CGROUP if no process is there; NULL: no memory.
 */
static char *find_cgroup(const struct et_snapshot *s, const struct et_proc *proc, __u64 id)
{
	size_t at = 0;

	while (at < s->size) {
		const struct et_process_exists *record = record_at(s, at);
		struct et_event event;
		struct et_facts facts;

		at += room_of(record);
		if (et_decode(record, record->hdr.size, &event) < 0)
			continue;
		et_facts_find(&event, &facts);
		if (facts.cgroup->flags & ET_VAR_F_TRUNCATED)
			continue;
		for (size_t len = facts.cgroup->size; len; len = parent_of(facts.cgroup->data, len))
			if (et_proc_cgroup_id(proc, facts.cgroup->data, len) == id)
				return strndup(facts.cgroup->data, len);
	}
	return strdup(NO_CGROUP);
}

/* Pass all records to the matcher, which learns the parent of each process. */
static int learn_all(const struct et_snapshot *s, struct et_matcher *matcher)
{
	int r = 0;

	for (size_t at = 0; r == 0 && at < s->size; at += room_of(record_at(s, at))) {
		struct et_event event;

		if (et_decode(record_at(s, at), record_at(s, at)->hdr.size, &event) == 0)
			r = et_matcher_learn(matcher, &event);
	}
	return r;
}

static void match_all(struct et_snapshot *s, const struct et_matcher *matcher)
{
	size_t at = 0, kept = 0;

	while (at < s->size) {
		struct et_process_exists *record = record_at(s, at);
		const size_t room = room_of(record);
		struct et_event event;
		/*
		 * A process with an unknown cgroup passes, as an event with an unknown cgroup does.
		 */
		bool passes = et_decode(record, record->hdr.size, &event) == 0 &&
			      et_matcher_match(matcher, &event) != 0;

		at += room;
		if (!passes)
			record->again = true;
		if (!passes && !s->keep_dropped)
			continue;
		memmove((char *)s->records + kept, record, room);
		kept += room;
	}
	s->size = kept;
}

int et_snapshot_filter(struct et_snapshot *s, const struct et_proc *proc,
		       const struct et_filter *filters, size_t count, struct et_error *err)
{
	struct et_matcher *matcher = NULL;
	struct et_filter *own;
	int r = 0;

	if (!count)
		return 0;
	own = calloc(count, sizeof(*own));
	if (!own)
		return et_error_set(err, ET_ERROR_SYSTEM, -ENOMEM, "no memory");
	for (size_t i = 0; i < count; i++) {
		own[i] = filters[i];
		if (own[i].kind != ET_FILTER_CGROUP)
			continue;
		own[i].text = find_cgroup(s, proc, own[i].number);
		if (!own[i].text)
			r = et_error_set(err, ET_ERROR_SYSTEM, -ENOMEM, "no memory");
	}
	if (r == 0)
		r = et_matcher_new(own, count, &matcher, err);
	if (r == 0 && learn_all(s, matcher) < 0)
		r = et_error_set(err, ET_ERROR_SYSTEM, -ENOMEM, "no memory");
	if (r == 0)
		match_all(s, matcher);
	et_matcher_free(matcher);
	for (size_t i = 0; i < count; i++)
		if (own[i].kind == ET_FILTER_CGROUP)
			free((char *)own[i].text);
	free(own);
	return r;
}
