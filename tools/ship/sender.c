/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/sender.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tools/ship/account.h"
#include "tools/ship/batch.h"
#include "tools/ship/folder.h"
#include "tools/ship/kafka.h"
#include "tools/ship/lines.h"
#include "tools/ship/relay.h"
#include "tools/ship/window.h"

#define MS 1000000ULL /* a millisecond, in nanoseconds */

/* The longest time that an event waits for others in its message. */
#define BATCH_NS (20 * MS)

/* The position is written at most this often while a segment is sent. */
#define SAVE_NS (1000 * MS)

/* Bytes and messages that may wait for acknowledgements; then reading pauses. */
#define WINDOW_BYTES (16 * 1024 * 1024)
#define WINDOW_COUNT 32768

/* Time between two accounts of a segment that grows. */
#define ACCOUNT_NS (SHIP_ACCOUNT_MS * MS)

/* Records that are read before acknowledgements are looked at. */
#define STEP 1024

struct ship_sender {
	struct ship_folder *folder;
	struct ship_lines *lines;
	struct ship_output *output;
	struct ship_window window;
	struct ship_batch batch;
	uint64_t batch_due_ns; /* CLOCK_MONOTONIC; valid if the batch has events */
	uint64_t read;         /* records of the current segment that were read */
	/* the segment that is being read, and its counts; NULL: none */
	struct ship_segment *segment;
	struct ship_account account;
	uint64_t account_due_ns; /* CLOCK_MONOTONIC; valid if `segment` is set */
	const char *host;        /* for all events; NULL: the name in the segment */
	bool once;
	bool is_relay;
	bool at_end;  /* the folder has nothing more now */
	bool refused; /* the destination does not accept events */
	/* what is acknowledged and not saved; NULL: all is saved */
	const struct ship_segment *unsaved;
	uint64_t unsaved_records;
	uint64_t saved_ns;
	struct ship_sender_counts counts;
	struct ship_recorded recorded;
	int run_fd;
	void (*run)(void *ctx);
	void *run_ctx;
	char error[512];
};

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000 * MS + (uint64_t)ts.tv_nsec;
}

static uint64_t now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

static int fail(struct ship_sender *sender, int r, const char *why)
{
	snprintf(sender->error, sizeof(sender->error), "%s", why);
	return r;
}

static int folder_failed(struct ship_sender *sender, int r)
{
	return fail(sender, r, ship_folder__error(sender->folder));
}

/* The output has failed with @r. */
static int output_failed(struct ship_sender *sender, int r)
{
	sender->refused = r != -ENOMEM;
	return fail(sender, sender->refused ? -EIO : r, ship_output__error(sender->output));
}

static void on_acknowledged(void *ctx, void *cookie)
{
	struct ship_sender *sender = ctx;

	ship_window_acknowledge(&sender->window, cookie);
}

static int open_output(struct ship_sender *sender, const struct ship_sender_options *options,
		       char *error, size_t size)
{
	const struct ship_output_options how = { .acknowledged = on_acknowledged, .ctx = sender };
	struct ship_kafka *kafka = NULL;
	int r;

	if (sender->is_relay) {
		r = ship_relay__open(&options->relay, &how, &sender->output);
		if (r < 0)
			snprintf(error, size, "no memory");
		return r;
	}
	r = ship_kafka__open(&options->to, options->properties, &how, &kafka, error, size);
	if (r == 0)
		sender->output = ship_kafka__output(kafka);
	return r;
}

int ship_sender__open(const struct ship_sender_options *options, struct ship_sender **ret,
		      char *error, size_t size)
{
	struct ship_sender *sender = calloc(1, sizeof(*sender));
	int r;

	if (!sender) {
		snprintf(error, size, "no memory");
		return -ENOMEM;
	}
	ship_window_init(&sender->window);
	sender->once = options->once;
	sender->run_fd = options->run_fd;
	sender->run = options->run;
	sender->run_ctx = options->run_ctx;
	sender->is_relay = options->relay.kind != SHIP_RELAY_NONE;
	sender->host = options->host;
	sender->batch.one_event = options->one_event;
	r = ship_folder__open(options->folder, &sender->folder, error, size);
	if (r == 0) {
		r = ship_lines__new(options->host, &sender->lines);
		if (r == 0)
			ship_lines__set_max(sender->lines, options->max_line);
		if (r == 0 && options->as_records)
			r = ship_frame__new(&sender->batch.frame);
		if (r < 0)
			snprintf(error, size, "no memory");
	}
	if (r == 0)
		r = open_output(sender, options, error, size);
	if (r < 0) {
		ship_sender__close(sender);
		return r;
	}
	*ret = sender;
	return 0;
}

