/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filters records, and makes their lines, as eventstrace --replay does. Some filters and --context
 * remember processes. Processes of several hosts have the same numbers, so each boot of a host then
 * has a stream of its own.
 */
#ifndef TOOLS_SHIP_READ_STREAMS_H
#define TOOLS_SHIP_READ_STREAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/replay/records.h"
#include "tools/ship/tracer_options.h"

struct streams;

/* Receives a line, as et_pipeline.on_line. */
typedef int streams_line_fn(void *ctx, const struct et_event *event, const char *line, size_t len);

struct streams_options {
	const struct ship_tracer_options *tracer; /* valid as long as the streams */
	int fd;      /* of the output: its kind can choose the format; -1: none */
	bool is_one; /* all records are those of one replay, also if the host changes */
	streams_line_fn *on_line;
	void *ctx; /* the first argument of on_line */
};

/**
 * streams_new() - prepare filters and format
 * @options:	copied
 * @ret:	receives the streams; the caller frees them with streams_free()
 * @error:	receives a message on failure
 * @size:	bytes at @error
 *
 * on_line can get a header line before the function returns.
 *
 * Return: 0; -EINVAL if the options are invalid; or another negative errno.
 */
int streams_new(const struct streams_options *options, struct streams **ret, char *error,
		size_t size);

/**
 * streams_find() - get the stream of a host's boot
 * @streams:	the streams
 * @host:	name of the host
 * @boot_id:	its boot
 * @ret:	receives the stream; the caller calls et_records_next() for each recording
 * @error:	receives a message on failure
 * @size:	bytes at @error
 *
 * Return: 0 or a negative errno.
 */
int streams_find(struct streams *streams, const char *host, const char *boot_id,
		 struct et_records **ret, char *error, size_t size);

/* Name of an option that lines of JSON cannot answer; NULL: none is given. */
const char *streams_needs_records(const struct streams *streams);

/* Number of streams that were closed because of READER_STREAMS_MAX. */
uint64_t streams_closed(const struct streams *streams);

/*
 * True if a filter remembers processes or cgroups. If is_one is set, all records are passed to
 * et_records_learn() first. Otherwise, a stream that was closed can change what passes.
 */
bool streams_learn(const struct streams *streams);

/* NULL is allowed. */
void streams_free(struct streams *streams);

#endif /* TOOLS_SHIP_READ_STREAMS_H */
