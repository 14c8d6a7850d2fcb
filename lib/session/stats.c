/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Gets the counts of the BPF programs and of the reader, checks that they add up, and gets the
 * amount of locked memory.
 */
#include <errno.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "lib/api/rows.h"
#include "lib/encode/context.h"
#include "lib/session/session.h"

/* Read the current counts of the BPF programs, by event type. */
static int counted(struct et_session *s, struct et_counters sums[ET_EVENT_TYPES])
{
	int r;

	/*
	 * The caller's on_event may be running inside of et_seq_gaps__check(). That function is
	 * comparing these counts, so do not change them.
	 */
	if (s->pipeline.in_callback)
		return -EBUSY;
	memset(sums, 0, ET_EVENT_TYPES * sizeof(sums[0]));
	if (!s->losses.accounts)
		return 0;
	r = et_bpf_counters__take(s->losses.accounts);
	if (r == 0)
		et_bpf_counters__sum(s->losses.accounts, sums);
	/* No BPF program counts processes that were read from /proc. None of them is lost. */
	sums[ET_PROCESS_EXISTS].attempted = sums[ET_PROCESS_EXISTS].sent =
		s->pipeline.received[ET_PROCESS_EXISTS];
	return r;
}

/*
 * Fill lost_by, the losses by cause. BPF programs do not count losses because of full rings
 * separately. Their number is the number of all losses, less those with other causes.
 */
static void fill_causes(struct et_session *s, unsigned int id, struct et_event_stats *stats)
{
	const struct et_loss_counts *losses;
	__u64 others = 0;

	if (!s->losses.accounts)
		return;
	losses = et_bpf_counters__losses(s->losses.accounts);
	for (unsigned int cause = 0; cause < ET_LOST_CAUSES; cause++) {
		stats->lost_by[cause] = losses->lost[id][cause];
		others += losses->lost[id][cause];
	}
	stats->lost_by[ET_LOST_CAUSE_RING_FULL] = stats->lost > others ? stats->lost - others : 0;
}

int et_session_event_rows(struct et_session *s, __u64 events, struct et_event_stats *ret,
			  size_t row_size, size_t max)
{
	struct et_counters sums[ET_EVENT_TYPES];
	struct et_event_stats stats;
	size_t n = 0;
	int r;

	r = counted(s, sums);
	if (r < 0)
		return r;
	for (unsigned int id = 1; id < ET_EVENT_TYPES && n < max; id++) {
		if (!(events & ET_EVENT_BIT(id)))
			continue;
		stats = (struct et_event_stats){
			.id = id,
			.attempted = sums[id].attempted,
			.sent = sums[id].sent,
			.lost = sums[id].lost,
			.filtered = sums[id].filtered,
			.truncated = sums[id].truncated,
			.bytes = sums[id].bytes,
			.received = s->pipeline.received[id],
			.written = s->pipeline.written[id],
		};
		fill_causes(s, id, &stats);
		et_row_put(ret, n++, row_size, &stats, sizeof(stats));
	}
	return (int)n;
}

int et_session__event_stats_sized(struct et_session *s, struct et_event_stats *ret, size_t row_size,
				  size_t max)
{
	return et_session_event_rows(s, s->opts.events, ret, row_size, max);
}

int et_session__table_stats_sized(struct et_session *s, struct et_table_stats *ret, size_t row_size,
				  size_t max)
{
	static const char *const names[ET_TABLES] = {
#define ET_TABLE(NAME, name, doc) [ET_TABLE_##NAME] = #name,
#include "lib/wire/tables.def"
	};
	struct et_counters sums[ET_EVENT_TYPES];
	size_t n;
	int r;

	r = counted(s, sums);
	if (r < 0)
		return r;
	for (n = 0; n < ET_TABLES && n < max; n++) {
		const struct et_table_stats stats = {
			.name = names[n],
			.refused = s->losses.accounts
					   ? et_bpf_counters__losses(s->losses.accounts)->refused[n]
					   : 0,
		};

		et_row_put(ret, n, row_size, &stats, sizeof(stats));
	}
	return (int)n;
}