/* ---- sending ------------------------------------------------------------------------------ */

/*
 * Send a message with records of @segment up to number @records. Return: 0, -EAGAIN if too many
 * messages wait, or another errno.
 */
static int send_message(struct ship_sender *sender, struct ship_message *message,
			struct ship_segment *segment, uint64_t records)
{
	struct ship_sent *sent = ship_window_new_entry(segment, records, message->size);
	int r;

	if (!sent)
		return fail(sender, -ENOMEM, "no memory");
	sent->events = message->events;
	sent->time_ns = message->time_ns;
	message->cookie = sent;
	r = ship_output__send(sender->output, message);
	if (r < 0) {
		free(sent);
		return r == -EAGAIN ? r : output_failed(sender, r);
	}
	/* Acknowledgements are only looked at later: ship_output__poll(). */
	ship_window_add(&sender->window, sent);
	return 0;
}

/* Too many messages wait: wait for acknowledgements. */
static int wait_for_room(struct ship_sender *sender)
{
	struct pollfd fd = ship_output__pollfd(sender->output);
	int r;

	(void)poll(&fd, 1, ship_output__timeout_ms(sender->output));
	r = ship_output__poll(sender->output);
	return r < 0 ? output_failed(sender, r) : 0;
}

/* Send the events of the batch. Return: as send_message(). */
static int send_batch(struct ship_sender *sender)
{
	struct ship_batch *batch = &sender->batch;
	struct ship_message message;
	int r;

	if (!batch->count)
		return 0;
	if (ship_batch_message(batch, &message) < 0)
		return fail(sender, -ENOMEM, "no memory");
	r = send_message(sender, &message, batch->segment, batch->records);
	if (r == 0)
		ship_batch_clear(batch);
	return r;
}

/* As send_batch(), but wait while too many messages wait. */
static int send_batch_patiently(struct ship_sender *sender)
{
	int r;

	while ((r = send_batch(sender)) == -EAGAIN) {
		r = wait_for_room(sender);
		if (r < 0)
			return r;
	}
	return r;
}

/*
 * Send the message of an account. Return: as send_message(). A relay gets none, because its
 * consumers expect events alone.
 */
static int send_account_once(struct ship_sender *sender, struct ship_message *message)
{
	struct ship_segment *segment = sender->segment;

	if (sender->is_relay)
		return 0;
	/* Never move the position back. */
	return send_message(sender, message, segment,
			    sender->read > segment->sent_before ? sender->read
								: segment->sent_before);
}

/*
 * True if the counts are those of all records that the destination may have. They are not while
 * records are read again that an earlier sender has sent.
 */
static bool has_counts(const struct ship_sender *sender)
{
	return sender->segment && sender->read >= sender->segment->sent_before;
}

/* Send an account of the segment, after the events that it counts. */
static int send_account(struct ship_sender *sender, enum ship_account_moment moment)
{
	struct ship_message message =
		ship_account_message(&sender->account, moment, clock_ns(CLOCK_REALTIME));
	int r = send_batch_patiently(sender);

	sender->account_due_ns = now_ns() + ACCOUNT_NS;
	while (r == 0 && (r = send_account_once(sender, &message)) == -EAGAIN)
		r = wait_for_room(sender);
	return r;
}

/* The name of the host in messages. */
static const char *host_of(const struct ship_sender *sender, const struct ship_segment *segment)
{
	return sender->host ? sender->host : segment->host;
}

