/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes records out of the rings until these are empty, and sleeps until there are more. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/api/error.h"
#include "lib/session/session.h"

/* Records taken from a ring before the clock is read, and the ring's room given back. */
#define BATCH 256

/* The promise is 100 ms between writes; a batch of large records takes some of them. */
#define FLUSH_NS (50 * ET_MS)

/*
 * If at least NAP_EVENTS are expected within NAP_NS, the reader sleeps for NAP_NS, and not until
 * the next event. A ring must hold the events of that time: rings smaller than NAP_RING get shorter
 * naps.
 */
#define NAP_NS     ET_MS
#define NAP_EVENTS 2
#define NAP_RING   (1UL << 20)

/* Control returns to the caller at least this often, however much there is to read. */
#define POLL_NS (100 * ET_MS)

/* How long et_session__stop() waits for a record that is still being written. */
#define LAST_NS (200 * ET_MS)

/* The reader was stopped, or its caller did not poll, or it had no CPU. */
static void count_away(struct et_session *s, __u64 ns)
{
	if (ns < ET_AWAY_NS)
		return;
	s->away_ns += ns;
	if (ns > s->away_longest_ns)
		s->away_longest_ns = ns;
}

/*
 * The first record since the reader slept has waited for it. An output that is not read does not
 * count here.
 */
static void see_first(struct et_session *s, const void *data, size_t len)
{
	const struct et_header *hdr = data;
	__u64 now = et_now_ns();

	s->looked = true;
	if (!s->blocked && len >= sizeof(*hdr) && hdr->ts < now)
		count_away(s, now - hdr->ts);
}

/* Handles each record. A failure ends the batch. */
static int on_record(void *ctx, const void *data, size_t len, unsigned int ring_class)
{
	struct et_session *s = ctx;

	(void)ring_class;
	if (s->release != ET_RELEASE_ALL && !et_session_releases(s, data, len))
		return -EAGAIN;
	if (!s->looked)
		see_first(s, data, len);
	return et_pipeline_record(&s->pipeline, data, len);
}

int et_session_open_rings(struct et_session *s, struct et_error *err)
{
	const struct et_loaded *loaded = et_attach__loaded(s->attached);
	size_t smallest = NAP_RING;
	int r;

	for (int i = 0; i < ET_RING_CLASSES; i++)
		if (loaded->ring_sizes[i] < smallest)
			smallest = loaded->ring_sizes[i];
	if (s->opts.wakeup == ET_WAKEUP_ADAPTIVE && !s->opts.unbuffered)
		s->nap_ns = NAP_NS * smallest / NAP_RING;
	r = et_rings__new(loaded->reader_sleeping, on_record, s, &s->rings);
	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "rings: %s", strerror(-r));
	/*
	 * If records have the same time, those of the ring of rare and important events come first.
	 */
	for (unsigned int i = 0; i < ET_RINGS; i++) {
		r = et_rings__add_map(s->rings, loaded->ring_fds[i], loaded->ring_sizes[i], i);
		if (r < 0)
			return et_error_set(err, ET_ERROR_SYSTEM, r, "mapping a ring: %s",
					    strerror(-r));
	}
	return 0;
}

int et_session_flush(struct et_session *s)
{
	int r = et_pipeline_flush(&s->pipeline);

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

/* A ring that had to be given up counts as one malformed record. */
int et_session_consume(struct et_session *s)
{
	int r = et_rings__consume(s->rings, BATCH);

	if (r != -EBADMSG)
		return r;
	s->pipeline.malformed++;
	et_log__write(&s->log, ET_LOG_WARNING, "a ring holds what cannot be, and is given up");
	return 1;
}

/* Check for losses that no record shows. @empty: the rings were just drained. */
static int check_losses(struct et_session *s, bool empty)
{
	/* The check writes its results: do it later if there is no room now. */
	if (!et_pipeline_is_roomy(&s->pipeline))
		return 0;
	return et_losses_check(&s->losses, &s->pipeline, s->rings, empty, et_now_ns());
}

/* The rings are empty: true if more records are expected in a moment. */
static bool should_nap(struct et_session *s)
{
	__u64 now = et_now_ns();
	__u64 events = s->pipeline.received_total - s->idle_after, gone = now - s->idle_at;

	s->idle_at = now;
	s->idle_after = s->pipeline.received_total;
	return s->nap_ns && events * s->nap_ns >= NAP_EVENTS * gone;
}

/*
 * Read and write until the rings are empty, or for POLL_NS. In both cases et_rings__fd() becomes
 * readable when there is more to do: the caller may sleep in its own event loop.
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

		/* While records come, this runs every few milliseconds. */
		if (s->drained_at)
			count_away(s, now - s->drained_at);
		s->drained_at = now;
		r = et_session_consume(s);

		if (r == -EAGAIN)
			s->blocked_at = now;
		if (r > 0 || r == -EAGAIN) {
			et_session_look_for_readers(s);
			et_session_check_loop(s);
		}
		/*
		 * Records that do not fit the output stay in the rings; the programs count their
		 * losses.
		 */
		if (r == -EAGAIN) {
			s->blocked = true;
			s->napping = false;
			return 0;
		}
		if (r == -ECANCELED) {
			r2 = et_session_flush(s);
			return r2 < 0 ? r2 : r;
		}
		if (r < 0)
			return r;

		if (r == 0) {
			s->napping = should_nap(s);
			/* First write what a reader may wait for. */
			if (!s->napping)
				r = et_session_flush(s);
			if (r == 0)
				r = check_losses(s, true);
			if (r > 0 && !s->napping)
				r = et_session_flush(s);
			if (r < 0)
				return r;
			if (!s->napping) {
				if (!et_rings__prepare_sleep(s->rings))
					continue;
				et_losses_before_sleep(&s->losses, s->rings, et_now_ns());
				return 0;
			}
		} else {
			r = check_losses(s, false);
			if (r < 0)
				return r;
		}

		now = et_now_ns();
		if (now - s->flushed_at >= FLUSH_NS) {
			r = et_session_flush(s);
			if (r < 0)
				return r;
		}
		if (s->napping) {
			et_rings__nap(s->rings, (long)s->nap_ns);
			return 0;
		}
		if (now - start >= POLL_NS) {
			if (!et_rings__prepare_sleep(s->rings))
				et_rings__wake_self(s->rings);
			return 0;
		}
	}
}

/* Wait until drain() has something to do. Return: 0, 1 when there is, or a negative errno. */
static int wait_for_more(struct et_session *s, int timeout_ms)
{
	int r = et_rings__wait(s->rings, timeout_ms);

	if (r != 0)
		s->napping = false;
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
	s->looked = false;

	/* The caller has slept itself, or returns from the events before a nap. */
	if (timeout_ms == 0 || s->napping) {
		r = wait_for_more(s, timeout_ms == 0 ? 0 : -1);
		if (r == -EINTR)
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
	if (r != -ECANCELED && !s->pipeline.failed) {
		s->pipeline.failed = r;
		et_error_set(&s->pipeline.error, ET_ERROR_SYSTEM, r, "waiting for events: %s",
			     strerror(-r));
	}
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

	/* The programs add no more records. Records that cannot be written are still counted. */
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
		et_losses_finish(&s->losses, &s->pipeline, et_now_ns(), output_deadline);
	return et_session_end_output(s, output_deadline);
}

const struct et_error *et_session__error(const struct et_session *s)
{
	return &s->pipeline.error;
}
