/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds processes that read the output, and checks whether it feeds back. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/api/rows.h"
#include "lib/session/session.h"

/*
 * A process may begin to read the output at any time. If it reacts to the output, it causes events.
 * So without events there is no search. A search takes longer on a host with many open files.
 */
#define READERS_FIRST_NS (250 * ET_MS)
#define READERS_LAST_NS  (5000 * ET_MS)

static void take_readers(struct et_session *s)
{
	struct et_reader_row rows[ET_LOOP_ROOTS];
	struct et_loop_root roots[ET_LOOP_ROOTS] = { 0 };
	size_t count = et_attach__readers(s->attached, rows, ET_LOOP_ROOTS);

	for (size_t i = 0; i < count; i++) {
		roots[i].tgid = (__u32)rows[i].process.tgid;
		roots[i].start_time_ns = rows[i].process.start_time_ns;
		roots[i].hop = rows[i].reader.hop;
		memcpy(roots[i].comm, rows[i].reader.comm, sizeof(roots[i].comm));
	}
	(void)et_loop_readers(&s->loop, roots, count);
}

void et_session_look_for_readers(struct et_session *s)
{
	__u64 now = et_now_ns();

	if (now < s->readers_at)
		return;
	if (s->readers_at && et_attach__look_for_readers(s->attached) < 0)
		et_log__write(&s->log, ET_LOG_INFO, "readers of the output cannot be looked for");
	take_readers(s);
	s->readers_ns = s->readers_ns ? s->readers_ns * 2 : READERS_FIRST_NS;
	if (s->readers_ns > READERS_LAST_NS)
		s->readers_ns = READERS_LAST_NS;
	s->readers_at = et_now_ns() + s->readers_ns;
}

/* From now on leave out writes of processes some hops away, like those of the direct readers. */
static void damp(const struct et_session *s)
{
	struct et_reader_row rows[ET_LOOP_ROOTS];
	size_t count = et_attach__readers(s->attached, rows, ET_LOOP_ROOTS);

	for (size_t i = 0; i < count; i++)
		if (rows[i].reader.hop && !rows[i].reader.damped)
			(void)et_attach__damp(s->attached, &rows[i]);
}

static bool leaves_out(void *ctx, const struct et_event *event)
{
	struct et_session *s = ctx;

	return et_loop_event(&s->loop, event->hdr);
}

/* ---- is it a loop? ----------------------------------------------------------------------- */

/*
 * The reader gets HOLD_NS for the output so far: data that it has read may still be in its own
 * memory. A loop ends in that time, and then there are few events for QUIET_NS. Meanwhile the rings
 * fill, at most to a quarter, so that this check loses no events. If the output takes no more
 * anyway, the rings fill in any case: that is a loop that is faster than its reader.
 */
#define HOLD_NS  (800 * ET_MS)
#define QUIET_NS (50 * ET_MS)

/* A reader may act on a line with this delay, to do it once for several lines. */
#define DELAY_NS (250 * ET_MS)

/* How recently the output must have blocked. */
#define BLOCKED_NS (500 * ET_MS)

/* Bytes that the output's reader has not read yet; negative: unknown. */
static int unread(int fd)
{
	struct stat st;
	int n = -1;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -1;
	if (S_ISFIFO(st.st_mode))
		return ioctl(fd, FIONREAD, &n) < 0 ? -1 : n;
	/* A Unix socket's peer has read everything when no data are queued. */
	if (S_ISSOCK(st.st_mode))
		return ioctl(fd, TIOCOUTQ, &n) < 0 ? -1 : n;
	return -1;
}

static bool is_read(const struct et_session *s)
{
	return unread(s->opts.output_fd) <= 0 && unread(s->opts.record_fd) <= 0;
}

static int attempted(struct et_session *s, __u64 *ret)
{
	struct et_counters sums[ET_EVENT_TYPES];
	int r = et_bpf_counters__take(s->losses.accounts);

	if (r < 0)
		return r;
	et_bpf_counters__sum(s->losses.accounts, sums);
	*ret = 0;
	for (int i = 0; i < ET_EVENT_TYPES; i++)
		*ret += sums[i].attempted;
	return 0;
}

static bool loses(const struct et_session *s)
{
	return et_rings__are_filling(s->rings) &&
	       et_now_ns() - s->blocked_at > HOLD_NS + BLOCKED_NS;
}

/* Wait until @until. Return: false if a ring fills before. */
static bool pause_until(const struct et_session *s, __u64 until)
{
	while (et_now_ns() < until) {
		if (loses(s))
			return false;
		usleep(1000);
	}
	return true;
}

/* Count the events of the next QUIET_NS, and return its length; 0: a ring fills. */
static __u64 count_events(struct et_session *s, __u64 *ret_events)
{
	__u64 begin = et_now_ns(), before, after;

	if (attempted(s, &before) < 0 || !pause_until(s, begin + QUIET_NS) ||
	    attempted(s, &after) < 0)
		return 0;
	*ret_events = after - before;
	return et_now_ns() - begin;
}

/* Wait until the output has been read. Return: false if it takes too long. */
static bool wait_read(const struct et_session *s, __u64 end)
{
	while (!is_read(s)) {
		if (et_now_ns() >= end || loses(s))
			return false;
		usleep(1000);
	}
	return true;
}