/* What the batch gets of a record. Return: 0, or -EBADMSG if the decoder rejects the record. */
static int make_line(struct ship_sender *sender, const struct ship_item *item,
		     struct ship_line *ret)
{
	if (!sender->batch.frame)
		return ship_lines__encode(sender->lines, item, ret);
	/* A record goes into the message as it is, also one that the decoder rejects. */
	*ret = (struct ship_line){
		.len = item->recorded.len,
		.seq = item->segment->first_seq + item->recorded.index,
	};
	return 0;
}

/* The first record of a segment was read, its end, or the header of one that grows. */
static void begin_segment(struct ship_sender *sender, struct ship_segment *segment)
{
	sender->segment = segment;
	sender->read = 0;
	sender->account_due_ns = now_ns() + ACCOUNT_NS;
	ship_account_begin(&sender->account, segment, host_of(sender, segment));
}

/* Add a record to the batch, which is sent before if it has no room. */
static int add_line(struct ship_sender *sender, const struct ship_item *item,
		    const struct ship_line *line)
{
	int r = ship_batch_is_full(&sender->batch, line->len) ? send_batch_patiently(sender) : 0;

	if (r < 0)
		return r;
	if (!sender->batch.count)
		sender->batch_due_ns = now_ns() + BATCH_NS;
	if (ship_batch_add(&sender->batch, item, line, host_of(sender, item->segment)) < 0)
		return fail(sender, -ENOMEM, "no memory");
	sender->counts.events++;
	sender->counts.cut += line->is_cut;
	return sender->batch.one_event ? send_batch_patiently(sender) : 0;
}

static int add_record(struct ship_sender *sender, const struct ship_item *item)
{
	const uint64_t index = item->recorded.index;
	const bool is_new = index >= item->segment->sent_before;
	struct ship_line line;
	bool rejected;
	int r = 0;

	/* The session begins with this record. */
	if (is_new && !index && !item->segment->first_seq)
		r = send_account(sender, SHIP_ACCOUNT_START);
	if (r < 0)
		return r;
	sender->read = index + 1;
	rejected = make_line(sender, item, &line) < 0;
	ship_account_add(&sender->account, item, rejected);
	if (!is_new)
		return 0;
	ship_recorded_add(&sender->recorded, item->recorded.data, item->recorded.len);
	sender->counts.rejected += rejected;
	return rejected ? 0 : add_line(sender, item, &line);
}

static int end_segment(struct ship_sender *sender, struct ship_segment *segment)
{
	int r = send_account(sender, ship_account_end(&sender->account, segment));

	ship_recorded_add_account(&sender->recorded, et_recording_reader_account(segment->reader));
	if (r == 0 && ship_window_add_end(&sender->window, segment, sender->read) < 0)
		r = fail(sender, -ENOMEM, "no memory");
	sender->segment = NULL;
	return r;
}

static int add_item(struct ship_sender *sender, const struct ship_item *item)
{
	if (!sender->segment)
		begin_segment(sender, item->segment);
	return item->recorded.data ? add_record(sender, item) : end_segment(sender, item->segment);
}

/*
 * Nothing more can be read now. A segment that grows gets accounts also without a record: they show
 * that an idle host still runs.
 */
static void reach_end(struct ship_sender *sender)
{
	struct ship_segment *segment = ship_folder__current(sender->folder);

	sender->at_end = true;
	if (!sender->segment && segment)
		begin_segment(sender, segment);
}

static bool window_is_full(const struct ship_sender *sender)
{
	return sender->window.bytes >= WINDOW_BYTES || sender->window.count >= WINDOW_COUNT;
}

