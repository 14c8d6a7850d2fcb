/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/session/losses.h"

#include <errno.h>

/*
 * Shortest time between two checks, in nanoseconds. Each check makes about ten system calls, and
 * one or two more for each CPU.
 */
#define CHECK_NS 1000000000ULL

int et_losses_open(struct et_losses *l, const struct et_bpf_counter_maps *maps, __u64 begin_ns)
{
	int r = et_bpf_counters__new(maps, &l->accounts);

	if (r < 0)
		return r;
	l->checked_ns = begin_ns;
	return et_seq_gaps__new(et_bpf_counters__cpus(l->accounts), begin_ns, &l->gaps);
}

/* Number of records that were read from the rings, including discarded ones. */
static __u64 given(const struct et_rings *rings)
{
	const struct et_rings_stats *stats = et_rings__stats(rings);

	return stats->records + stats->discarded;
}

/* The argument @ctx of on_gap(), which writes a LOST line. */
struct telling {
	struct et_pipeline *p;
	/* CLOCK_MONOTONIC time until which on_gap() waits for the output's reader; 0: no wait */
	__u64 deadline_ns;
	int r;         /* negative errno of the first failure; 0: none */
	bool reported; /* true after the first LOST line */
};

/* Write a LOST line. Called for each loss that a check has found. */
static void on_gap(void *ctx, const struct et_gap *gap)
{
	struct telling *t = ctx;
	int r = et_pipeline_lost(t->p, gap);

	while (r == -EAGAIN && t->deadline_ns) {
		r = et_pipeline_wait(t->p, t->deadline_ns);
		if (r == 0)
			r = et_pipeline_lost(t->p, gap);
	}

	t->reported = true;
	if (t->r == 0)
		t->r = r;
}

bool et_losses_due(const struct et_losses *l, __u64 now_ns)
{
	return now_ns - l->checked_ns >= CHECK_NS;
}

int et_losses_check(struct et_losses *l, struct et_pipeline *p, struct et_rings *rings, bool empty,
		    __u64 now_ns)
{
	struct telling t = { .p = p };
	__u64 seen = given(rings);

	if (!et_losses_due(l, now_ns))
		return 0;
	l->checked_ns = now_ns;
	l->alarm = false;
	if (seen == l->seen)
		return 0;
	/*
	 * The counters cannot be read now, for example for lack of memory. `seen` keeps its old
	 * value, so the next check reads them.
	 */
	if (et_bpf_counters__take(l->accounts) < 0)
		return 0;
	l->seen = seen;
	et_seq_gaps__check(l->gaps, l->accounts, empty, now_ns, on_gap, &t);
	return t.r < 0 ? t.r : t.reported;
}

void et_losses_before_sleep(struct et_losses *l, struct et_rings *rings, __u64 now_ns)
{
	__u64 gone = now_ns - l->checked_ns;

	if (l->alarm || given(rings) == l->seen)
		return;
	et_rings__alarm(rings, gone < CHECK_NS ? CHECK_NS - gone : 1);
	l->alarm = true;
}

int et_losses_finish(struct et_losses *l, struct et_pipeline *p, __u64 now_ns, __u64 deadline_ns)
{
	struct telling t = { .p = p, .deadline_ns = deadline_ns };

	et_seq_gaps__finish(l->gaps, l->accounts, now_ns, on_gap, &t);
	return t.r;
}

void et_losses_close(struct et_losses *l)
{
	et_seq_gaps__free(l->gaps);
	et_bpf_counters__free(l->accounts);
}
