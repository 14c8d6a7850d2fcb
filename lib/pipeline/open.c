/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks the caller's choices for a pipeline, and makes its stages: names, encoder, context, table
 * of processes, redactor, and the output for lines.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/api/error.h"
#include "lib/api/options.h"
#include "lib/encode/context.h"
#include "lib/encode/members.h"
#include "lib/encode/text.h"
#include "lib/encode/trace.h"
#include "lib/pipeline/lines.h"
#include "lib/pipeline/pipeline.h"

/* Report an unknown name in a list of names that the caller passed. Return: -EINVAL. */
static int bad_name(struct et_error *err, const char *what, const char *name, size_t len)
{
	return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "%s \"%.*s\"", what, (int)len, name);
}

/* The format that the caller chose; NULL: there is no such format. */
static const struct et_encoder_ops *format_of(const struct et_options *opts)
{
	return opts->format ? et_encoder_by_name(opts->format) : &et_json_encoder;
}

static int check_format(const struct et_options *opts, struct et_error *err)
{
	const struct et_encoder_ops *ops = format_of(opts);
	const char *const lists[] = { opts->fields, opts->exclude_fields };
	const char *bad;
	size_t len = 0;

	if (opts->compress > ET_COMPRESS_ZSTD)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "compress: no such value: %u",
				    (unsigned int)opts->compress);
	if (opts->numbers > ET_NUMBERS_STRING)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "numbers: no such value: %u",
				    (unsigned int)opts->numbers);
	if (!ops)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "no format is called \"%s\"",
				    opts->format);
	if (opts->context && ops == &et_trace_encoder)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "the format \"%s\" has no context", ops->name);
	for (size_t i = 0; i < 2; i++) {
		bad = lists[i] ? et_members_bad(lists[i], &len) : NULL;
		if (bad)
			return bad_name(err, "no event has a field", bad, len);
	}
	bad = opts->columns ? et_text_bad_column(opts->columns, &len) : NULL;
	if (bad)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "no column is called \"%.*s\": there are %s", (int)len, bad,
				    et_text_column_names());
	return 0;
}

int et_check_format(const struct et_options *opts, struct et_error *err)
{
	struct et_options options;
	struct et_error ignored;
	int r;

	if (!err)
		err = &ignored;
	r = et_options_take(opts, &options, err);
	return r < 0 ? r : check_format(&options, err);
}

/* Read the names of users and groups, if an output has them. */
static int open_names(struct et_pipeline *p, const struct et_options *opts, struct et_error *err)
{
	int r;

	if (!opts->context && format_of(opts) != &et_text_encoder)
		return 0;
	r = et_names_new(opts->users_fd > 0 ? opts->users_fd : -1,
			 opts->groups_fd > 0 ? opts->groups_fd : -1, &p->names);
	return r < 0 ? et_error_set(err, ET_ERROR_SYSTEM, r, "no memory") : 0;
}

/* Prepare the encoder for the format that the caller chose. */
static int open_format(struct et_pipeline *p, const struct et_options *opts, struct et_error *err)
{
	const struct et_encoder_ops *ops = format_of(opts);
	int r;

	r = check_format(opts, err);
	if (r < 0)
		return r;
	if (ops == &et_json_encoder && (opts->fields || opts->exclude_fields || opts->numbers)) {
		ops = &et_json_members_encoder;
		if (opts->fields || opts->exclude_fields)
			r = et_members_new(opts->fields, opts->exclude_fields, &p->members);
	} else if (ops == &et_text_encoder) {
		const struct et_text_options text = {
			.columns = opts->columns,
			.fd = opts->text & ET_TEXT_FIT ? opts->output_fd : -1,
			.names = p->names,
			.header = opts->text & ET_TEXT_HEADER,
			.color = opts->text & ET_TEXT_COLOR,
			.utc = opts->text & ET_TEXT_UTC,
			.ascii = opts->text & ET_TEXT_ASCII,
			.ancestors = opts->context,
		};

		r = et_text_new(&text, &p->text);
	}
	p->is_json = !strcmp(ops->name, "json");
	et_encoder_init(&p->encoder, ops);
	p->encoder.members = p->members;
	p->encoder.text = p->text;
	p->encoder.identity = &p->identity;
	p->encoder.numbers = opts->numbers;
	p->encoder.stamped = opts->stream & ET_STREAM_IDENTITY;
	p->has_header = ops->is_array || (ops->header && opts->stream & ET_STREAM_HEADER);
	if (r == 0 && ops == &et_trace_encoder) {
		p->encoder.trace = calloc(1, sizeof(*p->encoder.trace));
		r = p->encoder.trace ? 0 : -ENOMEM;
	}
	return r < 0 ? et_error_set(err, ET_ERROR_SYSTEM, r, "output: %s", strerror(-r)) : 0;
}

