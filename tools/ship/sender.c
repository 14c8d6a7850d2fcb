/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/sender.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tools/ship/batch.h"
#include "tools/ship/folder.h"
#include "tools/ship/lines.h"
#include "tools/ship/window.h"

#define MS 1000000ULL /* a millisecond, in nanoseconds */

/* The longest time that an event waits for others in its message. */
#define BATCH_NS (20 * MS)

/* The position is written at most this often while a segment is sent. */
#define SAVE_NS (1000 * MS)

/* Bytes and messages that may wait for acknowledgements; then reading pauses. */
#define WINDOW_BYTES (16 * 1024 * 1024)
#define WINDOW_COUNT 4096

/* Records that are read before acknowledgements are looked at. */
#define STEP 1024

struct ship_sender {
	struct ship_folder *folder;
	struct ship_lines *lines;
	struct ship_kafka *kafka;
	struct ship_window window;
	struct ship_batch batch;
	uint64_t batch_due_ns; /* CLOCK_MONOTONIC; valid if the batch has lines */
	uint64_t read;         /* records of the current segment that were read */
	bool once;
	bool at_end; /* the folder has nothing more now */
	/* what is acknowledged and not saved; NULL: all is saved */
	const struct ship_segment *unsaved;
	uint64_t unsaved_records;
	uint64_t saved_ns;
	struct ship_sender_counts counts;
	char error[512];
};

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 * MS + (uint64_t)ts.tv_nsec;
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

static int kafka_failed(struct ship_sender *sender)
{
	return fail(sender, -EIO, ship_kafka__error(sender->kafka));
}

static void on_acknowledged(void *ctx, void *cookie)
{
	struct ship_sender *sender = ctx;

	ship_window_acknowledge(&sender->window, cookie);
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
	r = ship_folder__open(options->folder, &sender->folder, error, size);
	if (r == 0) {
		r = ship_lines__new(options->host, &sender->lines);
		if (r < 0)
			snprintf(error, size, "no memory");
	}
	if (r == 0)
		r = ship_kafka__open(&options->to, options->properties, on_acknowledged, sender,
				     &sender->kafka, error, size);
	if (r < 0) {
		ship_sender__close(sender);
		return r;
	}
	*ret = sender;
	return 0;
}

/* ---- sending ------------------------------------------------------------------------------ */

/* Send the lines of the batch. Return: 0, -EAGAIN if too many messages wait, or another errno. */
static int send_batch(struct ship_sender *sender)
{
	struct ship_batch *batch = &sender->batch;
	struct ship_message message;
	struct ship_sent *sent;
	int r;

	if (!batch->count)
		return 0;
	message = ship_batch_message(batch);
	sent = ship_window_new_entry(batch->segment, batch->records, batch->len);
	if (!sent)
		return fail(sender, -ENOMEM, "no memory");
	message.cookie = sent;
	r = ship_kafka__send(sender->kafka, &message);
	if (r < 0) {
		free(sent);
		return r == -EAGAIN ? r : kafka_failed(sender);
	}
	/* Acknowledgements are only looked at later: ship_kafka__poll(). */
	ship_window_add(&sender->window, sent);
	ship_batch_clear(batch);
	return 0;
}

/* As send_batch(), but wait while too many messages wait. */
static int send_batch_patiently(struct ship_sender *sender)
{
	int r;

	while ((r = send_batch(sender)) == -EAGAIN) {
		struct pollfd fd = { .fd = ship_kafka__fd(sender->kafka), .events = POLLIN };

		(void)poll(&fd, 1, -1);
		if (ship_kafka__poll(sender->kafka) < 0)
			return kafka_failed(sender);
	}
	return r;
}

/* Add a record to the batch, which is sent before if it has no room. */
static int add_record(struct ship_sender *sender, const struct ship_item *item)
{
	struct ship_line line;
	int r;

	sender->read = item->recorded.index + 1;
	if (ship_lines__encode(sender->lines, item, &line) < 0) {
		sender->counts.rejected++;
		return 0;
	}
	r = ship_batch_is_full(&sender->batch, line.len) ? send_batch_patiently(sender) : 0;
	if (r < 0)
		return r;
	if (!sender->batch.count)
		sender->batch_due_ns = now_ns() + BATCH_NS;
	if (ship_batch_add(&sender->batch, item, &line, ship_lines__host(sender->lines)) < 0)
		return fail(sender, -ENOMEM, "no memory");
	sender->counts.events++;
	return 0;
}

