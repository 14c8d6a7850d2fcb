/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/option_table.h"

#include <stddef.h>

/* clang-format off */
const struct option_row option_table[] = {
	{ KEY_ALL, "all", NULL, "record all events; so does a command line that chooses none" },
	{ KEY_EVENTS, "events", "LIST",
	  "record the events of LIST: categories and names, separated by commas; a minus drops: "
	  "\"process,-fork\"; a LIST that begins with a minus drops from all" },
	{ KEY_PID, "pid", "PID", "record only what the process PID does; several: PID,PID or again" },
	{ KEY_TREE, "tree", "PID", "only the process PID and all that descend from it" },
	{ KEY_UID, "uid", "USER", "only the user USER, by name or number: the real one" },
	{ KEY_COMM, "comm", "NAME", "only threads called NAME, the first 15 bytes" },
	{ KEY_CGROUP, "cgroup", "PATH", "only the cgroup PATH (version 2) and those below it" },
	{ KEY_PATH_PREFIX, "path-prefix", "PATH",
	  "of events that have a path, only those whose path begins with PATH" },
	{ KEY_EXCLUDE_PID, "exclude-pid", "PID", "leave out what the process PID does" },
	{ KEY_EXCLUDE_TREE, "exclude-tree", "PID", "... and all that descend from it" },
	{ KEY_EXCLUDE_UID, "exclude-uid", "USER", "leave out the user USER" },
	{ KEY_EXCLUDE_COMM, "exclude-comm", "NAME", "leave out threads called NAME" },
	{ KEY_EXCLUDE_CGROUP, "exclude-cgroup", "PATH", "leave out the cgroup PATH and those below" },
	{ KEY_EXCLUDE_PATH_PREFIX, "exclude-path-prefix", "PATH",
	  "leave out events whose path begins with PATH" },
	{ KEY_OUTPUT, "output", "FILE", "write events to FILE; \"-\" is stdout" },
	{ KEY_RECORD, "record", "FILE",
	  "write raw records to FILE, for --replay, and no events anywhere unless --output says so" },
	{ KEY_REPLAY, "replay", "FILE",
	  "print the events of a FILE that --record wrote; needs no privileges" },
	{ KEY_MODE, "mode", "OCTAL",
	  "permissions of a file that --output or --record makes, such as 0640; 0600 without it" },
	{ KEY_ENV, "env", "NAMES",
	  "of environments, record only the variables NAMES, such as PATH,LC_*; or all, or none; "
	  "without it, harmless ones that the manual lists" },
	{ KEY_REDACT, "redact", "PATTERN",
	  "print \"***\" in place of arguments and paths of scripts that match PATTERN as a whole: "
	  "* is any bytes, ? is one; several: again" },
	{ KEY_REDACT_TTY, "redact-tty", NULL,
	  "--redact, also for words that are written to terminals" },
	{ KEY_RUN_AS, "run-as", "USER[:GROUP]",
	  "be this user while events are recorded, by name or number; files are opened before" },
	{ KEY_FORMAT, "format", "json", "one JSON object a line; the only format so far" },
	{ KEY_DURATION, "duration", "SEC", "stop after SEC seconds, such as 5 or 0.5" },
	{ KEY_COUNT, "count", "N", "stop after N events" },
	{ KEY_DRAIN_TIMEOUT, "drain-timeout", "SEC",
	  "when stopping, wait no longer than SEC seconds for who reads the output; default 2" },
	{ KEY_FEATURES, "print-features-on-init", NULL,
	  "first print a line that says that all probes are attached" },
	{ KEY_STATS, "stats", NULL, "print the summary on stderr as one JSON object" },
	{ KEY_UNBUFFER, "unbuffer-stdout", NULL,
	  "write every event at once, not only when idle or after 100 ms" },
	{ KEY_VERBOSE, "libbpf-verbose", NULL, "print what libbpf and the verifier say on stderr" },
	{ KEY_PROBE, "probe", NULL, "record nothing; print what would be attached, and why" },
	{ KEY_ATTACH, "attach", "KIND", "use no hooks but fentry, kprobe or tracepoint" },
	{ KEY_WAKEUP, "wakeup", "WHEN",
	  "when a record wakes the reader: always, or adaptive (the default): if it sleeps" },
	{ KEY_LIMIT_FEEDBACK, "limit-feedback", NULL,
	  "if the output causes events without end, record at most 50 of them a second" },
	{ KEY_FAIR, "fair", "BY",
	  "while more than half of a ring is full, limit what each user can take of the rest: user "
	  "(the default), or off" },
	{ KEY_RING_SIZE, "ring-size", "SIZE",
	  "bytes of each ring, such as 512K or 16M, or lifecycle=1M,bulk=2M (the default); rounded "
	  "up to a power of two" },
	{ KEY_MEMORY_BUDGET, "memory-budget", "SIZE",
	  "bytes of kernel memory for everything; rings are made smaller to fit" },
	{ KEY_WIRE_FORMAT, "wire-format", "FORMAT",
	  "how records are made: fixed, varlen, direct, or auto (the default): direct where the "
	  "kernel can do it, else varlen" },
	{ KEY_VERSION, "version", NULL, "print the version" },
	{ KEY_LICENSES, "licenses", NULL,
	  "print the licences of eventstrace and of the libraries that it contains" },
	{ KEY_HELP, "help", NULL, "print this" },
	{ 0, NULL, NULL, NULL },
};
/* clang-format on */
