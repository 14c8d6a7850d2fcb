/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/session/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Number of processes whose parents are stored, by ID: a power of two. */
#define PARENTS 4096
#define LEVELS  16

#define SECOND_NS 1000000000ULL

static struct et_loop_root *find(struct et_loop *l, __u32 tgid)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->roots[i].tgid == tgid && !l->roots[i].gone)
			return &l->roots[i];
	return NULL;
}

static struct et_loop_root *find_exactly(struct et_loop *l, const struct et_loop_root *root)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->roots[i].tgid == root->tgid &&
		    l->roots[i].start_time_ns == root->start_time_ns)
			return &l->roots[i];
	return NULL;
}

/* A slot that is free, or whose process had nothing left out. */
static struct et_loop_root *make(struct et_loop *l)
{
	if (l->count < ET_LOOP_ROOTS)
		return &l->roots[l->count++];
	for (size_t i = 0; i < l->count; i++)
		if (l->roots[i].gone && !l->roots[i].left_out)
			return &l->roots[i];
	return NULL;
}

int et_loop_readers(struct et_loop *l, const struct et_loop_root *now, size_t count)
{
	if (count && !l->parents) {
		l->parents = calloc(PARENTS, sizeof(*l->parents));
		if (!l->parents)
			return -ENOMEM;
	}
	for (size_t i = 0; i < l->count; i++)
		l->roots[i].gone = true;
	l->reading = 0;
	for (size_t i = 0; i < count; i++) {
		struct et_loop_root *root = find_exactly(l, &now[i]);

		if (!root) {
			root = make(l);
			if (!root)
				continue;
			*root = now[i];
			root->left_out = root->events = 0;
		}
		root->hop = now[i].hop;
		root->gone = false;
		l->reading++;
	}
	return 0;
}

/* ---- the reader that causes an event ----------------------------------------------------- */

/* A process keeps its first parent: later it may be re-parented. */
static void remember(struct et_loop *l, const struct et_pids *pids)
{
	struct et_loop_parent *p = &l->parents[pids->tgid % PARENTS];

	if (p->tgid == pids->tgid && p->start_time_ns == pids->start_time_ns)
		return;
	*p = (struct et_loop_parent){
		.tgid = pids->tgid,
		.ppid = pids->ppid,
		.start_time_ns = pids->start_time_ns,
	};
}

/* The reader that is this process or its ancestor; NULL: none. */
static struct et_loop_root *root_of(struct et_loop *l, const struct et_pids *pids)
{
	__u32 tgid = pids->tgid;

	for (int i = 0; i < LEVELS && tgid > 1; i++) {
		const struct et_loop_parent *p = &l->parents[tgid % PARENTS];
		struct et_loop_root *root = find(l, tgid);

		if (root)
			return root;
		if (p->tgid != tgid)
			return i ? NULL : find(l, pids->ppid);
		tgid = p->ppid;
	}
	return NULL;
}

/* ---- is it a loop? ----------------------------------------------------------------------- */

static const struct et_loop_root *busiest(const struct et_loop *l)
{
	const struct et_loop_root *most = NULL;

	for (size_t i = 0; i < l->count; i++)
		if (!l->roots[i].gone && (!most || l->roots[i].before > most->before))
			most = &l->roots[i];
	return most;
}

static void end_window(struct et_loop *l, __u64 now_ns)
{
	bool hot = l->related >= ET_LOOP_EVENTS && l->related * 4 >= l->total * ET_LOOP_SHARE;

	l->hot = hot ? l->hot + 1 : 0;
	l->calm = l->related < ET_LOOP_FEW ? l->calm + 1 : 0;
	if (hot)
		l->rate = l->total * SECOND_NS / (now_ns - l->window_ns);
	if (!l->damped && l->hot >= ET_LOOP_WINDOWS_HOT && now_ns >= l->retry_ns)
		l->suspected = true;
	if (l->calm >= ET_LOOP_CALM)
		l->damped = false;
}

/* After the first time that it is no loop, it may soon become one. */
#define RETRY_FIRST_NS SECOND_NS
#define RETRY_LAST_NS  (60 * SECOND_NS)

bool et_loop_has_ended(const struct et_loop *l, __u64 events, __u64 ns)
{
	return ns && events * SECOND_NS / ns * ET_LOOP_REST <= l->rate;
}

const struct et_loop_root *et_loop_judge(struct et_loop *l, __u64 events, __u64 ns, __u64 now_ns)
{
	const struct et_loop_root *root = busiest(l);

	l->suspected = false;
	l->hot = 0;
	if (!root || !et_loop_has_ended(l, events, ns)) {
		l->wait_ns = l->wait_ns ? l->wait_ns * 2 : RETRY_FIRST_NS;
		if (l->wait_ns > RETRY_LAST_NS)
			l->wait_ns = RETRY_LAST_NS;
		l->retry_ns = now_ns + l->wait_ns;
		return NULL;
	}
	l->damped = true;
	l->calm = 0;
	return root;
}

static void begin_window(struct et_loop *l, __u64 now_ns)
{
	l->window_ns = now_ns;
	l->total = l->related = 0;
	for (size_t i = 0; i < l->count; i++) {
		l->roots[i].before = l->roots[i].events;
		l->roots[i].events = 0;
	}
}

static bool may_pass(struct et_loop *l, __u64 now_ns)
{
	if (now_ns >= l->second_ns + SECOND_NS) {
		l->second_ns = now_ns;
		l->let_through = 0;
	}
	return l->let_through++ < ET_LOOP_RATE;
}

bool et_loop_event(struct et_loop *l, const struct et_header *hdr)
{
	/* All types of events begin with these. */
	const struct et_pids *pids = &((const struct et_process_exec *)hdr)->pids;
	struct et_loop_root *root;
	__u64 now_ns = hdr->ts;

	if (!l->reading)
		return false;
	/* Events of several CPUs are in order of time, except for a few late ones. */
	if (now_ns < l->window_ns)
		now_ns = l->window_ns;
	if (now_ns - l->window_ns >= ET_LOOP_WINDOW_NS) {
		end_window(l, now_ns);
		begin_window(l, now_ns);
	}
	l->total++;
	remember(l, pids);
	if (hdr->type == ET_PROCESS_FORK)
		remember(l, &((const struct et_process_fork *)hdr)->child_pids);
	root = root_of(l, pids);
	if (!root)
		return false;
	l->related++;
	root->events++;
	if (!l->damped || !l->limits || may_pass(l, now_ns))
		return false;
	root->left_out++;
	return true;
}

void et_loop_close(struct et_loop *l)
{
	free(l->parents);
}
