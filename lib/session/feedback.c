/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds processes that read the output, and checks whether each line that they read causes another
 * event: see lib/session/loop.h.
 */
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
 * First and longest time between two searches for processes that read the output. The search is
 * repeated because a process may begin to read the output later. A search takes longer on a host
 * with many open files. Without events there is no search: only a reader that causes events
 * matters.
 */
#define READERS_FIRST_NS (250 * ET_MS)
#define READERS_LAST_NS  (5000 * ET_MS)

/* Tell the loop detector which processes read the output. */
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

/*
 * From now on, BPF programs ignore writes of the processes that read the output through other
 * pipes. Writes of processes that read the output itself are never recorded.
 */
static void damp(const struct et_session *s)
{
	struct et_reader_row rows[ET_LOOP_ROOTS];
	size_t count = et_attach__readers(s->attached, rows, ET_LOOP_ROOTS);

	for (size_t i = 0; i < count; i++)
		if (rows[i].reader.hop && !rows[i].reader.damped)
			(void)et_attach__damp(s->attached, &rows[i]);
}

/*
 * et_pipeline.leaves_out: true if the session limits a loop of events, and this event exceeds the
 * limit.
 */
static bool leaves_out(void *ctx, const struct et_event *event)
{
	struct et_session *s = ctx;

	return et_loop_event(&s->loop, event->hdr);
}

/* ---- is it a loop? ----------------------------------------------------------------------- */

/*
 * Times of a check for a loop. Nothing is written for at most HOLD_NS, in which the reader can
 * process the lines that it already has. In a loop, each line causes an event. So without new lines
 * the events stop: few come in QUIET_NS.
 *
 * The check ends early when a ring is filled to a quarter, so that no events are lost. But if the
 * output accepted no bytes before the check, the check continues: the rings then fill anyway.
 */
#define HOLD_NS  (800 * ET_MS)
#define QUIET_NS (50 * ET_MS)

/*
 * A reader may collect lines and process them together. So it may react to a line up to DELAY_NS
 * later.
 */
#define DELAY_NS (250 * ET_MS)

/* The output's reader counts as too slow if the output refused bytes in the last BLOCKED_NS. */
#define BLOCKED_NS (500 * ET_MS)

/* Number of bytes that the reader of a pipe or socket has not read yet; negative: unknown. */
static int unread(int fd)
{
	struct stat st;
	int n = -1;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -1;
	if (S_ISFIFO(st.st_mode))
		return ioctl(fd, FIONREAD, &n) < 0 ? -1 : n;
	/* For a Unix socket, bytes in the send queue are bytes that the peer has not read. */
	if (S_ISSOCK(st.st_mode))
		return ioctl(fd, TIOCOUTQ, &n) < 0 ? -1 : n;
	return -1;
}

/* False if a reader of output_fd or record_fd is known to have unread bytes. */
static bool is_read(const struct et_session *s)
{
	return unread(s->opts.output_fd) <= 0 && unread(s->opts.record_fd) <= 0;
}

/* Number of all events that BPF programs have counted, whether they were sent or lost. */
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

/*
 * True if the check must end: a ring is filled to a quarter, and the output was not blocked just
 * before the check.
 */
static bool loses(const struct et_session *s)
{
	return et_rings__are_filling(s->rings) &&
	       et_now_ns() - s->blocked_at > HOLD_NS + BLOCKED_NS;
}

/* Sleep until @until (CLOCK_MONOTONIC). Return: false if loses() became true before. */
static bool pause_until(const struct et_session *s, __u64 until)
{
	while (et_now_ns() < until) {
		if (loses(s))
			return false;
		usleep(1000);
	}
	return true;
}

/*
 * Count the events of the next QUIET_NS. Return: the measured time in ns; 0 if loses() became true,
 * or if the counters cannot be read.
 */
static __u64 count_events(struct et_session *s, __u64 *ret_events)
{
	__u64 begin = et_now_ns(), before, after;

	if (attempted(s, &before) < 0 || !pause_until(s, begin + QUIET_NS) ||
	    attempted(s, &after) < 0)
		return 0;
	*ret_events = after - before;
	return et_now_ns() - begin;
}

/*
 * Wait until the output's reader has read all bytes. Return: false if bytes are still unread at the
 * time @end, or if loses() became true.
 */
static bool wait_read(const struct et_session *s, __u64 end)
{
	while (!is_read(s)) {
		if (et_now_ns() >= end || loses(s))
			return false;
		usleep(1000);
	}
	return true;
}

/*
 * Hold back the output until few events come, or until the time @end. Return: true if few events
 * come.
 */
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

	/* A record too short for a process ID is malformed. It counts as a record of no reader. */
	related = len >= sizeof(struct et_header) + sizeof(struct et_pids) &&
		  et_loop_is_related(&s->loop, data);
	if (s->release == ET_RELEASE_OTHERS)
		return !related;
	if (!related || !s->release_left)
		return false;
	s->release_left--;
	return true;
}

/*
 * Read and write records of the kind @which. Stop when the next record in a ring is of another
 * kind, or at the time @end.
 */
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
 * Make one trial. First write the events of other processes, and wait until the output's readers
 * have processed them. Then write only events of these readers, and count the events that follow.
 * Return: false if a wait is too long, or if the rings contain no event of these readers.
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
 * Find out whether a suspected loop is real. If the output's reader is too slow, make no trials,
 * because it would first have to read hundreds of lines. Assume a loop then: in a loop that grows,
 * the reader is always too slow.
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
	/* Exclude the time of this check from et_session_stats.away_ns. */
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

/*
 * The BPF programs count the events that they leave out, by process, and so does the loop detector.
 * Add the two counts in one row for each process.
 */
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
