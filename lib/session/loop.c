/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/session/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * PARENTS: number of processes whose parent is stored. LEVELS: number of ancestors that root_of()
 * visits.
 */
#define PARENTS 4096
#define LEVELS  16

#define SECOND_NS 1000000000ULL

/* The process that reads the output and has the process ID @tgid; NULL: none. */
static struct et_loop_root *find(struct et_loop *l, __u32 tgid)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->roots[i].tgid == tgid && !l->roots[i].gone)
			return &l->roots[i];
	return NULL;
}

/*
 * The entry of exactly this process, even if it no longer reads the output. The start time is
 * compared too, because process IDs are reused.
 */
static struct et_loop_root *find_exactly(struct et_loop *l, const struct et_loop_root *root)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->roots[i].tgid == root->tgid &&
		    l->roots[i].start_time_ns == root->start_time_ns)
			return &l->roots[i];
	return NULL;
}

/*
 * Return an unused entry of l->roots. If none is left, take the entry of a process that no longer
 * reads and has no left-out events. NULL: none.
 */
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

/*
 * Store the parent of a process. Keep a parent that is already stored: it is the first one, and the
 * process may have a new parent now.
 */
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

/* The reader of the output that is this process or an ancestor of this process; NULL: none. */
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

/* The output's reader that caused most events in the current window of time. */
static const struct et_loop_root *busiest(const struct et_loop *l)
{
	const struct et_loop_root *most = NULL;

	for (size_t i = 0; i < l->count; i++)
		if (!l->roots[i].gone && (!most || l->roots[i].events > most->events))
			most = &l->roots[i];
	return most;
}

/* True if at least ET_LOOP_SHARE / 4 of the events in the current window are events of readers. */
static bool has_share(const struct et_loop *l)
{
	return l->related * 4 >= l->total * ET_LOOP_SHARE;
}

bool et_loop_is_likely(const struct et_loop *l)
{
	return l->related && has_share(l);
}

/*
 * End the current window of time and decide whether it was hot, with many events of readers. After
 * ET_LOOP_WINDOWS_HOT hot windows, suspect a loop.
 */
static void end_window(struct et_loop *l, __u64 now_ns)
{
	bool hot = l->related >= ET_LOOP_EVENTS && has_share(l);

	l->hot = hot ? l->hot + 1 : 0;
	l->calm = l->related < ET_LOOP_FEW ? l->calm + 1 : 0;
	if (hot)
		l->rate = l->total * SECOND_NS / (now_ns - l->window_ns);
	if (!l->damped && !l->suspected && !l->tried && l->hot >= ET_LOOP_WINDOWS_HOT &&
	    now_ns >= l->retry_ns) {
		l->suspected = true;
		l->suspect = busiest(l);
	}
	if (l->calm >= ET_LOOP_CALM)
		l->damped = false;
}

bool et_loop_has_ended(const struct et_loop *l, __u64 events, __u64 ns)
{
	return ns && events * SECOND_NS / ns * ET_LOOP_REST <= l->rate;
}

/*
 * After a wrong suspicion, the detector suspects no loop for this time. The time doubles from the
 * first value to the last.
 */
#define RETRY_FIRST_NS SECOND_NS
#define RETRY_LAST_NS  (60 * SECOND_NS)

void et_loop_acquit(struct et_loop *l, __u64 now_ns)
{
	l->suspected = l->tried = l->decidable = l->assumed = false;
	l->hot = 0;
	l->trial_count = 0;
	l->wait_ns = l->wait_ns ? l->wait_ns * 2 : RETRY_FIRST_NS;
	if (l->wait_ns > RETRY_LAST_NS)
		l->wait_ns = RETRY_LAST_NS;
	l->retry_ns = now_ns + l->wait_ns;
}

/* ---- trials ------------------------------------------------------------------------------ */

void et_loop_assume(struct et_loop *l)
{
	l->assumed = true;
}

void et_loop_add_trial(struct et_loop *l, __u64 quiet_ns, __u64 begin_ns, __u64 end_ns)
{
	if (l->trial_count < ET_LOOP_TRIALS)
		l->trials[l->trial_count++] = (struct et_loop_trial){
			.quiet_ns = quiet_ns,
			.begin_ns = begin_ns,
			.end_ns = end_ns,
		};
}