int et_session__not_recorded_sized(struct et_session *s, struct et_not_recorded_stats *ret,
				   size_t row_size, size_t max)
{
	const struct et_not_recorded *u = &s->pipeline.not_recorded;
	size_t n = 0;

	if (s->pipeline.in_callback)
		return -EBUSY;
	for (unsigned int id = 0; id < ET_EVENT_TYPES; id++)
		for (unsigned int why = 0; why < ET_NOT_RECORDED_WHYS && n < max; why++) {
			const struct et_not_recorded_stats stats = {
				.id = id,
				.cause = et_not_recorded_cause((enum et_not_recorded_why)why),
				.events = u->counted[why][id],
			};

			if (stats.events)
				et_row_put(ret, n++, row_size, &stats, sizeof(stats));
		}
	return (int)n;
}

/*
 * Check for each event type that attempted = received + lost, and that LOST events report each
 * loss. A malformed record has no known type, so its event is missing, and reported as lost.
 */
static int account(struct et_session *s, struct et_session_stats *stats)
{
	const struct et_pipeline *p = &s->pipeline;
	struct et_counters sums[ET_EVENT_TYPES];
	__u64 lost = 0, missing = 0;
	bool possible = true;
	int r;

	r = counted(s, sums);
	if (r < 0)
		return r;
	for (int i = 0; i < ET_EVENT_TYPES; i++) {
		lost += sums[i].lost;
		missing += sums[i].attempted - sums[i].lost - p->received[i];
		if (sums[i].attempted - sums[i].lost < p->received[i])
			possible = false;
	}
	stats->malformed = p->malformed;
	stats->missing = missing;
	stats->lost_told = s->losses.gaps ? et_seq_gaps__total(s->losses.gaps) : 0;
	stats->lost_written = p->lost_written;
	stats->accounted =
		possible && missing == p->malformed && stats->lost_told == lost + missing;
	return 0;
}

int et_session__stats(struct et_session *s, struct et_session_stats *ret)
{
	struct et_session_stats stats = { .sz = ret->sz };
	const struct et_loaded *loaded = et_attach__loaded(s->attached);
	const struct et_emit_choice *way;
	struct et_locked locked;
	struct et_grown grown;
	int r;

	if (ret->sz < sizeof(ret->sz))
		return -EINVAL;
	if (s->pipeline.in_callback)
		return -EBUSY;
	if (et_load__locked(loaded, &locked) < 0)
		stats.locked_unknown = true;
	stats.locked_ring = locked.rings;
	stats.locked_scratch = locked.scratch;
	stats.locked_maps = locked.maps;
	r = et_bpf_counters__possible_cpus();
	if (r > 0)
		stats.cpus_possible = (unsigned int)r;
	r = account(s, &stats);
	if (r < 0)
		return r;
	stats.wakeups = s->rings ? et_rings__stats(s->rings)->wakeups : 0;
	stats.output_bytes = s->pipeline.sink ? s->pipeline.sink->written : 0;
	way = et_attach__emit_choice(s->attached);
	stats.wire_format = way->name;
	stats.wire_format_why = *way->why ? way->why : NULL;
	stats.recorded_bytes = et_pipeline_recorded_bytes(&s->pipeline);
	stats.not_recorded = et_not_recorded_total(&s->pipeline.not_recorded);
	stats.tree_missed = et_attach__tree_missed(s->attached);
	stats.skipped = et_attach__skipped(s->attached);
	et_load__grown(loaded, &grown);
	stats.grown_sockets = grown.sockets;
	stats.grown_tasks = grown.tasks;
	stats.away_ns = s->away_ns;
	stats.away_longest_ns = s->away_longest_ns;
	if (s->pipeline.context)
		stats.context_evicted =
			et_process_table_evicted(et_context_table(s->pipeline.context));
	stats.switched_off = et_attach__was_switched_off(s->attached);
	stats.lifecycle_rings = loaded->shards[ET_RING_LIFECYCLE];
	stats.bulk_rings = loaded->shards[ET_RING_BULK];
	stats.lifecycle_ring_bytes = loaded->ring_sizes[ET_RING_LIFECYCLE];
	stats.bulk_ring_bytes = loaded->ring_sizes[ET_RING_BULK];
	memcpy(ret, &stats, ret->sz < sizeof(stats) ? ret->sz : sizeof(stats));
	return 0;
}
