/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/counters/seq_gaps.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lib/wire/shared.h"

/* What is known about the records that one lane (work area of a CPU) has put into one ring. */
struct lane {
	__u64 next;     /* the sequence number that the lane's next record must have */
	__u64 last_ns;  /* CLOCK_MONOTONIC, nanoseconds, of the lane's last record */
	__u64 reported; /* number of missing events that were reported */
	/*
	 * Number of events in `reported` that are known only from the BPF programs' counters of
	 * losses. No later record has shown yet that their sequence numbers are missing.
	 */
	__u64 ahead;
};

struct cpu {
	struct lane lanes[ET_LANES][ET_RING_CLASSES];
	/* number of reported losses of events without a sequence number */
	__u64 overflow[ET_LOST_CAUSES][ET_RING_CLASSES];
};

/* Counters of each user's refused events at an earlier check: see struct et_share. */
struct shares_then {
	__u64 refused[ET_SHARES];
	__u32 changes[ET_SHARES];
};

struct et_seq_gaps {
	/*
	 * The counters of shares: `last` at the last check, `before` at the check before the last
	 * one. index_of() gives the index of a ring. NULL: no check yet.
	 *
	 * A BPF program counts a refused event first for its user, and then as lost. If a check
	 * runs between these two steps, it finds the event of the user, but not the loss. The next
	 * check finds the loss. To find the user too, it compares with `before`.
	 */
	struct shares_then *last, *before;
	__u64 checked_ns;
	__u64 total;
	unsigned int cpu_count;
	struct cpu cpus[];
};

int et_seq_gaps__new(unsigned int cpus, __u64 now_ns, struct et_seq_gaps **ret)
{
	struct et_seq_gaps *gaps = calloc(1, sizeof(*gaps) + cpus * sizeof(gaps->cpus[0]));

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

int et_seq_gaps__see(struct et_seq_gaps *gaps, const struct et_header *hdr, struct et_gap *ret)
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
	lane->reported += missing;
	gaps->total += missing;
	*ret = (struct et_gap){
		.count = missing,
		.cpu = hdr->cpu,
		.lane = hdr->lane,
		.cause = ET_LOST_CAUSE_RING_FULL,
		.ring = hdr->ring,
		.uid = -1,
		.after_ns = after,
		.before_ns = hdr->ts,
	};
	return 1;
}

int et_seq_gaps__reject(struct et_seq_gaps *gaps, const struct et_header *hdr, struct et_gap *ret)
{
	struct lane *lane;

	if (hdr->cpu >= gaps->cpu_count || hdr->lane >= ET_LANES || hdr->ring >= ET_RING_CLASSES)
		return 0;
	lane = &gaps->cpus[hdr->cpu].lanes[hdr->lane][hdr->ring];
	if (hdr->seq != lane->next)
		return 0;
	lane->next++;
	gaps->total++;
	*ret = (struct et_gap){
		.count = 1,
		.cpu = hdr->cpu,
		.lane = hdr->lane,
		.cause = ET_LOST_CAUSE_MALFORMED,
		.ring = hdr->ring,
		.uid = -1,
		.after_ns = lane->last_ns,
		.before_ns = lane->last_ns,
	};
	return 1;
}

static void report(struct et_seq_gaps *gaps, struct et_gap *gap, enum et_lost_cause cause,
		   __u64 count, __s64 uid, et_gap_fn fn, void *ctx)
{
	if (!count)
		return;
	gap->cause = cause;
	gap->count = count;
	gap->uid = cause == ET_LOST_CAUSE_USER_SHARE ? uid : -1;
	gaps->total += count;
	fn(ctx, gap);
}

/*
 * Report the losses of one lane (work area of a CPU) and ring. @finish is true if no more records
 * will come. Then each sequence number without a record is a loss, even if the event was not
 * counted as lost. Such an event was begun and never sent.
 */
static void check_lane(struct et_seq_gaps *gaps, const struct et_lane *counted, bool finish,
		       struct et_gap *gap, et_gap_fn fn, void *ctx)
{
	struct lane *lane = &gaps->cpus[gap->cpu].lanes[gap->lane][gap->ring];
	__u64 lost = counted->lost[gap->ring],
	      full = lost > lane->reported ? lost - lane->reported : 0;
	__u64 missing = full;

	if (finish) {
		missing = counted->seq[gap->ring] - lane->next;
		missing -= missing < lane->ahead ? missing : lane->ahead;
		full = full < missing ? full : missing;
		lane->next = counted->seq[gap->ring];
		lane->ahead = 0;
	} else {
		lane->ahead += missing;
	}
	lane->reported += missing;
	gap->after_ns = lane->last_ns;
	report(gaps, gap, ET_LOST_CAUSE_RING_FULL, full, -1, fn, ctx);
	report(gaps, gap, ET_LOST_CAUSE_UNKNOWN, missing - full, -1, fn, ctx);
}

/*
 * A user, and the index of the share that counts its events. Users whose IDs have the same hash
 * have the same index. A user has the same index in all rings.
 */
struct found_user {
	__s64 uid; /* -1: none */
	unsigned int share;
	bool several;
};

