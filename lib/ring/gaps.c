/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/ring/gaps.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/wire/shared.h"

/* One lane's records of one ring. */
struct lane {
	__u64 next;    /* the number that its next record has, if nothing is missing */
	__u64 last_ns; /* time of its last record */
	__u64 told;    /* missing events that have been told of */
	/* Of these, those that programs said were lost before their numbers were missed. */
	__u64 ahead;
};

struct cpu {
	struct lane lanes[ET_LANES][ET_RING_CLASSES];
	__u64 overflow[ET_RING_CLASSES]; /* told of those that found no lane */
};

struct et_gaps {
	__u64 checked_ns;
	__u64 total;
	unsigned int cpu_count;
	struct cpu cpus[];
};

int et_gaps__new(unsigned int cpus, __u64 now_ns, struct et_gaps **ret)
{
	struct et_gaps *gaps = calloc(1, sizeof(*gaps) + cpus * sizeof(gaps->cpus[0]));

	if (!gaps)
		return -ENOMEM;
	gaps->cpu_count = cpus;
	gaps->checked_ns = now_ns;
	for (unsigned int cpu = 0; cpu < cpus; cpu++)
		for (int i = 0; i < ET_LANES; i++)
			for (int ring = 0; ring < ET_RING_CLASSES; ring++)
				gaps->cpus[cpu].lanes[i][ring].last_ns = now_ns;
	*ret = gaps;
	return 0;
}

int et_gaps__see(struct et_gaps *gaps, const struct et_header *hdr, struct et_gap *ret)
{
	struct lane *lane;
	__u64 missing, after;

	if (__builtin_expect(hdr->cpu >= gaps->cpu_count || hdr->lane >= ET_LANES ||
				     hdr->ring >= ET_RING_CLASSES,
			     0))
		return -EBADMSG;
	lane = &gaps->cpus[hdr->cpu].lanes[hdr->lane][hdr->ring];
	if (__builtin_expect(hdr->seq < lane->next, 0))
		return -EBADMSG;
	missing = hdr->seq - lane->next;
	after = lane->last_ns;
	lane->next = hdr->seq + 1;
	lane->last_ns = hdr->ts;
	if (__builtin_expect(!missing, 1))
		return 0;

	if (missing <= lane->ahead) {
		lane->ahead -= missing;
		return 0;
	}
	missing -= lane->ahead;
	lane->ahead = 0;
	lane->told += missing;
	gaps->total += missing;
	*ret = (struct et_gap){
		.count = missing,
		.cpu = hdr->cpu,
		.lane = hdr->lane,
		.ring = hdr->ring,
		.after_ns = after,
		.before_ns = hdr->ts,
	};
	return 1;
}

static void tell(struct et_gaps *gaps, const struct et_gap *gap, et_gap_fn fn, void *ctx)
{
	gaps->total += gap->count;
	fn(ctx, gap);
}

/* One lane's losses; @finish: everything without a record is one, whatever was counted. */
static void check_lane(struct et_gaps *gaps, const struct et_lane *says, bool finish,
		       struct et_gap *gap, et_gap_fn fn, void *ctx)
{
	struct lane *lane = &gaps->cpus[gap->cpu].lanes[gap->lane][gap->ring];
	__u64 missing;

	if (finish) {
		missing = says->seq[gap->ring] - lane->next;
		missing -= missing < lane->ahead ? missing : lane->ahead;
		lane->next = says->seq[gap->ring];
		lane->ahead = 0;
	} else {
		__u64 lost = says->lost[gap->ring];

		missing = lost > lane->told ? lost - lane->told : 0;
		lane->ahead += missing;
	}
	if (!missing)
		return;
	lane->told += missing;
	gap->count = missing;
	gap->after_ns = lane->last_ns;
	tell(gaps, gap, fn, ctx);
}

static void check(struct et_gaps *gaps, const struct et_accounts *accounts, bool lanes, bool finish,
		  __u64 now_ns, et_gap_fn fn, void *ctx)
{
	for (unsigned int cpu = 0; cpu < gaps->cpu_count; cpu++) {
		const struct et_overflow *o = et_accounts__overflow(accounts, cpu);

		for (int ring = 0; ring < ET_RING_CLASSES; ring++) {
			struct et_gap gap = { .cpu = cpu, .ring = ring, .before_ns = now_ns };

			for (int i = 0; lanes && i < ET_LANES; i++) {
				gap.lane = i;
				check_lane(gaps, et_accounts__lane(accounts, cpu, i), finish, &gap,
					   fn, ctx);
			}
			gap.lane = -1;
			gap.count = o->lost[ring] - gaps->cpus[cpu].overflow[ring];
			gap.after_ns = gaps->checked_ns;
			gaps->cpus[cpu].overflow[ring] += gap.count;
			if (gap.count)
				tell(gaps, &gap, fn, ctx);
		}
	}
	gaps->checked_ns = now_ns;
}

void et_gaps__check(struct et_gaps *gaps, const struct et_accounts *accounts, bool empty,
		    __u64 now_ns, et_gap_fn fn, void *ctx)
{
	check(gaps, accounts, empty, false, now_ns, fn, ctx);
}

void et_gaps__finish(struct et_gaps *gaps, const struct et_accounts *accounts, __u64 now_ns,
		     et_gap_fn fn, void *ctx)
{
	check(gaps, accounts, true, true, now_ns, fn, ctx);
}

__u64 et_gaps__total(const struct et_gaps *gaps)
{
	return gaps->total;
}

void et_gaps__free(struct et_gaps *gaps)
{
	free(gaps);
}
