/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line: from argv to what the program is to do.
 */
#ifndef TOOLS_EVENTSTRACE_OPTIONS_H
#define TOOLS_EVENTSTRACE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/include/eventstrace.h"
#include "tools/eventstrace/event_list.h"
#include "tools/eventstrace/filters.h"
#include "tools/eventstrace/users.h"

/* Most patterns of --redact. */
#define REDACT_MAX 64

enum action {
	ACTION_RUN = 0,
	ACTION_PROBE,
	ACTION_REPLAY,
	ACTION_HELP,
	ACTION_VERSION,
};

struct options {
	enum action action;
	struct event_choice choice; /* never empty: all events where none was asked for */
	const char *output;         /* path of the file to write; NULL: stdout */
	bool output_given;          /* --output was, be it for stdout */
	const char *record;         /* path of the recording to write, "-" is stdout; NULL: none */
	const char *replay;         /* path of the recording to print, "-" is stdin; NULL: none */
	uint64_t duration_ns;       /* stop after that long; 0: do not */
	uint64_t count;             /* stop after that many events; 0: do not */
	uint64_t drain_timeout_ns;  /* wait so long for the output's reader; 0: the default */
	bool print_features;        /* first a line that says that the probes are attached */
	bool json_summary;          /* the summary is one JSON object */
	bool unbuffered;
	bool verbose;
	enum et_attach_kind attach;
	enum et_wakeup wakeup;
	enum et_fair fair;
	bool limit_feedback;
	enum et_wire_choice wire_format;
	size_t ring_size;                           /* bytes; 0: the library's default */
	size_t lifecycle_ring_size, bulk_ring_size; /* likewise; 0: as ring_size */
	uint64_t memory_budget;                     /* bytes; 0: none */
	struct filters filters;
	unsigned int mode; /* permissions of new files */
	const char *redact[REDACT_MAX];
	size_t redact_count;
	bool redact_tty;
	const char *env; /* as of et_options; NULL: the default */
	struct run_as run_as;
};

/**
 * options_parse() - understand the command line
 * @argc:	as of main()
 * @argv:	as of main(); its pointers may be reordered, and @ret keeps some of them
 * @ret:	receives the options; left alone on failure
 * @err:	receives one line that says what is wrong on failure, without a newline
 * @err_size:	room at @err in bytes
 *
 * --help and --version count from where they stand: mistakes behind them are not looked at.
 *
 * Return: 0, -EINVAL, or -ENOMEM.
 */
int options_parse(int argc, char **argv, struct options *ret, char *err, size_t err_size);

/* Write what --help shows. */
void options_help(FILE *out);

#endif /* TOOLS_EVENTSTRACE_OPTIONS_H */