static void find_user(const struct shares_then *then, const struct et_shares *shares,
		      struct found_user *found)
{
	for (unsigned int i = 0; shares && i < ET_SHARES; i++) {
		const struct et_share *share = &shares->shares[i];
		/*
		 * Expected value of share->changes if events of only one user were refused since
		 * `then`. share->uid is 0 at first. So the first refused user counts as a change
		 * too, except root, whose ID is 0.
		 */
		__u32 known = then->changes[i] + (then->refused[i] ? 0 : share->uid != 0);

		if (share->refused == then->refused[i])
			continue;
		if (share->changes != known ||
		    (found->uid >= 0 && (found->uid != share->uid || found->share != i)))
			found->several = true;
		found->uid = share->uid;
		found->share = i;
	}
}

static size_t index_of(enum et_ring_class ring, unsigned int shard)
{
	return (size_t)shard * ET_RING_CLASSES + ring;
}

/*
 * Find the user whose events were refused since the check before the last one. Return: its ID; -1:
 * several users, or no event was refused.
 */
static __s64 only_user(const struct et_seq_gaps *gaps, const struct et_bpf_counters *accounts,
		       enum et_ring_class ring)
{
	struct found_user found = { .uid = -1 };

	for (unsigned int i = 0; gaps->before && i < et_bpf_counters__shards(accounts); i++)
		find_user(&gaps->before[index_of(ring, i)],
			  et_bpf_counters__shares(accounts, ring, i), &found);
	return found.several ? -1 : found.uid;
}

static void remember_shares(struct et_seq_gaps *gaps, const struct et_bpf_counters *accounts,
			    enum et_ring_class ring)
{
	for (unsigned int shard = 0; gaps->before && shard < et_bpf_counters__shards(accounts);
	     shard++) {
		const struct et_shares *shares = et_bpf_counters__shares(accounts, ring, shard);
		struct shares_then *last = &gaps->last[index_of(ring, shard)];

		gaps->before[index_of(ring, shard)] = *last;
		for (unsigned int i = 0; shares && i < ET_SHARES; i++) {
			last->refused[i] = shares->shares[i].refused;
			last->changes[i] = shares->shares[i].changes;
		}
	}
}

/*
 * Allocate the memory for the counters of shares. This is done at the first check, because the
 * number of rings is not known earlier. Without memory, all losses are reported without a user.
 */
static void open_shares(struct et_seq_gaps *gaps, const struct et_bpf_counters *accounts)
{
	size_t rings = index_of((enum et_ring_class)0, et_bpf_counters__shards(accounts));

	if (gaps->before)
		return;
	gaps->before = calloc(2 * rings, sizeof(*gaps->before));
	gaps->last = gaps->before ? gaps->before + rings : NULL;
}

/* Report the new losses of one CPU: events without a sequence number. */
static void check_overflow(struct et_seq_gaps *gaps, const struct et_overflow *counted,
			   struct et_gap *gap, __s64 uid, et_gap_fn fn, void *ctx)
{
	struct cpu *cpu = &gaps->cpus[gap->cpu];

	gap->lane = -1;
	gap->after_ns = gaps->checked_ns;
	for (unsigned int cause = 0; cause < ET_LOST_CAUSES; cause++) {
		__u64 lost = counted->lost[cause][gap->ring];
		__u64 missing = lost - cpu->overflow[cause][gap->ring];

		cpu->overflow[cause][gap->ring] = lost;
		report(gaps, gap, (enum et_lost_cause)cause, missing, uid, fn, ctx);
	}
}

static void check(struct et_seq_gaps *gaps, const struct et_bpf_counters *accounts, bool lanes,
		  bool finish, __u64 now_ns, et_gap_fn fn, void *ctx)
{
	__s64 uids[ET_RING_CLASSES];

	open_shares(gaps, accounts);
	for (int ring = 0; ring < ET_RING_CLASSES; ring++)
		uids[ring] = only_user(gaps, accounts, ring);
	for (unsigned int cpu = 0; cpu < gaps->cpu_count; cpu++) {
		for (int ring = 0; ring < ET_RING_CLASSES; ring++) {
			struct et_gap gap = { .cpu = cpu, .ring = ring, .before_ns = now_ns };

			for (int i = 0; lanes && i < ET_LANES; i++) {
				gap.lane = i;
				check_lane(gaps, et_bpf_counters__lane(accounts, cpu, i), finish,
					   &gap, fn, ctx);
			}
			check_overflow(gaps, et_bpf_counters__overflow(accounts, cpu), &gap,
				       uids[ring], fn, ctx);
		}
	}
	for (int ring = 0; ring < ET_RING_CLASSES; ring++)
		remember_shares(gaps, accounts, ring);
	gaps->checked_ns = now_ns;
}

void et_seq_gaps__check(struct et_seq_gaps *gaps, const struct et_bpf_counters *accounts,
			bool empty, __u64 now_ns, et_gap_fn fn, void *ctx)
{
	check(gaps, accounts, empty, false, now_ns, fn, ctx);
}

void et_seq_gaps__finish(struct et_seq_gaps *gaps, const struct et_bpf_counters *accounts,
			 __u64 now_ns, et_gap_fn fn, void *ctx)
{
	check(gaps, accounts, true, true, now_ns, fn, ctx);
}

__u64 et_seq_gaps__total(const struct et_seq_gaps *gaps)
{
	return gaps->total;
}

void et_seq_gaps__free(struct et_seq_gaps *gaps)
{
	if (gaps)
		free(gaps->before);
	free(gaps);
}