static int end_segment(struct ship_sender *sender, struct ship_segment *segment)
{
	int r = send_batch_patiently(sender);

	if (r == 0 && ship_window_add_end(&sender->window, segment, sender->read) < 0)
		r = fail(sender, -ENOMEM, "no memory");
	sender->read = 0;
	return r;
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
			sender->at_end = true;
			return 0;
		}
		if (r < 0)
			return folder_failed(sender, r);
		r = item.recorded.data ? add_record(sender, &item)
				       : end_segment(sender, item.segment);
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- acknowledgements --------------------------------------------------------------------- */

/* Write the position if something is acknowledged since. */
static int save(struct ship_sender *sender)
{
	int r;

	if (!sender->unsaved)
		return 0;
	r = ship_folder__save(sender->folder, sender->unsaved, sender->unsaved_records);
	if (r < 0)
		return folder_failed(sender, r);
	sender->unsaved = NULL;
	sender->saved_ns = now_ns();
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
	r = ship_folder__done(sender->folder, segment);
	if (r < 0)
		return folder_failed(sender, r);
	sender->counts.segments++;
	return 0;
}

/* Move on behind the acknowledged messages. Return: 0 or a negative errno. */
static int take_acknowledged(struct ship_sender *sender)
{
	struct ship_sent *sent;
	int r = ship_kafka__poll(sender->kafka);

	if (r < 0)
		return kafka_failed(sender);
	while (r == 0 && (sent = ship_window_take(&sender->window))) {
		sender->unsaved = sent->segment;
		sender->unsaved_records = sent->records;
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
	int ms = -1;

	if (sender->batch.count)
		ms = ms_until(sender->batch_due_ns);
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

/* Send the batch when it is due, take acknowledgements, and write the position. */
static int advance(struct ship_sender *sender)
{
	int r = 0;

	if (sender->batch.count && now_ns() >= sender->batch_due_ns)
		r = send_batch_patiently(sender);
	return r < 0 ? r : take_acknowledged(sender);
}

int ship_sender__run(struct ship_sender *sender, int stop_fd)
{
	struct pollfd fds[] = {
		{ .fd = stop_fd, .events = POLLIN },
		{ .fd = ship_kafka__fd(sender->kafka), .events = POLLIN },
		{ .fd = ship_folder__fd(sender->folder), .events = POLLIN },
	};
	int r = 0;

	while (r == 0) {
		if (poll(fds, 3, wait_ms(sender)) < 0 && errno != EINTR)
			return fail(sender, -errno, "cannot wait for events");
		if (fds[0].revents)
			return 0;
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

int ship_sender__drain(struct ship_sender *sender, unsigned int timeout_ms)
{
	const uint64_t end = now_ns() + timeout_ms * MS;
	int r = send_batch(sender);

	if (r == -EAGAIN)
		r = 0;
	while (r == 0) {
		struct pollfd fd = { .fd = ship_kafka__fd(sender->kafka), .events = POLLIN };

		r = take_acknowledged(sender);
		if (r < 0 || is_drained(sender) || now_ns() >= end)
			break;
		(void)poll(&fd, 1, ms_until(end));
	}
	return r < 0 ? r : save(sender);
}

struct ship_sender_counts ship_sender__counts(const struct ship_sender *sender)
{
	struct ship_sender_counts counts = sender->counts;

	counts.kafka = ship_kafka__counts(sender->kafka);
	counts.waiting = counts.kafka.produced - counts.kafka.acknowledged;
	return counts;
}

const char *ship_sender__error(const struct ship_sender *sender)
{
	return sender->error;
}

void ship_sender__close(struct ship_sender *sender)
{
	if (!sender)
		return;
	ship_kafka__close(sender->kafka);
	ship_window_free(&sender->window);
	ship_batch_free(&sender->batch);
	ship_lines__free(sender->lines);
	ship_folder__close(sender->folder);
	free(sender);
}