/* Read some records, as far as the window has room. Return: 0 or a negative errno. */
static int read_some(struct ship_sender *sender)
{
	struct ship_item item;

	sender->at_end = false;
	for (unsigned int i = 0; i < STEP && !window_is_full(sender); i++) {
		int r = ship_folder__next(sender->folder, &item);

		if (r == -EAGAIN) {
			reach_end(sender);
			return 0;
		}
		if (r < 0)
			return folder_failed(sender, r);
		r = add_item(sender, &item);
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- acknowledgements --------------------------------------------------------------------- */

/*
 * Write the position if something is acknowledged since. On a full disk it is written later, when
 * segments were deleted: ending would keep the disk full.
 */
static int save(struct ship_sender *sender)
{
	int r;

	if (!sender->unsaved)
		return 0;
	r = ship_folder__save(sender->folder, sender->unsaved, sender->unsaved_records);
	sender->saved_ns = now_ns();
	if (r == -ENOSPC || r == -EDQUOT)
		return 0;
	if (r < 0)
		return folder_failed(sender, r);
	sender->unsaved = NULL;
	return 0;
}

/*
 * All of a segment is acknowledged. The position is saved first: if this process ends in between,
 * its successor finds the segment, and the position says that nothing of it remains.
 */
static int finish_segment(struct ship_sender *sender, struct ship_segment *segment)
{
	int r = save(sender);

	if (r < 0)
		return r;
	sender->unsaved = NULL;
	r = ship_folder__done(sender->folder, segment);
	if (r < 0)
		return folder_failed(sender, r);
	sender->counts.segments++;
	return 0;
}

/* Move the position past the acknowledged messages. Return: 0 or a negative errno. */
static int take_acknowledged(struct ship_sender *sender)
{
	struct ship_sent *sent;
	int r = ship_output__poll(sender->output);

	if (r < 0)
		return output_failed(sender, r);
	while (r == 0 && (sent = ship_window_take(&sender->window))) {
		sender->unsaved = sent->segment;
		sender->unsaved_records = sent->records;
		sender->counts.acknowledged += sent->events;
		if (sent->is_end)
			r = finish_segment(sender, sent->segment);
		free(sent);
	}
	if (r == 0 && now_ns() >= sender->saved_ns + SAVE_NS)
		r = save(sender);
	return r;
}

/* ---- the loop ----------------------------------------------------------------------------- */

static int smaller_ms(int a, int b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return a < b ? a : b;
}

/* Milliseconds until @due_ns, rounded up. */
static int ms_until(uint64_t due_ns)
{
	const uint64_t now = now_ns();

	return now >= due_ns ? 0 : (int)((due_ns - now + MS - 1) / MS);
}

/* Longest time in ms that the loop may wait for a descriptor; -1: no limit. */
static int wait_ms(const struct ship_sender *sender)
{
	int ms = ship_output__timeout_ms(sender->output);

	if (sender->batch.count)
		ms = smaller_ms(ms, ms_until(sender->batch_due_ns));
	if (has_counts(sender))
		ms = smaller_ms(ms, ms_until(sender->account_due_ns));
	if (sender->unsaved)
		ms = smaller_ms(ms, ms_until(sender->saved_ns + SAVE_NS));
	if (sender->at_end)
		return smaller_ms(ms, ship_folder__timeout_ms(sender->folder));
	return window_is_full(sender) ? ms : 0;
}

/* True if everything that was read is acknowledged. */
static bool is_drained(const struct ship_sender *sender)
{
	return !sender->batch.count && !sender->window.count;
}

/* Send what is due, take acknowledgements, and write the position. */
static int advance(struct ship_sender *sender)
{
	int r = 0;

	if (has_counts(sender) && now_ns() >= sender->account_due_ns)
		r = send_account(sender, SHIP_ACCOUNT_RUNNING);
	if (r == 0 && sender->batch.count && now_ns() >= sender->batch_due_ns)
		r = send_batch_patiently(sender);
	return r < 0 ? r : take_acknowledged(sender);
}

int ship_sender__run(struct ship_sender *sender, int stop_fd)
{
	struct pollfd fds[] = {
		{ .fd = stop_fd, .events = POLLIN },
		{ .fd = -1 }, /* the output */
		{ .fd = ship_folder__fd(sender->folder), .events = POLLIN },
		{ .fd = sender->run_fd, .events = POLLIN },
	};
	int r = 0;

	while (r == 0) {
		fds[1] = ship_output__pollfd(sender->output);
		if (poll(fds, 4, wait_ms(sender)) < 0 && errno != EINTR)
			return fail(sender, -errno, "cannot wait for events");
		if (fds[0].revents)
			return 0;
		if (fds[3].revents)
			sender->run(sender->run_ctx);
		/* While the window is full, changes of the folder do not matter. */
		fds[2].fd = -1;
		if (!window_is_full(sender)) {
			fds[2].fd = ship_folder__fd(sender->folder);
			r = read_some(sender);
		}
		if (r == 0)
			r = advance(sender);
		if (r == 0 && sender->once && sender->at_end && is_drained(sender))
			return save(sender);
	}
	return r;
}

/*
 * Send what was read, and its account. Return: 0; -EAGAIN if too many messages wait, and it must be
 * called again; or another errno.
 */
static int send_last(struct ship_sender *sender)
{
	struct ship_message message;
	int r = send_batch(sender);

	if (r == 0 && has_counts(sender)) {
		message = ship_account_message(&sender->account, SHIP_ACCOUNT_RUNNING,
					       clock_ns(CLOCK_REALTIME));
		r = send_account_once(sender, &message);
	}
	return r;
}

/* Wait for the output until @end_ns at most, and serve run_fd meanwhile. */
static void wait_while_draining(struct ship_sender *sender, uint64_t end_ns)
{
	struct pollfd fds[] = {
		ship_output__pollfd(sender->output),
		{ .fd = sender->run_fd, .events = POLLIN },
	};

	(void)poll(fds, 2, smaller_ms(ms_until(end_ns), ship_output__timeout_ms(sender->output)));
	if (fds[1].revents)
		sender->run(sender->run_ctx);
}

int ship_sender__drain(struct ship_sender *sender, unsigned int timeout_ms)
{
	const uint64_t end = now_ns() + timeout_ms * MS;
	bool sent = false;
	int r = 0;

	while (r == 0) {
		if (!sent) {
			r = send_last(sender);
			sent = r == 0;
		}
		if (r == 0 || r == -EAGAIN)
			r = take_acknowledged(sender);
		if (r < 0 || (sent && is_drained(sender)) || now_ns() >= end)
			break;
		wait_while_draining(sender, end);
	}
	return r < 0 ? r : save(sender);
}

struct ship_sender_counts ship_sender__counts(const struct ship_sender *sender)
{
	struct ship_sender_counts counts = sender->counts;

	counts.output = ship_output__counts(sender->output);
	counts.waiting = counts.output.produced - counts.output.acknowledged;
	return counts;
}

/* When the oldest event that waits happened, since 1970; 0: none waits. */
static uint64_t oldest_waiting(const struct ship_sender *sender)
{
	for (const struct ship_sent *sent = sender->window.first; sent; sent = sent->next)
		if (sent->events)
			return sent->time_ns;
	return sender->batch.count ? sender->batch.time_ns : 0;
}

struct ship_figures ship_sender__figures(const struct ship_sender *sender)
{
	const struct ship_sender_counts counts = ship_sender__counts(sender);
	const uint64_t oldest = oldest_waiting(sender), now = clock_ns(CLOCK_REALTIME);

	return (struct ship_figures){
		.events_read = counts.events + counts.rejected,
		.events_acknowledged = counts.acknowledged,
		.events_rejected = counts.rejected,
		.events_cut = counts.cut,
		.events_maybe_twice = counts.output.maybe_twice,
		.events_maybe_missing = counts.output.maybe_missing,
		.messages_produced = counts.output.produced,
		.messages_acknowledged = counts.output.acknowledged,
		.messages_sent_again = counts.output.sent_again,
		.connections_closed = counts.output.closed,
		.connections_failed = counts.output.failed,
		.connections_refused = counts.output.refused,
		.segments_done = counts.segments,
		.segments_damaged = ship_folder__damaged(sender->folder),
		.events_waiting = counts.events - counts.acknowledged,
		.messages_waiting = counts.waiting,
		.folder_bytes = ship_folder__bytes(sender->folder),
		/* The wall clock may have been set back. */
		.oldest_ns = oldest && now > oldest ? now - oldest : 0,
		.recorded = sender->recorded,
	};
}

bool ship_sender__is_refused(const struct ship_sender *sender)
{
	return sender->refused;
}

const char *ship_sender__error(const struct ship_sender *sender)
{
	return sender->error;
}

void ship_sender__close(struct ship_sender *sender)
{
	if (!sender)
		return;
	ship_output__close(sender->output);
	ship_window_free(&sender->window);
	ship_batch_free(&sender->batch);
	ship_lines__free(sender->lines);
	ship_folder__close(sender->folder);
	free(sender);
}
