/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filters the events of a recording. A filter keeps the same events as the BPF programs do when
 * they record with this filter: see probes/core/filter.bpf.h and path_filter.bpf.h.
 *
 *	struct et_matcher *matcher = NULL;
 *
 *	r = et_matcher_new(filters, count, &matcher, &err);
 *	r = et_matcher_learn(matcher, &event);		(each event of the recording)
 *	r = et_matcher_match(matcher, &event);		(each event again)
 *
 * BPF programs ask the kernel for the ancestors of a process and of a cgroup. A matcher learns them
 * from events, so it sees all events before it compares the first one. If the recording cannot be
 * read twice, the caller passes each event to both functions, one after the other.
 */
#ifndef ET_MATCH_H
#define ET_MATCH_H

#include "lib/decode/decode.h"
#include "lib/filter/filter.h"

struct et_matcher;

/**
 * et_matcher_new() - make a matcher
 * @filters:	the filters; not used after the function returns. Process IDs are those of the
 *		initial PID namespace. A cgroup is given by its path, et_filter.text
 * @count:	number of filters
 * @ret:	receives the matcher; the caller frees it with et_matcher_free()
 * @err:	receives kind and message on failure
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int et_matcher_new(const struct et_filter *filters, size_t count, struct et_matcher **ret,
		   struct et_error *err);

/* True if a filter needs to know the ancestors of processes or cgroups. */
bool et_matcher_learns(const struct et_matcher *m);

/**
 * et_matcher_check() - check whether the filters can be applied to a recording
 * @m:		the matcher
 * @wanted:	mask (ET_EVENT_BIT) of the event types that the caller wants
 * @events:	mask of the event types that the recording may contain
 * @generation:	returns the schema generation of the recording's events of a type
 * @ctx:	the first argument of @generation
 * @err:	receives kind and message on failure: which filter, which events, and what to do
 *
 * Return: 0 or -EINVAL.
 */
int et_matcher_check(const struct et_matcher *m, __u64 wanted, __u64 events,
		     unsigned int (*generation)(const void *ctx, unsigned int id), const void *ctx,
		     struct et_error *err);

/* Learn what an event says about processes and cgroups. Return: 0 or -ENOMEM. */
int et_matcher_learn(struct et_matcher *m, const struct et_event *event);

/**
 * et_matcher_match() - compare an event with the filters
 * @m:		the matcher
 * @event:	an event that et_matcher_learn() has seen
 *
 * Return: 1: the event passes; 0: a filter drops it; -ENOENT: no event contains the path of this
 * event's cgroup.
 */
int et_matcher_match(const struct et_matcher *m, const struct et_event *event);

/* Free the matcher. NULL is allowed. */
void et_matcher_free(struct et_matcher *m);

#endif /* ET_MATCH_H */
