/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/option_table.h"

#include <stddef.h>

/* clang-format off */
const struct option_row option_table[] = {
	{ KEY_ALL, "all", NULL, "record all events; so does a command line that chooses none" },
	{ KEY_EVENTS, "events", "LIST",
	  "record the events of LIST: categories and names, separated by commas; a minus drops: "
	  "\"process,-fork\"; a LIST that begins with a minus drops from all" },
	{ KEY_PID, "pid", "PID",
	  "record only what the process PID does; several: PID,PID or again; \"self\" is the "
	  "process that started eventstrace" },
	{ KEY_TREE, "tree", "PID", "only the process PID and all that descend from it" },
	{ KEY_UID, "uid", "USER", "only the user USER, by name or number: the real one" },
	{ KEY_COMM, "comm", "NAME",
	  "only threads called NAME, the first 15 bytes; * is any bytes, ? is one" },
	{ KEY_CGROUP, "cgroup", "PATH", "only the cgroup PATH (version 2) and those below it" },
	{ KEY_PATH_PREFIX, "path-prefix", "PATH",
	  "of events that have a path, only those whose path begins with PATH" },
	{ KEY_FAILED, "failed", NULL,
	  "only failures: execs that failed, and exits with another status than 0 or by a signal" },
	{ KEY_EXCLUDE_PID, "exclude-pid", "PID", "leave out what the process PID does" },
	{ KEY_EXCLUDE_TREE, "exclude-tree", "PID", "... and all that descend from it" },
	{ KEY_EXCLUDE_UID, "exclude-uid", "USER", "leave out the user USER" },
	{ KEY_EXCLUDE_COMM, "exclude-comm", "NAME", "leave out threads called NAME" },
	{ KEY_EXCLUDE_CGROUP, "exclude-cgroup", "PATH",
	  "leave out the cgroup PATH and those below" },
	{ KEY_EXCLUDE_PATH_PREFIX, "exclude-path-prefix", "PATH",
	  "leave out events whose path begins with PATH" },
	{ KEY_OUTPUT, "output", "FILE",
	  "write events to FILE; \"-\" is stdout; kafka://HOST[:PORT][,HOST...]/TOPIC: send them "
	  "to a topic of Apache Kafka, with --spool" },
	{ KEY_APPEND, "append", NULL, "keep what is in the FILE of --output, and write after it" },
	{ KEY_RECORD, "record", "FILE",
	  "write raw records to FILE, for --replay; events are printed only with --output. DIR/, with "
	  "a slash at the end: write segments into the folder DIR" },
	{ KEY_REPLAY, "replay", "FILE",
	  "print the events of a FILE that --record wrote, or of a folder of segments; several, "
	  "oldest first: again, or as further words; needs no privileges" },
	{ KEY_SINCE, "since", "TIME",
	  "--replay: leave out events before TIME, such as \"2026-11-30 07:22\", 07:22, -1h, or with "
	  "a zone: 2026-11-30T07:22:41Z" },
	{ KEY_UNTIL, "until", "TIME", "--replay: leave out events after TIME" },
	{ KEY_ROTATE_SIZE, "rotate-size", "SIZE",
	  "before the FILE of --output or --record exceeds SIZE, such as 100M, rename it to FILE.1, "
	  "FILE.1 to FILE.2, and so on" },
	{ KEY_ROTATE_KEEP, "rotate-keep", "N",
	  "keep N renamed files (5 without it), and remove older ones" },
	{ KEY_SEGMENT_SIZE, "segment-size", "SIZE",
	  "--record=DIR/: begin the next segment before one exceeds SIZE; 8M without it" },
	{ KEY_SEGMENT_AGE, "segment-age", "SEC",
	  "--record=DIR/: begin the next segment when one is SEC seconds old and has events; 60 "
	  "without it" },
	{ KEY_SPOOL_SIZE, "spool-size", "SIZE",
	  "--record=DIR/: bytes of all segments together; 1G without it" },
	{ KEY_SPOOL_FULL, "spool-full", "WHICH",
	  "--record=DIR/: when the folder has its size, drop the oldest segments (the default), or "
	  "the newest; LOST records report how many events they had" },
	{ KEY_SPOOL_SYNC, "spool-sync", "WHEN",
	  "--record=DIR/: when to write through to the disk, in case of a power cut: none (the "
	  "default), segment (at its end), always (after each write)" },
	{ KEY_SPOOL_GROUP, "spool-group", "GROUP",
	  "--record=DIR/: give DIR to GROUP, whose members may read and delete segments" },
	{ KEY_SPOOL, "spool", "DIR",
	  "--output=kafka://...: write segments into the folder DIR, from which eventstrace-ship "
	  "sends them" },
	{ KEY_SHIP_AS, "ship-as", "USER[:GROUP]",
	  "--output=kafka://...: run eventstrace-ship as this user; eventstrace-ship without it" },
	{ KEY_COMPRESS, "compress", "HOW",
	  "compress the FILE of --output and --record: zstd, or none (the default); --replay needs no "
	  "option for it" },
	{ KEY_MODE, "mode", "OCTAL",
	  "permissions of a file that --output or --record makes, such as 0640; without it, 0600, "
	  "and 0640 for segments" },
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
	{ KEY_USER, "user", "USER[:GROUP]",
	  "run COMMAND as this user, by name or number; without it, as the user that called sudo" },
	{ KEY_WAIT, "wait", "WHAT",
	  "end with COMMAND (command, the default), or with its last descendant (tree)" },
	{ KEY_SNAPSHOT, "snapshot", NULL,
	  "first print a PROCESS_EXISTS event for each process that runs at the start" },
	{ KEY_CONTEXT, "context", NULL,
	  "add to each event in JSON its process, the ancestors, names of users, and the container; to "
	  "text the ancestors" },
	{ KEY_CONTEXT_PROCESSES, "context-processes", "N",
	  "for --context, keep at most N processes in memory (65536)" },
	{ KEY_SUMMARY, "summary", NULL,
	  "at the end, print what each program did; print events only with --output or --record" },
	{ KEY_TOP, "top", NULL,
	  "every second, print which event types, processes and paths have the most events; on a "
	  "terminal a screen, which q ends" },
	{ KEY_FORMAT, "format", "FORMAT",
	  "how events are printed; text: one line an event, for people; json: one JSON object a line; "
	  "auto (the default): text on a terminal, json elsewhere; ecs: as json, in the Elastic Common "
	  "Schema; es-bulk: ecs for Elasticsearch's bulk API; trace: for a viewer such as Perfetto; "
	  "tree: only the processes of COMMAND, at the end" },
	{ KEY_COLUMNS, "columns", "LIST",
	  "columns of text, of: time, event, user, pid, ppid, command, container, what, date, uid, tid, "
	  "ancestors (with --context)" },
	{ KEY_WIDE, "wide", NULL, "text: print all of it, and do not cut at the terminal's width" },
	{ KEY_UTC, "utc", NULL, "text: times in UTC, not in local time" },
	{ KEY_COLOR, "color", "WHEN",
	  "text: always, never, or auto (the default): on a terminal, unless NO_COLOR is set" },
	{ KEY_FIELDS, "fields", "LIST",
	  "json: print only these members, such as event_type,argv,pids.tgid" },
	{ KEY_EXCLUDE_FIELDS, "exclude-fields", "LIST",
	  "json: leave out these members, such as env,ns" },
	{ KEY_HEADER, "header", NULL,
	  "json: begin each file with a line that names the schema, the program and the host" },
	{ KEY_IDENTITY, "identity", NULL,
	  "json: add time_unix_ns, seq, host and boot_id to each event" },
	{ KEY_NUMBERS, "numbers", "HOW",
	  "json: print integers above 2^53 as number (the default), string or both: some parsers "
	  "round such numbers" },
	{ KEY_DURATION, "duration", "SEC",
	  "stop after SEC seconds, such as 5 or 0.5; or 90s, 2m, 1h" },
	{ KEY_COUNT, "count", "N", "stop after N events" },
	{ KEY_DRAIN_TIMEOUT, "drain-timeout", "SEC",
	  "when stopping, wait no longer than SEC seconds for who reads the output; default 2" },
	{ KEY_FEATURES, "print-features-on-init", NULL,
	  "first print a line that says that all probes are attached" },
	{ KEY_STATS, "stats", NULL, "print the summary on stderr as one JSON object" },
	{ KEY_STATS_INTERVAL, "stats-interval", "SEC",
	  "print the summary so far on stderr every SEC seconds; SIGUSR1 prints it once" },
	{ KEY_METRICS, "metrics", "FILE",
	  "replace FILE by the counts in the text format of Prometheus, every 15 seconds or as "
	  "--stats-interval says, and at the end" },
	{ KEY_UNBUFFER, "unbuffer-stdout", NULL,
	  "write each event with its own system call; --latency is then 1" },
	{ KEY_LATENCY, "latency", "MS",
	  "write an event at most MS milliseconds after it happened, from 1 to 500, default 20; "
	  "the first event after a pause is written at once" },
	{ KEY_VERBOSE, "libbpf-verbose", NULL, "print what libbpf and the verifier say on stderr" },
	{ KEY_PROBE, "probe", NULL, "record nothing; print what would be attached, and why" },
	{ KEY_ATTACH, "attach", "KIND", "use no hooks but fentry, kprobe, tracepoint or tp-btf" },
	{ KEY_WAKEUP, "wakeup", "WHEN",
	  "when a record wakes the reader: always; adaptive (the default): if it sleeps; nap: the "
	  "same, but the reader sleeps for --latency also after rare events" },
	{ KEY_LIMIT_FEEDBACK, "limit-feedback", NULL,
	  "if the output causes events without end, record at most 50 of them a second" },
	{ KEY_FAIR, "fair", "BY",
	  "while more than half of a ring is full, limit what each user can take of the rest: user "
	  "(the default), or off" },
	{ KEY_RING_SIZE, "ring-size", "SIZE",
	  "bytes of each ring, such as 512K or 16M, or lifecycle=1M,bulk=2M (the default); rounded "
	  "up to a power of two" },
	{ KEY_RING_SHARDS, "ring-shards", "N",
	  "divide each ring into N rings, and the CPUs among them. N is a power of two up to 64, or "
	  "auto (the default): one for four CPUs. Fewer are made if they would be too small" },
	{ KEY_MEMORY_BUDGET, "memory-budget", "SIZE",
	  "bytes of kernel memory for everything; rings are made smaller to fit" },
	{ KEY_WIRE_FORMAT, "wire-format", "FORMAT",
	  "how records are made: fixed, varlen, direct, or auto (the default): direct where the "
	  "kernel can do it, else varlen" },
	{ KEY_CONFIG, "config", "FILE",
	  "also take options from FILE, one a line: a long option without its dashes; those of the "
	  "command line win" },
	{ KEY_VERSION, "version", NULL, "print the version" },
	{ KEY_LICENSES, "licenses", NULL,
	  "print the licences of eventstrace and of the libraries that it contains" },
	{ KEY_HELP, "help", "[EVENT]", "print this, or what EVENT is and has" },
	{ 0, NULL, NULL, NULL },
};
/* clang-format on */
