/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What "eventstrace-ship read" does with the events of a topic or a folder: it drops those that
 * came before, selects, orders by time, and prints.
 */
#ifndef TOOLS_SHIP_READ_READER_H
#define TOOLS_SHIP_READ_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/recording/reader.h"
#include "tools/ship/read/positions.h"
#include "tools/ship/received.h"
#include "tools/ship/source_options.h"

struct reader;

struct reader_counts {
	uint64_t printed;
	uint64_t duplicates; /* events that were there twice, and are printed once */
	uint64_t late;       /* printed after later ones, because they came after the window */
	/* lines that are no events; recordings that are damaged; records that are no events */
	uint64_t unreadable;
	uint64_t refused; /* messages that lack what the options need */
	/* because of the limits below */
	uint64_t sessions_forgotten; /* their duplicates are printed */
	uint64_t gaps_forgotten; /* events before such a gap that come twice are printed twice */
	uint64_t streams_closed; /* their processes are forgotten: READER_STREAMS_MAX */
};

/*
 * Most sessions of which the reader knows the numbers. Then it forgets the session that had no
 * message for the longest time. A producer can invent any number of sessions.
 */
#define READER_SESSIONS_MAX 65536

/* Most ranges of numbers that it knows of a session. Then it forgets the smallest numbers. */
#define READER_RANGES_MAX 256

/*
 * Most streams (streams.h), one for each boot of a host. Then the one that had no record for the
 * longest time is closed: it forgets its processes. A producer can invent any number of hosts.
 */
#define READER_STREAMS_MAX 2048

/* Messages in a row that lack what the options need, from the first message on: then it ends. */
#define READER_REFUSED_MAX 1000

/**
 * reader_new() - check the options, and prepare to read
 * @options:	what to select, and how to print it; valid as long as the reader
 * @out:	receives the lines
 * @ret:	receives the reader; the caller frees it with reader_free()
 * @error:	receives a message on failure
 * @size:	bytes at @error
 *
 * Return: 0; -EINVAL if the options are invalid; or another negative errno.
 */
int reader_new(const struct ship_source_options *options, FILE *out, struct reader **ret,
	       char *error, size_t size);

/*
 * Set the number of sources, each of which is nearly in the order of time. Call it once, before the
 * functions that follow. Return: 0 or -ENOMEM.
 */
int reader_set_sources(struct reader *reader, size_t sources);

/* The source that is read next. Only if !reader_is_done(). */
size_t reader_wanted(const struct reader *reader);

/**
 * reader_take_message() - take a message of a source
 * @reader:	the reader
 * @source:	number of the source
 * @message:	the message, which may contain anything
 *
 * A message that cannot be read, or lacks what the options need, is left out, so that one host
 * cannot end the reading of all. In a group, it counts as read as soon as another message was
 * answered. If none of the first READER_REFUSED_MAX messages can be answered, the options do not
 * fit the topic. Then reading ends, and a group gets all these messages again.
 *
 * Return:
 *	0		the message was taken
 *	1		it was left out, or a part of it: reader_error() has the reason
 *	-ENOTSUP	the options do not fit the topic: reader_error() has the reason
 *	-EIO		the output does not take lines: reader_output_error() has the reason
 *	-ENOMEM, or an errno of a stream that cannot be made: reader_error() has the reason
 */
int reader_take_message(struct reader *reader, size_t source, const struct ship_received *message);

/* The records that follow are those of this recording, which is valid until the next call. */
void reader_begin_recording(struct reader *reader, const struct et_recording_reader *recording);

/* Take a name of a user or a group of the recording. @ctx is the reader. */
int reader_take_name(void *ctx, enum et_file_name_kind kind, __u32 id, const char *name,
		     size_t len);

/*
 * Take a record of the recording. Return: as reader_take_message(), without 1. -ENOTSUP: the
 * recording lacks what the options need.
 */
int reader_take_record(struct reader *reader, size_t source, const struct et_recorded *record);

/*
 * True if reader_learn() gets all records first: a filter needs to know the ancestors of processes
 * or cgroups.
 */
bool reader_learns(const struct reader *reader);

/* Learn the ancestors that a record of the recording names. Return: 0 or -ENOMEM. */
int reader_learn(struct reader *reader, const struct et_recorded *record);

/*
 * In a group, a partition goes to another member. Forget what was not printed of its messages: they
 * come again, from the position on that the caller has stored.
 */
void reader_forget(struct reader *reader, int32_t partition);

/* The source has nothing more now, at the time @now_ns. Print what waited for it. */
int reader_idle(struct reader *reader, size_t source, uint64_t now_ns);

/* The source has no more. Print what waited for it. Return: as reader_take_message(). */
int reader_end(struct reader *reader, size_t source);

/* No source is read any more. Print what waited. Return: as reader_take_message(). */
int reader_finish(struct reader *reader);

/* True if all sources have ended, or the number of events of --count is printed. */
bool reader_is_done(const struct reader *reader);

/* True if lines wait for others. */
bool reader_holds(const struct reader *reader);

/* Flush the output. Return: as reader_take_message(). */
int reader_flush(struct reader *reader);

/* Why the last message failed, or was left out; empty: no memory, or an error of the output. */
const char *reader_error(const struct reader *reader);

/* True if a closed stream can have changed which events pass the filters. */
bool reader_may_lack_events(const struct reader *reader);

/* True if the options did not fit any message: a group gets those that were left out again. */
bool reader_is_unanswered(const struct reader *reader);

/* The errno of the output's failure; 0: none. */
int reader_output_error(const struct reader *reader);

/* The positions of the lines that are printed. Flush first. */
struct positions *reader_positions(struct reader *reader);

struct reader_counts reader_counts(const struct reader *reader);

/* NULL is allowed. */
void reader_free(struct reader *reader);

#endif /* TOOLS_SHIP_READ_READER_H */