static int open_context(struct et_pipeline *p, const struct et_options *opts, struct et_error *err)
{
	int r;

	if (!opts->context)
		return 0;
	p->unprinted = ET_EVENTS_OF_CONTEXT & ~opts->events;
	r = et_context_new(opts->context_processes, p->names, &p->context);
	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "no memory");
	p->processes = et_context_table(p->context);
	if (opts->filter_count)
		et_process_table_lacks_execs(p->processes);
	if (p->text)
		et_text_set_processes(p->text, p->processes);
	return 0;
}

static bool has_recording(const struct et_options *opts)
{
	return opts->record_fd >= 0 || opts->segments;
}

/*
 * Make a table of processes if the session may begin further recordings: these begin with the
 * processes of the table.
 */
static int open_processes(struct et_pipeline *p, const struct et_options *opts,
			  struct et_error *err)
{
	int r;

	if (p->processes || !has_recording(opts) ||
	    (opts->events & ET_EVENTS_OF_CONTEXT) != ET_EVENTS_OF_CONTEXT)
		return 0;
	r = et_process_table_new(0, &p->processes);
	return r < 0 ? et_error_set(err, ET_ERROR_SYSTEM, r, "no memory") : 0;
}

int et_pipeline_open(struct et_pipeline *p, const struct et_options *opts,
		     struct et_enricher *clock, struct et_error *err)
{
	int r;

	p->clock = clock;
	p->unbuffered = opts->unbuffered;
	p->max_events = opts->max_events;
	p->on_event = opts->on_event;
	p->on_event_ctx = opts->on_event_ctx;
	r = open_names(p, opts, err);
	if (r == 0)
		r = open_format(p, opts, err);
	if (r == 0)
		r = open_context(p, opts, err);
	if (r == 0)
		r = open_processes(p, opts, err);
	if (r < 0)
		return r;
	if (opts->redact_count) {
		r = et_redactor_new(opts->redact, opts->redact_count, opts->redact_tty,
				    &p->redactor);
		if (r == -EINVAL || r == -E2BIG)
			return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
					    "a pattern to redact has 1 to %d bytes", ET_REDACT_MAX);
		if (r < 0)
			return et_error_set(err, ET_ERROR_SYSTEM, r, "no memory");
	}
	/*
	 * If events go only to a recording or to on_event, make no lines. Without any output, make
	 * lines and discard them: benchmarks measure the cost.
	 */
	if (opts->output_fd < 0 && (has_recording(opts) || opts->on_event))
		return 0;
	r = et_lines_open(p, opts);
	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "output: %s", strerror(-r));
	return 0;
}

void et_pipeline_close(struct et_pipeline *p)
{
	et_recording_writer_free(p->recorder);
	et_sink_free(p->sink);
	free(p->lines);
	et_text_free(p->text);
	free(p->encoder.trace);
	free(p->members);
	if (!p->context)
		et_process_table_free(p->processes);
	et_context_free(p->context);
	et_names_free(p->names);
	et_enricher_free(p->clock);
	et_redactor_free(p->redactor);
}
