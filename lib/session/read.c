/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads records from the rings until the rings are empty, and sleeps until there are more. */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "lib/api/error.h"
#include "lib/segments/spool.h"
#include "lib/session/nap.h"
#include "lib/session/segments.h"
#include "lib/session/session.h"

/*
 * Largest number of records in a batch. After each batch, BPF programs can use the ring's freed
 * room, and lines are written.
 */
#define BATCH 256

/*
 * Longest time for which lines stay in the buffer while records come without a pause, even if the
 * latency budget is larger.
 */
#define FLUSH_NS (50 * ET_MS)

/* et_session__poll() returns after this time, even if there are more records to read. */
#define POLL_NS (100 * ET_MS)

/*
 * Time for which et_session__stop() waits for a record that a BPF program has reserved but not yet
 * committed.
 */
#define LAST_NS (200 * ET_MS)

/*
 * Count the time @ns, in which records waited because the caller did not poll, was stopped, or had
 * no CPU.
 */
static void count_away(struct et_session *s, __u64 ns)
{
	if (ns < ET_AWAY_NS)
		return;
	s->away_ns += ns;
	if (ns > s->away_longest_ns)
		s->away_longest_ns = ns;
}

/*
 * Count how long the first record after a sleep has waited in its ring. If it waited because an
 * output accepted no bytes, do not count.
 */
static void see_first(struct et_session *s, const void *data, size_t len)
{
	const struct et_header *hdr = data;
	__u64 now = et_now_ns();

	s->looked = true;
	/* A record may have to wait for the whole nap: do not count the length of the nap. */
	if (!s->blocked && len >= sizeof(*hdr) && hdr->ts + s->nap_ns < now)
		count_away(s, now - hdr->ts - s->nap_ns);
}

/*
 * Callback of et_rings__consume(): pass one record to the pipeline. A negative result ends the
 * batch.
 */
static int on_record(void *ctx, const void *data, size_t len, unsigned int ring_class)
{
	struct et_session *s = ctx;

	(void)ring_class;
	if (s->release != ET_RELEASE_ALL && !et_session_releases(s, data, len))
		return -EAGAIN;
	if (!s->looked)
		see_first(s, data, len);
	if (len >= sizeof(struct et_header)) {
		s->before_last = s->last;
		s->last = ((const struct et_header *)data)->ts;
	}
	return et_pipeline_record(&s->pipeline, data, len);
}

int et_session_open_rings(struct et_session *s, struct et_error *err)
{
	const struct et_loaded *loaded = et_attach__loaded(s->attached);
	size_t smallest = SIZE_MAX;
	int r;

	for (int i = 0; i < ET_RING_CLASSES; i++)
		if (loaded->ring_sizes[i] < smallest)
			smallest = loaded->ring_sizes[i];
	s->budget_ns = et_nap_budget(s->opts.latency_ms, s->opts.unbuffered);
	s->nap_cap_ns = et_nap_cap(s->budget_ns, smallest);
	r = et_rings__new(loaded->reader_sleeping, on_record, s, &s->rings);
	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "rings: %s", strerror(-r));
	et_rings__share_nap(s->rings, loaded->reader_napping);
	/*
	 * Add the rings in the order of enum et_ring_class. If records of two rings have the same
	 * time, the record of the ring that was added first (LIFECYCLE) comes first.
	 */
	for (__u32 i = 0; r == 0 && i < ET_RING_CLASSES; i++)
		for (__u32 shard = 0; r == 0 && shard < loaded->shards[i]; shard++)
			r = et_rings__add_map(s->rings, loaded->ring_fds[et_ring_key(i, shard)],
					      loaded->ring_sizes[i], i);
	if (r == 0)
		r = et_rings__add_map(s->rings, loaded->ring_fds[ET_RING_WAKE],
				      loaded->ring_sizes[ET_RING_WAKE], ET_RING_WAKE);
	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "mapping a ring: %s", strerror(-r));
	return 0;
}

int et_session_flush(struct et_session *s)
{
	int r = et_session_tend_segments(s);

	if (r == 0)
		r = et_pipeline_flush(&s->pipeline);
	s->blocked = r == -EAGAIN;
	if (r == 0 || s->blocked)
		s->flushed_at = et_now_ns();
	return s->blocked ? 0 : r;
}

void et_session_watch_outputs(struct et_session *s)
{
	for (unsigned int i = 0; i < ET_RINGS_OUTPUTS; i++)
		et_rings__watch_output(s->rings, i,
				       s->blocked ? et_pipeline_waits_for(&s->pipeline, i) : -1);
}

