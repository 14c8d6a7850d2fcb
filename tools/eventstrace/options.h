/* SPDX-License-Identifier: BSD-2-Clause */
/* Parses the command line. */
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

/* The largest number of --redact patterns. */
#define REDACT_MAX 64

/* A smaller file would contain little more than the account at its end. */
#define ROTATE_SIZE_MIN    (64 * 1024)
#define ROTATE_KEEP_MAX    1000
#define ROTATE_KEEP_NORMAL 5

/* What --record=DIR/ does without other options. */
#define SEGMENT_SIZE_NORMAL   (8ULL << 20)
#define SEGMENT_AGE_NORMAL_NS 60000000000ULL
#define SPOOL_SIZE_NORMAL     (1ULL << 30)

/* More than a kernel has: its largest pid_max is 4194304. */
#define CONTEXT_PROCESSES_MAX 16000000

/* The largest number of recordings in a replay. Each needs a descriptor. */
#define REPLAYS_MAX 256

enum action {
	ACTION_RUN = 0,
	ACTION_PROBE,
	ACTION_REPLAY,
	ACTION_HELP,
	ACTION_VERSION,
	ACTION_LICENSES,
};

enum format {
	FORMAT_AUTO = 0, /* text on a terminal, JSON elsewhere */
	FORMAT_JSON,
	FORMAT_TEXT,
	FORMAT_ECS,
	FORMAT_ES_BULK,
	FORMAT_TRACE,
	FORMAT_TREE,
};

enum color {
	COLOR_AUTO = 0, /* colours on a terminal, unless NO_COLOR is set */
	COLOR_ALWAYS,
	COLOR_NEVER,
};

/* The end of the recording of a COMMAND. */
enum command_wait {
	COMMAND_WAIT_DEFAULT = 0, /* the same as COMMAND_WAIT_COMMAND */
	COMMAND_WAIT_COMMAND,
	COMMAND_WAIT_TREE, /* when all descendants of COMMAND have ended */
};

struct options {
	enum action action;
	struct event_choice choice; /* never empty: all events by default */
	const char *output;         /* path of the file for events; NULL: stdout */
	bool output_given;          /* true if --output was given, also for stdout */
	uint64_t rotate_size;       /* the largest size of a file in bytes; 0: no limit */
	unsigned int rotate_keep;   /* number of older files */
	bool append;                /* keep the content of an existing file */
	enum et_compress compress;  /* of the files of --output and --record */
	const char *record;         /* path of the recording to write, "-" is stdout; NULL: none */
	bool segmented;             /* --record=DIR/: `record` is a folder for segments */
	uint64_t segment_size;      /* bytes */
	uint64_t segment_age_ns;
	uint64_t spool_size; /* bytes */
	enum et_spool_full spool_full;
	enum et_spool_sync spool_sync;
	bool spool_group_given;
	uint32_t spool_group;  /* of the folder */
	const char *ship_to;   /* kafka://..., where eventstrace-ship sends; NULL: nowhere */
	const char *spool;     /* the folder of --spool; NULL: none */
	struct run_as ship_as; /* user of eventstrace-ship */
	int spool_option;      /* an option that only --record=DIR/ has; 0: none was given */
	/* Paths of the recordings to print, in this order; "-" is stdin. */
	const char *replays[REPLAYS_MAX];
	size_t replay_count;
	/* Range of the events to replay, in nanoseconds since 1970; 0: no limit. */
	uint64_t since_ns, until_ns;
	uint64_t duration_ns;       /* stop after this time; 0: no limit */
	uint64_t count;             /* stop after this number of events; 0: no limit */
	uint64_t stats_interval_ns; /* interval of accounts; 0: only at the end */
	const char *metrics;        /* path of the file for Prometheus metrics; NULL: none */
	uint64_t drain_timeout_ns;  /* the longest wait for the output's reader; 0: the default */
	bool print_features;        /* print a line once the probes are attached */
	bool json_summary;          /* print the summary as one JSON object */
	bool unbuffered;
	bool verbose;
	enum et_attach_kind attach;
	enum et_wakeup wakeup;
	uint32_t latency_ms; /* 0: the default */
	enum et_fair fair;
	bool limit_feedback;
	enum et_emit_request wire_format;
	size_t ring_size;                           /* bytes; 0: the library's default */
	size_t lifecycle_ring_size, bulk_ring_size; /* bytes, by class; 0: the same as ring_size */
	uint32_t ring_shards;                       /* rings of each class; 0: automatic */
	uint64_t memory_budget;                     /* bytes; 0: no limit */
	bool failed; /* only execs that failed, and exits with a failure */
	struct filters filters;
	unsigned int mode; /* permissions of new files */
	const char *redact[REDACT_MAX];
	size_t redact_count;
	bool redact_tty;
	const char *env; /* as et_options.env; NULL: the default */
	struct run_as run_as;
	enum format format;
	enum color color;
	bool wide;                           /* text: do not cut lines */
	bool utc;                            /* text: times in UTC */
	const char *columns;                 /* text: as et_options.columns */
	uint64_t help;                       /* events for --help, a mask; 0: help of all options */
	const char *fields, *exclude_fields; /* JSON: as in et_options */
	bool header, identity;               /* JSON */
	enum et_numbers numbers;             /* JSON */
	bool numbers_given;
	char *const *command; /* COMMAND and its arguments, the rest of argv; NULL: none */
	struct run_as user;   /* the user of COMMAND */
	enum command_wait wait;
	bool activity; /* --summary */
	bool top;
	bool snapshot;
	bool context;
	uint64_t context_processes; /* for `context`; 0: the library's default */
};

/**
 * options_parse() - parse the command line
 * @argc:		of main()
 * @argv:		of main(); @ret keeps pointers to its strings, and their order may change
 * @ret:		receives the options; unchanged on failure
 * @err:		receives one line that describes the error on failure, without a newline
 * @err_size:		room at @err in bytes
 *
 * --help, --version and --licenses end the parsing, so errors after them are not reported.
 *
 * Return: 0, -EINVAL, or -ENOMEM.
 */
int options_parse(int argc, char **argv, struct options *ret, char *err, size_t err_size);

/* Print the text of --help. */
void options_help(FILE *out);

/* Print the text of --help=EVENT for these events, a mask of ET_EVENT_BIT. */
void options_help_events(FILE *out, uint64_t events);

#endif /* TOOLS_EVENTSTRACE_OPTIONS_H */
