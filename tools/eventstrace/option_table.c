/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/option_table.h"

#include <stddef.h>

/* clang-format off */
const struct option_row option_table[] = {
	{ KEY_ALL, "all", NULL, "record all events; so does a command line that chooses none" },
	{ KEY_EVENTS, "events", "LIST",
	  "record the events of LIST: categories and names, separated by commas; a minus drops: "
	  "\"process,-fork\"; a LIST that begins with a minus drops from all" },
	{ KEY_OUTPUT, "output", "FILE", "write events to FILE; \"-\" is stdout" },
	{ KEY_RECORD, "record", "FILE",
	  "write raw records to FILE, for --replay, and no events anywhere unless --output says so" },
	{ KEY_REPLAY, "replay", "FILE",
	  "print the events of a FILE that --record wrote; needs no privileges" },
	{ KEY_FORMAT, "format", "json", "one JSON object a line; the only format so far" },
	{ KEY_DURATION, "duration", "SEC", "stop after SEC seconds, such as 5 or 0.5" },
	{ KEY_COUNT, "count", "N", "stop after N events" },
	{ KEY_FEATURES, "print-features-on-init", NULL,
	  "first print a line that says that all probes are attached" },
	{ KEY_STATS, "stats", NULL, "print the summary on stderr as one JSON object" },
	{ KEY_UNBUFFER, "unbuffer-stdout", NULL,
	  "write every event at once, not only when idle or after 100 ms" },
	{ KEY_VERBOSE, "libbpf-verbose", NULL, "print what libbpf and the verifier say on stderr" },
	{ KEY_PROBE, "probe", NULL, "record nothing; print what would be attached, and why" },
	{ KEY_ATTACH, "attach", "KIND", "use no hooks but fentry, kprobe or tracepoint" },
	{ KEY_WAKEUP, "wakeup", "WHEN",
	  "when a record wakes the reader: always, or adaptive (the default): if it sleeps or a "
	  "ring fills up" },
	{ KEY_RING_SIZE, "ring-size", "SIZE",
	  "bytes of each ring, such as 512K or 16M, or lifecycle=1M,bulk=2M (the default); rounded "
	  "up to a power of two" },
	{ KEY_MEMORY_BUDGET, "memory-budget", "SIZE",
	  "bytes of kernel memory for everything; rings are made smaller to fit" },
	{ KEY_WIRE_FORMAT, "wire-format", "FORMAT",
	  "how records are made: fixed, varlen, direct, or auto (the default): direct where the "
	  "kernel can do it, else varlen" },
	{ KEY_VERSION, "version", NULL, "print the version" },
	{ KEY_HELP, "help", NULL, "print this" },
	{ 0, NULL, NULL, NULL },
};
/* clang-format on */
