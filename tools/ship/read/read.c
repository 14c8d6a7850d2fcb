/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/read/read.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/segments/folder.h"
#include "lib/segments/reader.h"
#include "tools/ship/consumer.h"
#include "tools/ship/isolate.h"
#include "tools/ship/log.h"
#include "tools/ship/read/reader.h"
#include "tools/ship/source_options.h"
#include "tools/ship/status.h"
#include "tools/ship/stop_fd.h"

/* The position of a group is stored at most this often. */
#define STORE_NS 1000000000ULL

/* Longest wait while lines wait for others. */
#define HOLD_MS 50

/* Messages that are left out and named, in each period. The others are only counted. */
#define NAMED_MAX 20
#define NAMED_NS  60000000000ULL

static uint64_t now_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static bool is_stopped(int stop_fd)
{
	struct pollfd fd = { .fd = stop_fd, .events = POLLIN };

	return poll(&fd, 1, 0) > 0;
}

/* ---- a topic ------------------------------------------------------------------------------- */

/* A topic that is read. */
struct topic {
	struct reader *reader;
	struct ship_consumer *consumer;
	bool in_group;
	int stop_fd;
	size_t empty;   /* sources in a row that had nothing */
	bool is_ending; /* the command ends: the group's position is stored for the last time */
	char not_stored[512]; /* why the last positions could not be stored; empty: they are */
	uint64_t named_ns;    /* the present period of NAMED_NS began, CLOCK_MONOTONIC; 0: none */
	unsigned int named;   /* messages that were named in it */
};

/*
 * Flush, and store how far the group is. Only what is written counts. Return: as
 * reader_take_message(); or -EAGAIN if a position cannot be stored now, for example because the
 * cluster divides the partitions: call again later.
 */
static int store_as(struct topic *topic, bool is_last)
{
	struct positions *positions = reader_positions(topic->reader);
	int32_t partition = 0;
	int64_t next;
	int r = reader_flush(topic->reader);

	if (r < 0 || !topic->in_group)
		return r;
	while ((next = positions_take(positions, &partition)) >= 0)
		if (ship_consumer__commit(topic->consumer, partition, next, is_last) < 0) {
			positions_put_back(positions, partition);
			return -EAGAIN;
		}
	return 0;
}

static int store(struct topic *topic)
{
	return store_as(topic, false);
}

/* Tell the user that the group's position is not stored, once for all attempts. */
static void report_not_stored(struct topic *topic)
{
	if (*topic->not_stored)
		ship_log("%s: another reader can get the same events", topic->not_stored);
	*topic->not_stored = '\0';
}

/*
 * Store for the last time. When the command ends, this is called again as it leaves the group, and
 * the caller reports what then is not stored. Return: 0, or as reader_take_message().
 */
static int store_last(struct topic *topic)
{
	int r = store_as(topic, true);

	*topic->not_stored = '\0';
	if (r != -EAGAIN)
		return r;
	snprintf(topic->not_stored, sizeof(topic->not_stored), "%s",
		 ship_consumer__error(topic->consumer));
	return 0;
}

/* Partitions go to another member of the group. */
static void on_revoked(void *ctx, const int32_t *partitions, size_t count, bool is_lost)
{
	struct topic *topic = ctx;

	if (!topic->consumer)
		return;
	/* If the output fails, the next flush reports it. */
	if (!is_lost)
		(void)store_last(topic);
	if (!topic->is_ending)
		report_not_stored(topic);
	for (size_t i = 0; i < count; i++)
		reader_forget(topic->reader, partitions[i]);
}

/*
 * The source has nothing now. When none has: store, and wait. A wait after each source would delay
 * a message by the number of sources. Return: as reader_take_message(), or -ECANCELED.
 */
static int wait_for_more(struct topic *topic, size_t source)
{
	struct reader *reader = topic->reader;
	int r = 0;

	if (ship_consumer__is_idle(topic->consumer, source))
		r = reader_idle(reader, source, now_ns(CLOCK_REALTIME));
	if (r < 0 || ++topic->empty < ship_consumer__sources(topic->consumer))
		return r;
	topic->empty = 0;
	r = store(topic);
	if (r == 0 || r == -EAGAIN)
		r = ship_consumer__wait(topic->consumer, topic->stop_fd,
					reader_holds(reader) ? HOLD_MS : 1000);
	return r;
}