void et_loop_end_trials(struct et_loop *l, __u64 now_ns)
{
	l->suspected = false;
	l->decidable = l->assumed;
	l->tried = !l->assumed && l->trial_count == ET_LOOP_TRIALS;
	if (!l->tried && !l->assumed)
		et_loop_acquit(l, now_ns);
}

/* Count an event of the output's reader for the trial during which it happened. */
static void count_for_trials(struct et_loop *l, __u64 ts)
{
	for (size_t i = 0; i < l->trial_count; i++) {
		struct et_loop_trial *t = &l->trials[i];

		if (ts > t->quiet_ns && ts <= t->begin_ns)
			t->before++;
		else if (ts > t->begin_ns && ts <= t->end_ns)
			t->caused++;
	}
}

/*
 * True if the lines written in a trial caused events. That is assumed if more than twice as many
 * events of readers came as in an equally long time before.
 */
static bool is_hit(const struct et_loop_trial *t)
{
	__u64 expected = t->before * (t->end_ns - t->begin_ns) / (t->begin_ns - t->quiet_ns);

	return t->caused > 2 * expected;
}

const struct et_loop_root *et_loop_judge(struct et_loop *l, __u64 now_ns)
{
	unsigned int hits = 0;

	for (size_t i = 0; i < l->trial_count; i++)
		hits += is_hit(&l->trials[i]);
	if ((!l->assumed && hits < ET_LOOP_TRIALS_HIT) || !l->suspect || l->suspect->gone) {
		et_loop_acquit(l, now_ns);
		return NULL;
	}
	l->tried = l->decidable = l->assumed = false;
	l->trial_count = 0;
	l->hot = 0;
	l->damped = true;
	l->calm = 0;
	return l->suspect;
}

/* ---- events ------------------------------------------------------------------------------ */

static void begin_window(struct et_loop *l, __u64 now_ns)
{
	l->window_ns = now_ns;
	l->total = l->related = 0;
	for (size_t i = 0; i < l->count; i++)
		l->roots[i].events = 0;
}

/*
 * True for the first ET_LOOP_RATE calls in each second: these events are recorded although a loop
 * is limited.
 */
static bool may_pass(struct et_loop *l, __u64 now_ns)
{
	if (now_ns >= l->second_ns + SECOND_NS) {
		l->second_ns = now_ns;
		l->let_through = 0;
	}
	return l->let_through++ < ET_LOOP_RATE;
}

/*
 * The process IDs in a record. In records of all event types, a struct et_pids follows the header.
 */
static const struct et_pids *pids_of(const struct et_header *hdr)
{
	return &((const struct et_process_exec *)hdr)->pids;
}

bool et_loop_is_related(struct et_loop *l, const struct et_header *hdr)
{
	if (!l->reading)
		return false;
	remember(l, pids_of(hdr));
	return root_of(l, pids_of(hdr));
}

bool et_loop_event(struct et_loop *l, const struct et_header *hdr)
{
	struct et_loop_root *root;
	__u64 now_ns = hdr->ts;

	if (!l->reading)
		return false;
	/*
	 * A few records come late, with an earlier time than the record before. The windows' time
	 * must not go back.
	 */
	if (now_ns < l->window_ns)
		now_ns = l->window_ns;
	if (now_ns - l->window_ns >= ET_LOOP_WINDOW_NS) {
		end_window(l, now_ns);
		begin_window(l, now_ns);
	}
	if (l->tried && hdr->ts > l->trials[l->trial_count - 1].end_ns)
		l->decidable = true;
	l->total++;
	remember(l, pids_of(hdr));
	if (hdr->type == ET_PROCESS_FORK)
		remember(l, &((const struct et_process_fork *)hdr)->child_pids);
	root = root_of(l, pids_of(hdr));
	if (!root)
		return false;
	l->related++;
	root->events++;
	count_for_trials(l, hdr->ts);
	if (!l->damped || !l->limits || may_pass(l, now_ns))
		return false;
	root->left_out++;
	return true;
}

void et_loop_close(struct et_loop *l)
{
	free(l->parents);
}
