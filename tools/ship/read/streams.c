/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/read/streams.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/eventstrace/format.h"
#include "tools/eventstrace/selection.h"
#include "tools/ship/read/reader.h"
#include "tools/ship/read/recent.h"
#include "tools/ship/sessions.h"

struct streams {
	struct streams_options options;
	struct et_options library;
	struct et_filter filters[FILTERS_MAX];
	bool is_one, learns;
	struct recent *names; /* of hosts and boots; the sessions in it are empty */
	struct et_records *records[READER_STREAMS_MAX]; /* by number; NULL: none */
	uint64_t closed;
};

static void close_stream(struct streams *streams, size_t number)
{
	struct et_records *records = streams->records[number];

	streams->records[number] = NULL;
	if (!records)
		return;
	et_records_close(records);
	free(records);
}

/* Make a stream. Return: 0 or a negative errno, with a message in @ret_error. */
static int open_stream(struct streams *streams, size_t number, struct et_error *ret_error)
{
	struct et_records *records = calloc(1, sizeof(*records));
	int r;

	if (!records) {
		snprintf(ret_error->message, sizeof(ret_error->message), "no memory");
		return -ENOMEM;
	}
	records->pipeline.on_line = streams->options.on_line;
	records->pipeline.on_line_ctx = streams->options.ctx;
	streams->records[number] = records;
	r = et_records_open(records, &streams->library, ret_error);
	if (r < 0)
		close_stream(streams, number);
	/* One line of column names is enough. */
	streams->library.text &= ~(uint32_t)ET_TEXT_HEADER;
	return r;
}

int streams_new(const struct streams_options *options, struct streams **ret, char *error,
		size_t size)
{
	const struct options *tracer = &options->tracer->options;
	struct streams *streams = calloc(1, sizeof(*streams));
	struct et_error err = { 0 };
	int r;

	if (!streams) {
		snprintf(error, size, "no memory");
		return -ENOMEM;
	}
	streams->options = *options;
	streams->library = (struct et_options)ET_OPTIONS_INIT;
	selection_give(tracer, streams->filters, &streams->library);
	format_choose(tracer, options->fd, &streams->library);
	/* Nothing is written to it: a terminal's width limits the lines. */
	streams->library.output_fd = options->fd;
	r = recent_new(READER_STREAMS_MAX, &streams->names);
	if (r < 0)
		snprintf(err.message, sizeof(err.message), "no memory");
	else
		r = open_stream(streams, 0, &err);
	if (r < 0) {
		snprintf(error, size, "%s", err.message);
		streams_free(streams);
		return r;
	}
	streams->learns = et_records_learns(streams->records[0]);
	streams->is_one = options->is_one || (!streams->learns && !tracer->context);
	*ret = streams;
	return 0;
}

int streams_find(struct streams *streams, const char *host, const char *boot_id,
		 struct et_records **ret, char *error, size_t size)
{
	const struct ship_received from = { .host = host, .boot_id = boot_id, .session = "" };
	const struct ship_session_name name = ship_session_name_of(&from);
	struct et_error err = { .message = "no memory" };
	size_t number = 0;
	int r = 0;

	if (!streams->is_one)
		r = recent_find(streams->names, &name, &number);
	if (r == RECENT_REPLACED) {
		close_stream(streams, number);
		streams->closed++;
	}
	/* The first stream is there for the first host. */
	if (r >= 0 && !streams->records[number])
		r = open_stream(streams, number, &err);
	if (r < 0) {
		snprintf(error, size, "cannot follow the host %s: %s",
			 *host ? host : "without a name", err.message);
		return r;
	}
	*ret = streams->records[number];
	return 0;
}

const char *streams_needs_records(const struct streams *streams)
{
	if (streams->options.tracer->needs_records)
		return streams->options.tracer->needs_records;
	return strcmp(streams->library.format, "json") != 0 ? "format" : NULL;
}

uint64_t streams_closed(const struct streams *streams)
{
	return streams->closed;
}

bool streams_learn(const struct streams *streams)
{
	return streams->learns;
}

void streams_free(struct streams *streams)
{
	if (!streams)
		return;
	for (size_t i = 0; i < READER_STREAMS_MAX; i++)
		close_stream(streams, i);
	recent_free(streams->names);
	free(streams);
}