/* A message is left out: name it. A hostile host must not fill the log. */
static void report_left_out(struct topic *topic)
{
	const uint64_t now = now_ns(CLOCK_MONOTONIC);

	if (!topic->named_ns || now >= topic->named_ns + NAMED_NS) {
		topic->named_ns = now;
		topic->named = 0;
	}
	if (topic->named++ < NAMED_MAX)
		ship_log("%s: it is left out", reader_error(topic->reader));
}

static int take_message(struct topic *topic, size_t source, const struct ship_received *message)
{
	int r = reader_take_message(topic->reader, source, message);

	topic->empty = 0;
	if (r != 1)
		return r;
	report_left_out(topic);
	return 0;
}

/* Read the source that is behind. */
static int step(struct topic *topic)
{
	const size_t source = reader_wanted(topic->reader);
	struct ship_received message;
	int r = ship_consumer__next(topic->consumer, source, &message);

	switch (r) {
	case 1:
		return take_message(topic, source, &message);
	case -ENODATA:
		return reader_end(topic->reader, source);
	case -EAGAIN:
		return wait_for_more(topic, source);
	default:
		/* The message is that of the consumer. */
		return -ENOTCONN;
	}
}

/*
 * Reading has ended, @r: its error, or 0. Without a group, print what waits for other events: it
 * would be lost. A group gets it again. Return: @r, or the error of the output.
 */
static int end_topic(struct topic *topic, int r)
{
	int r2 = 0;

	topic->is_ending = true;
	if (reader_output_error(topic->reader))
		return r;
	if (!topic->in_group)
		r2 = reader_finish(topic->reader);
	if (r2 == 0)
		r2 = store_last(topic);
	return r2 < 0 ? r2 : r;
}

static int read_all(struct topic *topic)
{
	uint64_t stored_ns = now_ns(CLOCK_MONOTONIC);
	int r = 0;

	while (r == 0 && !reader_is_done(topic->reader)) {
		r = step(topic);
		if (r < 0 || now_ns(CLOCK_MONOTONIC) < stored_ns + STORE_NS)
			continue;
		r = store(topic);
		if (r == -EAGAIN)
			r = 0;
		stored_ns = now_ns(CLOCK_MONOTONIC);
		if (r == 0 && is_stopped(topic->stop_fd))
			r = -ECANCELED;
	}
	return end_topic(topic, r == -ECANCELED ? 0 : r);
}

static enum ship_status report_failure(int r, const struct reader *reader,
				       const struct ship_consumer *consumer)
{
	/* A segment can have an I/O error too. */
	const int output_error = reader ? reader_output_error(reader) : 0;

	if (output_error) {
		ship_log("cannot write the output: %s", strerror(output_error));
		return SHIP_OUTPUT;
	}
	if (r == -ENOTSUP) {
		ship_log("%s", reader_error(reader));
		return SHIP_USAGE;
	}
	if (r == -ENOTCONN)
		ship_log("%s", ship_consumer__error(consumer));
	else if (*reader_error(reader))
		ship_log("%s", reader_error(reader));
	else
		ship_log("cannot read: %s", strerror(-r));
	return SHIP_OTHER;
}

/* reader_new() has failed. */
static enum ship_status report_invalid(int r, const char *error)
{
	ship_log("%s%s", error, r == -EINVAL ? ": see eventstrace-ship read --help" : "");
	return r == -EINVAL ? SHIP_USAGE : SHIP_OTHER;
}

/* What the limits of memory have changed. */
static void report_forgotten(const struct reader *reader, const struct reader_counts *counts)
{
	if (counts->sessions_forgotten)
		ship_log("%" PRIu64 " sessions were forgotten, because there were more than %d: "
			 "events of them that come twice are printed twice",
			 counts->sessions_forgotten, READER_SESSIONS_MAX);
	if (counts->gaps_forgotten)
		ship_log("%" PRIu64 " gaps in the numbers of sessions were forgotten, because one "
			 "had more than %d: events before them that come twice are printed twice",
			 counts->gaps_forgotten, READER_RANGES_MAX);
	if (counts->streams_closed)
		ship_log("the processes of %" PRIu64
			 " boots of hosts were forgotten, because there "
			 "were more than %d: %s: choose fewer hosts with --host, or read as "
			 "several members of a group",
			 counts->streams_closed, READER_STREAMS_MAX,
			 reader_may_lack_events(reader)
				 ? "events of --tree or --cgroup can be missing"
				 : "--context can lack ancestors");
}

/* What the user should know about the lines. */
static enum ship_status report(const struct reader *reader)
{
	const struct reader_counts counts = reader_counts(reader);