/* Write nothing until there are few events, at most until @end. Return: false if there are many. */
static bool has_quieted(struct et_session *s, __u64 end)
{
	__u64 events = 0, ns;

	if (!wait_read(s, end))
		return false;
	do
		ns = count_events(s, &events);
	while (ns && !et_loop_has_ended(&s->loop, events, ns) && et_now_ns() < end);
	return et_loop_has_ended(&s->loop, events, ns);
}

bool et_session_releases(struct et_session *s, const void *data, size_t len)
{
	bool related;

	/* A shorter record is malformed, and of no process. */
	related = len >= sizeof(struct et_header) + sizeof(struct et_pids) &&
		  et_loop_is_related(&s->loop, data);
	if (s->release == ET_RELEASE_OTHERS)
		return !related;
	if (!related || !s->release_left)
		return false;
	s->release_left--;
	return true;
}

/* Write all that is next in the rings and is of one kind. */
static void write_only(struct et_session *s, enum et_session_release which, __u64 end)
{
	s->release = which;
	s->release_left = ET_LOOP_TRIAL_RECORDS;
	while (et_session_consume(s) > 0 && et_now_ns() < end)
		;
	s->release = ET_RELEASE_ALL;
	(void)et_session_flush(s);
}

/*
 * Write events of readers alone, and wait for events that these cause. What the reader does for
 * events before them must have ended: it may begin with a delay. Return: false if that takes too
 * long, or if no event of a reader waits.
 */
static bool make_trial(struct et_session *s, __u64 end)
{
	__u64 quiet, begin;

	write_only(s, ET_RELEASE_OTHERS, end);
	if (s->blocked || !wait_read(s, end))
		return false;
	if (!pause_until(s, et_now_ns() + DELAY_NS))
		return false;
	quiet = et_now_ns();
	if (!has_quieted(s, end))
		return false;
	begin = et_now_ns();
	write_only(s, ET_RELEASE_READERS, end);
	if (s->release_left == ET_LOOP_TRIAL_RECORDS)
		return false;
	if (!has_quieted(s, end))
		return false;
	et_loop_add_trial(&s->loop, quiet, begin, et_now_ns());
	return true;
}

/*
 * If the reader is far behind, there are no trials: it would first have to read hundreds of lines.
 * A loop that grows is always behind. A reader that acts on some lines at a moderate rate is not.
 */
static void check_suspicion(struct et_session *s)
{
	__u64 begin = et_now_ns(), end = begin + ET_CHECK_NS;
	bool behind = s->blocked_at && begin - s->blocked_at < BLOCKED_NS;
	bool quieted = has_quieted(s, begin + HOLD_NS);

	if (quieted && behind)
		et_loop_assume(&s->loop);
	else if (quieted)
		for (int i = 0; i < ET_LOOP_TRIALS && make_trial(s, end); i++)
			;
	et_loop_end_trials(&s->loop, et_now_ns());
	/* This time is no stop of the reader. */
	if (s->drained_at)
		s->drained_at = et_now_ns();
}

void et_session_check_loop(struct et_session *s)
{
	const struct et_loop_root *root;

	if (s->loop.suspected)
		check_suspicion(s);
	if (!s->loop.decidable)
		return;
	root = et_loop_judge(&s->loop, et_now_ns());
	if (!root)
		return;
	et_log__write(&s->log, ET_LOG_WARNING,
		      "the output feeds back: most events are of process %u (%.16s), which reads "
		      "it%s, and of what it starts: %s",
		      root->tgid, root->comm, root->hop ? " through a pipe" : "",
		      s->loop.limits ? "of these, only some are recorded now (limit_feedback), and "
				       "the summary counts the others"
				     : "all are recorded; limit_feedback would leave most of them "
				       "out");
	damp(s);
}

void et_session_watch_feedback(struct et_session *s)
{
	s->pipeline.leaves_out = leaves_out;
	s->pipeline.leaves_out_ctx = s;
	s->loop.limits = s->opts.limit_feedback;
}

/* ---- counts ----------------------------------------------------------------------------- */

static int left_out(struct et_session *s, struct et_left_out *ret, size_t max, uint64_t *ret_others)
{
	uint64_t others = 0;
	int n;

	n = et_attach__left_out(s->attached, ret, max, &others);
	if (n < 0)
		return n;
	for (size_t i = 0; i < s->loop.count; i++) {
		const struct et_loop_root *root = &s->loop.roots[i];
		size_t j = 0;

		if (!root->left_out)
			continue;
		while (j < (size_t)n && ret[j].tgid != root->tgid)
			j++;
		if (j == max) {
			others += root->left_out;
			continue;
		}
		if (j == (size_t)n) {
			ret[n++] = (struct et_left_out){ .tgid = root->tgid };
			memcpy(ret[j].comm, root->comm, sizeof(root->comm));
		}
		ret[j].events += root->left_out;
	}
	*ret_others = others;
	return n;
}

int et_session__left_out_sized(struct et_session *s, struct et_left_out *ret, size_t row_size,
			       size_t max, uint64_t *ret_others)
{
	struct et_left_out *rows;
	int n;

	if (s->pipeline.in_callback)
		return -EBUSY;
	rows = calloc(max + 1, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	n = left_out(s, rows, max, ret_others);
	for (int i = 0; i < n; i++)
		et_row_put(ret, (size_t)i, row_size, &rows[i], sizeof(rows[i]));
	free(rows);
	return n;
}