/*
 * Pass a batch of records to the pipeline: first those of the snapshot, then those of the rings. If
 * a ring's contents are invalid, count one malformed record. Such a ring is not read again.
 */
int et_session_consume(struct et_session *s)
{
	int r = s->snapshot.records ? et_session_give_snapshot(s, BATCH)
				    : et_rings__consume(s->rings, BATCH);

	if (r != -EBADMSG)
		return r;
	s->pipeline.malformed++;
	et_log__write(&s->log, ET_LOG_WARNING, "a ring holds what cannot be, and is given up");
	return 1;
}

/*
 * Check the BPF programs' counters for lost events that no later record shows. @empty: all records
 * in the rings have been read.
 */
static int check_losses(struct et_session *s, bool empty)
{
	__u64 now = et_now_ns();
	int r;

	/* The check writes LOST lines: check later if the output's buffer has no room now. */
	if (!et_pipeline_is_roomy(&s->pipeline))
		return 0;
	if (!et_losses_due(&s->losses, now))
		return 0;
	r = et_pipeline_before_lost(&s->pipeline);
	return r < 0 ? r : et_losses_check(&s->losses, &s->pipeline, s->rings, empty, now);
}

/*
 * Called when the rings are empty. Return: the length of a nap in ns; 0: sleep until the next
 * record.
 */
static __u64 next_nap(struct et_session *s, __u64 began_ns)
{
	struct et_nap_seen seen = {
		.now_ns = et_now_ns(),
		.before_last = s->before_last,
		.began_ns = began_ns,
		.since_ns = s->idle_at,
		.fill = et_rings__take_fill(s->rings),
		.any = s->last != s->idle_last,
		.feedback = et_loop_is_likely(&s->loop),
	};

	s->idle_at = seen.now_ns;
	s->idle_last = s->last;
	if (s->opts.wakeup == ET_WAKEUP_ALWAYS)
		return 0;
	if (s->opts.wakeup == ET_WAKEUP_NAP)
		return et_nap_fixed(s->nap_cap_ns, &seen);
	return et_nap_length(s->budget_ns, s->nap_cap_ns, &seen);
}

/*
 * True if lines must be written before the next sleep. Otherwise these lines are written after the
 * nap, together with newer lines. Even then, they are not older than the latency budget.
 */
static bool must_write(const struct et_session *s)
{
	return !s->nap_ns || et_now_ns() + s->nap_ns - s->flushed_at > s->budget_ns;
}

/*
 * Read records and write lines until the rings are empty, at most for POLL_NS. Afterwards
 * et_rings__fd() becomes readable when there is more to do: the caller may sleep in its own event
 * loop.
 */
static int drain(struct et_session *s)
{
	__u64 start = et_now_ns();

	if (s->blocked) {
		int r = et_session_flush(s);

		if (r < 0)
			return r;
	}
	s->drained_at = 0;
	for (;;) {
		__u64 now = et_now_ns();
		int r, r2;

		/*
		 * One pass of this loop takes milliseconds. A much longer pass means that the
		 * process was stopped or had no CPU.
		 */
		if (s->drained_at)
			count_away(s, now - s->drained_at);
		s->drained_at = now;
		r = et_session_consume(s);
		/* The nap is over, and see_first() no longer needs the length of the nap. */
		s->nap_ns = 0;
		s->napping = false;

		if (r == -EAGAIN)
			s->blocked_at = now;
		if (r > 0 || r == -EAGAIN) {
			et_session_look_for_readers(s);
			et_session_check_loop(s);
		}
		/*
		 * The output's buffer is full: leave the records in the rings. When a ring is full
		 * too, BPF programs count the events that they lose.
		 */
		if (r == -EAGAIN) {
			s->blocked = true;
			return 0;
		}
		if (r == -ECANCELED) {
			r2 = et_session_flush(s);
			return r2 < 0 ? r2 : r;
		}
		if (r < 0)
			return r;

		if (r == 0) {
			s->nap_ns = next_nap(s, start);
			s->napping = s->nap_ns > 0;
			r = check_losses(s, true);
			if (r > 0 || (r == 0 && must_write(s)))
				r = et_session_flush(s);
			if (r < 0)
				return r;
			if (s->napping) {
				et_rings__nap(s->rings, (long)s->nap_ns);
				return 0;
			}
			if (!et_rings__prepare_sleep(s->rings))
				continue;
			et_losses_before_sleep(&s->losses, s->rings, et_now_ns());
			et_session_alarm_segment(s);
			return 0;
		}
		r = check_losses(s, false);
		if (r < 0)
			return r;

		now = et_now_ns();
		if (now - s->flushed_at >= FLUSH_NS || now - s->flushed_at >= s->budget_ns) {
			r = et_session_flush(s);
			if (r < 0)
				return r;
		}
		if (now - start >= POLL_NS) {
			if (!et_rings__prepare_sleep(s->rings))
				et_rings__wake_self(s->rings);
			return 0;
		}
	}
}