	if (counts.duplicates)
		ship_log("%" PRIu64 " events were there twice, and are printed once",
			 counts.duplicates);
	if (counts.late)
		ship_log("%" PRIu64 " events came later than --window, and are not in the order of "
			 "time",
			 counts.late);
	if (counts.unreadable)
		ship_log("%" PRIu64 " lines, records or recordings are no events: see "
			 "eventstrace-ship verify",
			 counts.unreadable);
	if (counts.refused)
		ship_log("%" PRIu64 " messages lack what the options need, and are left out%s",
			 counts.refused, reader_is_unanswered(reader) ? ": no message has it" : "");
	report_forgotten(reader, &counts);
	if (counts.refused)
		return SHIP_USAGE;
	return counts.unreadable || reader_may_lack_events(reader) ? SHIP_OTHER : SHIP_OK;
}

/* Read the topic of the reader, which has checked the options. */
static enum ship_status read_with(const struct ship_source_options *options, struct reader *reader,
				  int stop_fd)
{
	struct topic topic = {
		.reader = reader,
		.in_group = options->group,
		.stop_fd = stop_fd,
	};
	const struct ship_consumer_options how = {
		.from = &options->from,
		.properties = &options->properties,
		.start = options->start,
		.since_ms = (int64_t)(options->since_ns / 1000000),
		.group = options->group,
		.revoked = on_revoked,
		.ctx = &topic,
		.follow = options->follow,
		.stop_fd = stop_fd,
	};
	struct ship_consumer *consumer = NULL;
	enum ship_status status;
	char error[512];
	int r = ship_consumer__open(&how, &consumer, error, sizeof(error));

	if (r == -ECANCELED)
		return SHIP_OK;
	if (r < 0) {
		ship_log("%s", error);
		return r == -EINVAL ? SHIP_USAGE : SHIP_OTHER;
	}
	r = reader_set_sources(reader, ship_consumer__sources(consumer));
	if (r == 0) {
		topic.consumer = consumer;
		r = read_all(&topic);
	}
	status = r < 0 ? report_failure(r, reader, consumer) : report(reader);
	ship_consumer__close(consumer);
	report_not_stored(&topic);
	return status;
}

static enum ship_status read_topic(const struct ship_source_options *options, FILE *out,
				   int stop_fd)
{
	struct reader *reader = NULL;
	enum ship_status status;
	char error[512];
	int r;

	if (ship_isolate() < 0) {
		ship_log("OpenSSL cannot be prepared");
		return SHIP_OTHER;
	}
	/* A mistake must be found before the group divides its partitions for this member. */
	r = reader_new(options, out, &reader, error, sizeof(error));
	if (r < 0)
		return report_invalid(r, error);
	/* The names of columns may be there already. */
	r = reader_flush(reader);
	status = r < 0 ? report_failure(r, reader, NULL) : read_with(options, reader, stop_fd);
	reader_free(reader);
	return status;
}

/* ---- a folder ------------------------------------------------------------------------------ */

/*
 * Print the events of a segment. Return: as et_segment_reader_next(), or reader_take_record().
 */
static int take_segment(struct reader *reader, struct et_segment_reader *segment, int stop_fd)
{
	struct et_recorded record;
	int r, r2 = 0;

	reader_begin_recording(reader, et_segment_reader_recording(segment));
	et_segment_reader_on_name(segment, reader_take_name, reader);
	while ((r = et_segment_reader_next(segment, &record)) > 0 && r2 == 0) {
		r2 = reader_take_record(reader, 0, &record);
		if (r2 == 0 && (reader_is_done(reader) || is_stopped(stop_fd)))
			r2 = -ECANCELED;
	}
	return r2 < 0 ? r2 : r;
}

/* Learn ancestors from a segment, for filters. Return: as take_segment(). */
static int learn_segment(struct reader *reader, struct et_segment_reader *segment, int stop_fd)
{
	struct et_recorded record;
	int r, r2 = 0;

	reader_begin_recording(reader, et_segment_reader_recording(segment));
	while ((r = et_segment_reader_next(segment, &record)) > 0 && r2 == 0) {
		r2 = reader_learn(reader, &record);
		if (r2 == 0 && is_stopped(stop_fd))
			r2 = -ECANCELED;
	}
	return r2 < 0 ? r2 : r;
}

struct folder {
	int fd;
	uint64_t *segments; /* numbers */
	size_t count;
};

/*
 * Call @take for each segment. Return: 0 or its error. A damaged segment is no error: a message
 * names it, and @ret_damaged is set. @ret_damaged may be NULL.
 */
