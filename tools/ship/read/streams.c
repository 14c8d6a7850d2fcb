/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/read/streams.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/eventstrace/format.h"
#include "tools/eventstrace/selection.h"
#include "tools/ship/sessions.h"

struct streams {
	struct streams_options options;
	struct et_options library;
	struct et_filter filters[FILTERS_MAX];
	bool is_one;
	struct ship_sessions names;  /* of hosts and boots; the sessions in it are empty */
	struct et_records **records; /* by number */
	size_t count, room;
};

/* Add a stream. Return: 0 or a negative errno, with a message in @ret_error. */
static int add(struct streams *streams, struct et_error *ret_error)
{
	struct et_records *records = calloc(1, sizeof(*records));
	int r;

	if (streams->count == streams->room) {
		const size_t room = streams->room ? 2 * streams->room : 1;
		struct et_records **more = realloc((void *)streams->records, room * sizeof(*more));

		if (more) {
			streams->records = more;
			streams->room = room;
		}
	}
	if (!records || streams->count == streams->room) {
		free(records);
		snprintf(ret_error->message, sizeof(ret_error->message), "no memory");
		return -ENOMEM;
	}
	records->pipeline.on_line = streams->options.on_line;
	records->pipeline.on_line_ctx = streams->options.ctx;
	r = et_records_open(records, &streams->library, ret_error);
	if (r < 0) {
		et_records_close(records);
		free(records);
		return r;
	}
	streams->records[streams->count++] = records;
	/* One line of column names is enough. */
	streams->library.text &= ~(uint32_t)ET_TEXT_HEADER;
	return 0;
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
	r = add(streams, &err);
	if (r < 0) {
		snprintf(error, size, "%s", err.message);
		streams_free(streams);
		return r;
	}
	streams->is_one =
		options->is_one || (!et_records_learns(streams->records[0]) && !tracer->context);
	*ret = streams;
	return 0;
}

int streams_find(struct streams *streams, const char *host, const char *boot_id,
		 struct et_records **ret, char *error, size_t size)
{
	const struct ship_received name = { .host = host, .boot_id = boot_id, .session = "" };
	struct et_error err = { .message = "no memory" };
	size_t number = 0;
	int r = 0;

	if (!streams->is_one)
		r = ship_sessions_find(&streams->names, &name, &number);
	/* The first stream is there for the first host. */
	if (r >= 0 && number == streams->count)
		r = add(streams, &err);
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

bool streams_learn(const struct streams *streams)
{
	return et_records_learns(streams->records[0]);
}

void streams_free(struct streams *streams)
{
	if (!streams)
		return;
	for (size_t i = 0; i < streams->count; i++) {
		et_records_close(streams->records[i]);
		free(streams->records[i]);
	}
	free((void *)streams->records);
	ship_sessions_free(&streams->names);
	free(streams);
}
