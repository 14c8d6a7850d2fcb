/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options, except those of single events. The parser and --help use this table. The options of
 * events come from et_event_infos().
 */
#ifndef TOOLS_EVENTSTRACE_OPTION_TABLE_H
#define TOOLS_EVENTSTRACE_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>

/* Values that getopt_long() returns for an option: its letter, or a number if it has no letter. */
enum option_key {
	KEY_ALL = 'a',
	KEY_COMM = 'C',
	KEY_CGROUP = 'g',
	KEY_COUNT = 'n',
	KEY_DURATION = 'd',
	KEY_EVENTS = 'e',
	KEY_HELP = 'h',
	KEY_OUTPUT = 'o',
	KEY_PID = 'p',
	KEY_FEATURES = 'i',
	KEY_STATS = 's',
	KEY_UID = 'U',
	KEY_UNBUFFER = 'u',
	KEY_VERBOSE = 'v',
	KEY_VERSION = 'V',
	KEY_WIDE = 'w',
	KEY_FORMAT = 256,
	KEY_PROBE,
	KEY_ATTACH,
	KEY_WAKEUP,
	KEY_RING_SIZE,
	KEY_RING_SHARDS,
	KEY_WIRE_FORMAT,
	KEY_MEMORY_BUDGET,
	KEY_RECORD,
	KEY_REPLAY,
	KEY_TREE,
	KEY_DRAIN_TIMEOUT,
	KEY_PATH_PREFIX,
	KEY_EXCLUDE_PID,
	KEY_EXCLUDE_TREE,
	KEY_EXCLUDE_UID,
	KEY_EXCLUDE_COMM,
	KEY_EXCLUDE_CGROUP,
	KEY_EXCLUDE_PATH_PREFIX,
	KEY_MODE,
	KEY_ENV,
	KEY_REDACT,
	KEY_REDACT_TTY,
	KEY_RUN_AS,
	KEY_FAIR,
	KEY_LATENCY,
	KEY_LIMIT_FEEDBACK,
	KEY_LICENSES,
	KEY_STATS_INTERVAL,
	KEY_COLOR,
	KEY_UTC,
	KEY_COLUMNS,
	KEY_FIELDS,
	KEY_EXCLUDE_FIELDS,
	KEY_USER,
	KEY_WAIT,
	KEY_SUMMARY,
	KEY_TOP,
	KEY_APPEND,
	KEY_ROTATE_SIZE,
	KEY_ROTATE_KEEP,
	KEY_CONFIG,
	KEY_METRICS,
	KEY_HEADER,
	KEY_IDENTITY,
	KEY_NUMBERS,
	KEY_SNAPSHOT,
	KEY_SINCE,
	KEY_UNTIL,
	KEY_CONTEXT,
	KEY_CONTEXT_PROCESSES,
	KEY_FAILED,
	KEY_COMPRESS,
	KEY_SEGMENT_SIZE,
	KEY_SEGMENT_AGE,
	KEY_SPOOL_SIZE,
	KEY_SPOOL_FULL,
	KEY_SPOOL_SYNC,
	KEY_SPOOL_GROUP,
	KEY_SPOOL,
	KEY_SHIP_AS,
	KEY_EVENT = 512, /* and up: KEY_EVENT plus the event's id */
};

struct option_row {
	int key;
	const char *name;
	const char *arg; /* name of the argument, in brackets if optional; NULL: no argument */
	const char *doc;
};

/* The last row has no name. */
extern const struct option_row option_table[];

/*
 * The groups of options, for --help and the manual page. Each option is in one group. Return: the
 * title of group number @group; NULL: there are fewer groups.
 */
const char *option_group_title(size_t group);
bool option_is_in_group(size_t group, const struct option_row *row);

/* Commands with their explanations, for --help and the manual page. */
extern const char option_examples[];

/* An option's letter, or NUL if it has none. */
static inline char option_letter(const struct option_row *row)
{
	return row->key < KEY_FORMAT ? (char)row->key : '\0';
}

/* True if the option's argument is optional. */
static inline int option_optional(const struct option_row *row)
{
	return row->arg && row->arg[0] == '[';
}

/* The name of an option that is not an event's own; NULL: there is no such option. */
const char *option_name(int key);

/*
 * The words that are valid as an option's argument. Return: word number @n; NULL: there are fewer
 * words, or the argument is not a word.
 */
const char *option_word(int key, size_t n);

#endif /* TOOLS_EVENTSTRACE_OPTION_TABLE_H */