static int for_segments(struct reader *reader, const struct folder *folder, int stop_fd,
			int (*take)(struct reader *reader, struct et_segment_reader *segment,
				    int stop_fd),
			bool *ret_damaged)
{
	int r = 0;

	for (size_t i = 0; i < folder->count && r == 0; i++) {
		struct et_segment_reader *segment = NULL;

		r = et_segment_reader_open(folder->fd, folder->segments[i], &segment);
		/* A file system reports its own damage so. */
		if (r == -EBADMSG) {
			ship_log("cannot open segment %" PRIu64 ": it is left out",
				 folder->segments[i]);
			if (ret_damaged)
				*ret_damaged = true;
			r = 0;
			continue;
		}
		if (r == 0)
			r = take(reader, segment, stop_fd);
		if ((r == -EBADMSG || r == -EPROTONOSUPPORT) && ret_damaged) {
			ship_log("segment %" PRIu64 " %s: what follows in it is left out",
				 folder->segments[i],
				 et_recording_reader_why(et_segment_reader_recording(segment)));
			*ret_damaged = true;
		}
		/*
		 * A sender deletes the first segments meanwhile. A segment that grows or was cut
		 * off ends where it ends now.
		 */
		if (r == -EBADMSG || r == -EPROTONOSUPPORT || r == -ENOENT || r == -EAGAIN ||
		    r == -ENODATA)
			r = 0;
		et_segment_reader_close(segment);
	}
	return r;
}

static int read_segments(struct reader *reader, int fd, int stop_fd, bool *ret_damaged)
{
	struct folder folder = { .fd = fd };
	int r = et_segment_list(fd, (__u64 **)&folder.segments, &folder.count);

	if (r == 0 && reader_learns(reader))
		r = for_segments(reader, &folder, stop_fd, learn_segment, NULL);
	if (r == 0)
		r = for_segments(reader, &folder, stop_fd, take_segment, ret_damaged);
	free(folder.segments);
	if (r == -ECANCELED)
		r = 0;
	if (reader_output_error(reader))
		return r;
	/* What came before an error is printed. */
	if (reader_finish(reader) < 0 || reader_flush(reader) < 0)
		return -EIO;
	return r;
}

static enum ship_status read_folder(const struct ship_source_options *options, FILE *out,
				    int stop_fd)
{
	int folder = open(options->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r;
	struct reader *reader = NULL;
	enum ship_status status;
	bool damaged = false;
	char error[512];

	if (folder < 0) {
		ship_log("cannot open %s: %s", options->folder, strerror(errno));
		return SHIP_OTHER;
	}
	r = reader_new(options, out, &reader, error, sizeof(error));
	if (r < 0) {
		close(folder);
		return report_invalid(r, error);
	}
	r = reader_set_sources(reader, 1);
	if (r == 0)
		r = read_segments(reader, folder, stop_fd, &damaged);
	status = r < 0 ? report_failure(r, reader, NULL) : report(reader);
	reader_free(reader);
	close(folder);
	return status == SHIP_OK && damaged ? SHIP_OTHER : status;
}

/* Check that the output can be written at all. Return: 0 or a negative errno. */
static int check_output(FILE *out)
{
	const int fd = fileno(out);
	int flags;

	/* A buffer in memory. */
	if (fd < 0)
		return 0;
	flags = fcntl(fd, F_GETFL);
	if (flags < 0)
		return -errno;
	return (flags & O_ACCMODE) == O_RDONLY ? -EBADF : 0;
}

int ship_read_run(int argc, char **argv, FILE *out)
{
	struct ship_source_options options;
	enum ship_status status = SHIP_OK;
	char error[512];
	int r, stop_fd = -1;

	r = ship_source_options_parse(SHIP_READ, argc, argv, &options, error, sizeof(error));
	if (r < 0) {
		ship_log("%s: see eventstrace-ship read --help", error);
		status = r == -EINVAL ? SHIP_USAGE : SHIP_OTHER;
	} else if (options.help) {
		ship_source_options_help(SHIP_READ, out);
	} else if ((r = check_output(out)) < 0) {
		ship_log("cannot write the output: %s", strerror(-r));
		status = SHIP_OUTPUT;
	} else {
		stop_fd = ship_stop_fd();
		if (stop_fd < 0) {
			ship_log("cannot handle signals: %s", strerror(-stop_fd));
			status = SHIP_OTHER;
		} else {
			status = options.folder ? read_folder(&options, out, stop_fd)
						: read_topic(&options, out, stop_fd);
			close(stop_fd);
		}
	}
	ship_source_options_free(&options);
	return (int)status;
}