/*
 * Sleep until drain() has something to do. Return: 1 if it has, 0 on time-out, or a negative errno.
 */
static int wait_for_more(struct et_session *s, int timeout_ms)
{
	int r = et_rings__wait(s->rings, timeout_ms);

	if (r != 0)
		s->napping = false;
	return r;
}

static int fail_poll(struct et_session *s, int r, const char *what)
{
	s->pipeline.failed = r;
	et_error_set(&s->pipeline.error, ET_ERROR_SYSTEM, r, "%s: %s", what, strerror(-r));
	return r;
}

int et_session__poll(struct et_session *s, int timeout_ms)
{
	__u64 before = s->pipeline.received_total, start = 0;
	int r;

	if (s->pipeline.in_callback)
		return -EBUSY;
	if (s->pipeline.failed)
		return s->pipeline.failed;
	if (s->stopped || !s->rings)
		return -EINVAL;
	if (s->pipeline.silent)
		return -ECANCELED;
	if (s->spool) {
		r = et_spool_start(s->spool);
		if (r < 0)
			return fail_poll(s, r, "starting the thread of the segments");
	}
	s->looked = false;

	/*
	 * With @timeout_ms 0, the caller sleeps in its own event loop: process the wake-ups that
	 * came meanwhile. If the last call began a nap, continue the nap.
	 */
	if (timeout_ms == 0 || s->napping) {
		start = et_now_ns();
		r = wait_for_more(s, timeout_ms);
		if (r == -EINTR || (r == 0 && timeout_ms > 0))
			return r;
	}
	for (;;) {
		int left = timeout_ms;

		r = drain(s);
		et_session_watch_outputs(s);
		if (r < 0)
			break;
		if (s->pipeline.received_total != before)
			return (int)(s->pipeline.received_total - before);
		if (timeout_ms == 0)
			return 0;

		if (timeout_ms > 0) {
			__u64 now = et_now_ns(), gone;

			if (!start)
				start = now;
			gone = (now - start) / ET_MS;
			if (gone >= (__u64)timeout_ms)
				return 0;
			left = timeout_ms - (int)gone;
		}
		r = wait_for_more(s, left);
		if (r == -EINTR)
			return r;
		if (r < 0)
			break;
	}
	if (r != -ECANCELED && !s->pipeline.failed)
		return fail_poll(s, r, "waiting for events");
	return r;
}

int et_session__fd(const struct et_session *s)
{
	return s->rings ? et_rings__fd(s->rings) : -EBADF;
}

int et_session__stop(struct et_session *s)
{
	__u64 deadline, output_deadline;
	int r;

	if (s->pipeline.in_callback)
		return -EBUSY;
	if (s->stopped || !s->rings)
		return s->pipeline.failed;
	s->stopped = true;
	et_attach__stop(s->attached);

	/*
	 * The BPF programs have stopped and add no more records. Read all records that remain: even
	 * if the output accepts no more bytes, these records are counted.
	 */
	deadline = et_now_ns() + LAST_NS;
	output_deadline = et_now_ns() + s->opts.drain_timeout_ms * ET_MS;
	for (;;) {
		while ((r = et_session_consume(s)) != 0)
			if (r == -EAGAIN)
				(void)et_pipeline_wait(&s->pipeline, output_deadline);
		r = et_bpf_counters__take(s->losses.accounts);
		if (r < 0 ||
		    (et_rings__empty(s->rings) && et_bpf_counters__settled(s->losses.accounts)))
			break;
		if (et_now_ns() >= deadline) {
			et_log__write(&s->log, ET_LOG_WARNING,
				      "a record was begun and never finished: it is left behind");
			break;
		}
		usleep(1000);
	}
	if (r == 0)
		(void)et_pipeline_before_lost(&s->pipeline);
	if (r == 0)
		et_losses_finish(&s->losses, &s->pipeline, et_now_ns(), output_deadline);
	return et_session_end_output(s, output_deadline);
}

const struct et_error *et_session__error(const struct et_session *s)
{
	return &s->pipeline.error;
}
