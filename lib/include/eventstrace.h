/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventstrace: records what the processes of this host do, through eBPF.
 *
 * The public header; it includes eventstrace_events.h. A session loads and attaches the probes of
 * the chosen events, and reads the records from the probes' ring buffers. It passes each event to a
 * function of the caller, or writes it to a file descriptor, or both:
 *
 *	struct et_options opts = ET_OPTIONS_INIT;
 *	struct et_session *s = NULL;
 *	struct et_error err = { 0 };
 *
 *	opts.events = ET_EVENT_BIT(et_event_by_flag("process-exec")->id);
 *	opts.output_fd = STDOUT_FILENO;
 *	if (et_session__open(&opts, &s, &err) < 0)
 *		return fail(err.message);
 *	while (et_session__poll(s, -1) >= 0)
 *		;
 *	et_session__close(s);
 *
 * Functions return 0 or more, or a negative errno. Results go to `ret_` parameters, which stay
 * unchanged on failure. No pointer argument may be NULL, except where the function's comment allows
 * it. The caller frees a result if the function's comment names a free function.
 *
 * The library never prints, never exits, and handles no signals. If no process has the read end of
 * an output pipe, a function returns -EPIPE, and the process gets no SIGPIPE: the library blocks
 * SIGPIPE during each write. It blocks nothing if the process ignores SIGPIPE when it opens the
 * session. Such a process must keep ignoring SIGPIPE.
 *
 * Some functions that open, probe or close a session start threads, which end before the function
 * returns. With et_options.segments, a session also has a thread from the first et_session__poll()
 * to et_session__close(). All these threads block all signals.
 *
 * The library is not thread-safe: only one thread at a time may use a session. Several threads may
 * use several sessions, but must not open, probe or close two of them at the same time. During
 * these calls, the library sets libbpf's print function, which all users of libbpf in a process
 * share. The archive of `//lib:dist` has its own copy of libbpf, so these calls do not affect the
 * caller's libbpf.
 */
#ifndef EVENTSTRACE_H
#define EVENTSTRACE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "eventstrace_events.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- version ---------------------------------------------------------------------------- */

/* The version of this header. */
#define ET_VERSION_MAJOR 0
#define ET_VERSION_MINOR 2
#define ET_VERSION_PATCH 0

/* The version of the linked library, such as "0.2.0". The string is valid for ever. */
const char *et_version(void);

/* ---- events ---------------------------------------------------------------------------- */

/* Describes an event type, such as PROCESS_EXEC. Generated from lib/wire/schema.def. */
struct et_event_info {
	/* the type's number, an enum et_event_id; ET_EVENT_BIT() makes it a mask */
	unsigned int id;
	const char *name;     /* the type's name in JSON (event_type), such as "PROCESS_EXEC" */
	const char *flag;     /* the type's name on the command line, such as "process-exec" */
	const char *category; /* the type's category: "process", "file" or "network" */
	const char *doc;      /* one sentence: when the event happens */
};

/*
 * The bit of the event type @id in a mask. A mask has room for ids up to 63. No type has a larger
 * id today; types with larger ids will need struct et_event_set.
 */
#define ET_EVENT_BIT(id) (1ULL << (id))

/**
 * et_event_info_at() - describe the event type number @n
 * @n:	index in the list of all event types, from 0
 *
 * Return: the description, valid for ever; NULL after the last type. Types are in the order of
 * their ids.
 */
const struct et_event_info *et_event_info_at(size_t n);

/* Find an event type by its id. Return: NULL if no type has this id, or for ET_EVENT_LOST. */
const struct et_event_info *et_event_by_id(unsigned int id);

/**
 * et_event_infos() - get an array of all event types
 * @ret_count:	receives the number of event types
 *
 * Only for callers that were compiled with the header of the linked library's version, because
 * later versions may add members to struct et_event_info. Other callers use et_event_info_at().
 *
 * Return: an array, in the order of the types' ids, valid for ever.
 */
const struct et_event_info *et_event_infos(size_t *ret_count);

/**
 * et_event_by_flag() - find an event type by the name of its long option
 * @flag:	the name without dashes, such as "process-exec"
 *
 * Return: the type, or NULL.
 */
const struct et_event_info *et_event_by_flag(const char *flag);

/* Describes a member of an event's JSON object. Generated from lib/wire/schema.def. */
struct et_field_info {
	/*
	 * Name of the JSON object that contains the member, such as "pids". NULL: the event's
	 * object.
	 */
	const char *parent;
	const char *name; /* the member's name, such as "tgid" */
	const char *type; /* "number", "string", "strings", "true or false" or "object" */
	const char *doc;  /* the member's meaning, as a phrase without a full stop */
};

/**
 * et_event_fields() - get the members of an event's JSON object, in the order of the JSON line
 * @id:		the event type
 * @ret_count:	receives the number of members
 *
 * A member that is an object comes before the members of that object. The array leaves out
 * event_type, timestamp and ts_ns, which all events have.
 *
 * Return: an array, valid for ever; NULL and 0 for an unknown event.
 */
const struct et_field_info *et_event_fields(unsigned int id, size_t *ret_count);

/*
 * A set of event types. Callers change and read it with the functions below, and never use its
 * member. The struct's size never changes.
 */
struct et_event_set {
	uint64_t private_[4];
};

#ifdef __cplusplus
# define ET_EVENT_SET_INIT et_event_set()
#else
# define ET_EVENT_SET_INIT { { 0 } }
#endif

/* Add the event type @id to the set. Return: 0, or -EINVAL if no event type has this id. */
int et_event_set__add(struct et_event_set *set, unsigned int id);

/*
 * Add all event types of a category: "process", "file" or "network"; NULL: of all categories.
 * Return: 0, or -EINVAL for an unknown category.
 */
int et_event_set__add_category(struct et_event_set *set, const char *category);

/* Remove the event type @id from the set, if it is there. */
void et_event_set__remove(struct et_event_set *set, unsigned int id);

/* True if the event type @id is in the set. */
bool et_event_set__has(const struct et_event_set *set, unsigned int id);

/* ---- errors ---------------------------------------------------------------------------- */

/* The kind of an error. The tool eventstrace chooses its exit status by this kind. */
enum et_error_kind {
	ET_ERROR_NONE = 0,
	ET_ERROR_USAGE,     /* invalid options */
	ET_ERROR_PRIVILEGE, /* a capability is missing; the message names it */
	ET_ERROR_ATTACH,    /* this kernel does not support the requested events or options */
	ET_ERROR_OUTPUT,    /* the output (output_fd) is not writable */
	ET_ERROR_SYSTEM,    /* any other failure, for example lack of memory */
	ET_ERROR_RECORD,    /* the recording in progress (record_fd) is not writable */
	ET_ERROR_INPUT,     /* the file to replay is not a recording, or its end is missing */
};

/* Receives the reason why a function of the library has failed. */
struct et_error {
	enum et_error_kind kind;
	char message[512]; /* one line without a newline: what is wrong, and what to do */
};

/* ---- a session -------------------------------------------------------------------------- */

struct et_session;

/* The kind of kernel hook to which a BPF program is attached. */
enum et_attach_kind {
	ET_ATTACH_ANY = 0,    /* any kind: the first in the event's list that can be attached */
	ET_ATTACH_FENTRY,     /* only fentry and fexit hooks */
	ET_ATTACH_KPROBE,     /* only kprobe and kretprobe hooks */
	ET_ATTACH_TRACEPOINT, /* only tracepoints: tp_btf, raw and system call tracepoints */
	/*
	 * as ET_ATTACH_TRACEPOINT, but without the tracepoints of single system calls. The
	 * tracepoints tp_btf/sys_enter and tp_btf/sys_exit, which all system calls share, replace
	 * them. Only for et_options.attach: struct et_hook then has the kind ET_ATTACH_TRACEPOINT.
	 */
	ET_ATTACH_TP_BTF,
};

/* After which records a BPF program wakes the session that reads the ring buffer. */
enum et_wakeup {
	/* wake the session only if it sleeps; seldom while many events come: see latency_ms */
	ET_WAKEUP_ADAPTIVE = 0,
	ET_WAKEUP_ALWAYS, /* wake the session after each record */
	/* as ET_WAKEUP_ADAPTIVE, but the session sleeps for latency_ms also after rare events */
	ET_WAKEUP_NAP,
};

/*
 * Whether each user may fill only a share of a ring buffer. The choice matters only while at least
 * half of the ring is full.
 */
enum et_fair {
	ET_FAIR_USER = 0, /* each user has a share of the ring; root has one for each cgroup */
	ET_FAIR_OFF,      /* no shares: the events of one user may fill the ring */
};

/*
 * How BPF programs build records, and so the layout of records. docs/design.md compares the
 * choices.
 */
enum et_emit_request {
	ET_WIRE_AUTO = 0, /* ET_WIRE_DIRECT if the kernel supports it, or else ET_WIRE_VARLEN */
	ET_WIRE_FIXED,    /* a record has room for the largest value of each field */
	ET_WIRE_VARLEN,   /* values are packed in scratch memory, then copied into the ring */
	ET_WIRE_DIRECT,   /* values are packed directly in the ring; needs Linux 6.16 */
};

/* The old name of enum et_emit_request. Version 0.3.0 will remove it. */
#define et_wire_choice et_emit_request

/* The property of an event that a filter compares with the filter's value. */
enum et_filter_kind {
	ET_FILTER_PID = 0, /* the process that causes the event */
	ET_FILTER_TREE,    /* the process that causes the event, or one of its ancestors */
	ET_FILTER_UID,     /* the real user of the process that causes the event */
	ET_FILTER_COMM,    /* the name (comm) of the thread that causes the event */
	/* the version 2 cgroup of the process, or an ancestor of this cgroup */
	ET_FILTER_CGROUP,
	/* the beginning of the path in the event; events without a path always pass this filter */
	ET_FILTER_PATH_PREFIX,
	ET_FILTER_KINDS, /* the number of kinds above, not a kind */
};

/*
 * One value of a filter. An event that matches a value with `exclude` set is not recorded. If a
 * kind has values without `exclude`, only events that match at least one of these are recorded.
 */
struct et_filter {
	enum et_filter_kind kind;
	bool exclude; /* true: drop the events that match this value; false: keep them */
	/*
	 * Only for ET_FILTER_COMM: `text` is a pattern of at most 31 elements. `*` matches any
	 * bytes, `?` one byte, and a backslash takes the next byte literally.
	 */
	bool pattern;
	/*
	 * For ET_FILTER_PID and ET_FILTER_TREE, a process ID in the initial PID namespace. For
	 * ET_FILTER_UID, a user ID. For ET_FILTER_CGROUP, a cgroup's id from et_cgroup_id(); a
	 * replay does not use it.
	 */
	uint64_t number;
	/*
	 * For ET_FILTER_COMM, the whole name, at most 15 bytes. For ET_FILTER_PATH_PREFIX, at most
	 * 255 bytes. For ET_FILTER_CGROUP in a replay, the cgroup's path in the hierarchy of
	 * version 2; a session does not use it.
	 */
	const char *text;
};

/*
 * Largest number of filter values of one kind that have `exclude` set. Values of this kind without
 * `exclude` are counted separately, with the same limit.
 */
#define ET_FILTER_MAX 16

/* Largest length in bytes of a pattern in et_options.redact. */
#define ET_REDACT_MAX 255

/**
 * et_cgroup_id() - find the id of a cgroup
 * @path:	the cgroup's directory in a version 2 cgroup file system
 * @ret:	receives the id, for et_filter.number
 *
 * Return: 0, -ENOTSUP if @path is no directory of a version 2 cgroup, or the kernel's errno.
 */
int et_cgroup_id(const char *path, uint64_t *ret);

/* The importance of a line that the library passes to et_options.log. */
enum et_log_level {
	ET_LOG_WARNING = 0, /* a requested feature is not available; the session works without it */
	ET_LOG_INFO,        /* a decision of the session, such as the chosen layout of records */
	ET_LOG_DEBUG,       /* messages of libbpf and of the kernel's verifier */
};

/* Value for et_options.quiet_pgid: the process group of the caller. */
#define ET_QUIET_OWN_PGID UINT32_MAX

/*
 * How to print an integer above 2^53 or below -2^53 in JSON. Parsers that use floating point, such
 * as JavaScript's, round such a number.
 */
enum et_numbers {
	ET_NUMBERS_PLAIN = 0, /* as a number */
	ET_NUMBERS_BOTH,      /* as a number, and as a string in a second member NAME_string */
	ET_NUMBERS_STRING,    /* as a string in place of the number */
};

/* How an output or a recording is compressed. */
enum et_compress {
	ET_COMPRESS_NONE = 0,
	ET_COMPRESS_ZSTD, /* zstd, in frames that can be decompressed one by one */
};

/* For et_options.next_file: the output that needs another file. */
enum et_output {
	ET_OUTPUT_EVENTS = 0, /* output_fd */
	ET_OUTPUT_RECORDS,    /* record_fd */
};

/* Which segments are dropped when a folder of segments has its largest size. */
enum et_spool_full {
	ET_SPOOL_DROP_OLDEST = 0, /* the oldest finished segments */
	ET_SPOOL_DROP_NEWEST,     /* new segments: they are not written */
};

/* When segments are synchronized with the disk. A power cut loses bytes not yet synchronized. */
enum et_spool_sync {
	ET_SPOOL_SYNC_NONE = 0, /* when the kernel chooses to */
	ET_SPOOL_SYNC_SEGMENT,  /* at the end of each segment */
	ET_SPOOL_SYNC_ALWAYS,   /* after each write */
};

/*
 * A folder of segments, for et_options.segments. Each segment is a recording that can be replayed
 * alone. docs/record-format.md describes names and states of segments.
 */
struct et_segments {
	size_t sz;       /* sizeof(struct et_segments); the caller sets it */
	int folder;      /* descriptor of the folder, open for reading; the caller closes it */
	uint32_t mode;   /* permissions of new files, such as 0640 */
	uint64_t size;   /* largest size of a segment in bytes; at least ET_SEGMENT_SIZE_MIN */
	uint64_t age_ns; /* a segment with new events ends when it is this old; 0: no limit */
	/*
	 * Largest size in bytes of all segments together, at least twice `size`; 0: no limit. The
	 * events of dropped segments are recorded as lost in the segment that is written next.
	 */
	uint64_t spool_size;
	enum et_spool_full full;
	enum et_spool_sync sync;
};

#define ET_SEGMENT_SIZE_MIN (64 * 1024)

/*
 * The options of a session: what it records, and where the events go. Initialize the struct with
 * ET_OPTIONS_INIT.
 */
struct et_options {
	size_t sz; /* sizeof(struct et_options); ET_OPTIONS_INIT sets it */
	/*
	 * Event types to record: a mask of ET_EVENT_BIT(). The types in event_set are recorded too.
	 */
	uint64_t events;
	/* descriptor for the events as lines of text; the caller closes it. -1: none */
	int output_fd;
	/*
	 * true: write each event with its own system call, as soon as the session has read it.
	 * false: write several events at once. latency_ms is the longest wait.
	 */
	bool unbuffered;
	/* the session ends after this number of written events; 0: no limit */
	uint64_t max_events;
	enum et_attach_kind attach; /* attach BPF programs only to this kind of hook */
	enum et_wakeup wakeup;
	/*
	 * Size in bytes of each ring buffer, rounded up to a power of two and to whole pages. 0: 1
	 * MiB for the lifecycle ring, 2 MiB for the bulk ring.
	 */
	size_t ring_size;
	/*
	 * Device numbers (st_rdev) of terminals to which writes are not recorded. Pseudoterminals
	 * in different containers can have the same number. If output_fd or a standard descriptor
	 * of the caller is a terminal with this number, the number means only that terminal.
	 * Otherwise it means all terminals with this number.
	 */
	const uint64_t *quiet_ttys;
	size_t quiet_tty_count;
	/*
	 * ID of a process group in the initial PID namespace, or ET_QUIET_OWN_PGID; 0: none. Writes
	 * of this process group to the terminals in quiet_pgid_ttys are not recorded.
	 */
	uint32_t quiet_pgid;
	const uint64_t *quiet_pgid_ttys; /* device numbers of terminals, as in quiet_ttys */
	size_t quiet_pgid_tty_count;
	/* Called with each message of the library and of libbpf, without a newline. May be NULL. */
	void (*log)(void *ctx, enum et_log_level level, const char *line);
	void *log_ctx;
	enum et_emit_request wire_format;
	/*
	 * Size in bytes of only one of the two ring buffers; 0: ring_size. See ring_size for
	 * rounding.
	 */
	size_t lifecycle_ring_size; /* ring of rare events, such as fork and exit */
	/* ring of events that come in floods: terminal writes, failed execs, files, network */
	size_t bulk_ring_size;
	/*
	 * Limit in bytes for the kernel memory of ring buffers and BPF maps. Rings become smaller
	 * to stay below it. 0: no limit.
	 */
	uint64_t memory_budget;
	/*
	 * Descriptor for a recording: the events in binary form, which et_replay__open() reads. The
	 * caller closes it. -1: none. If record_fd is set and output_fd is -1, the session makes no
	 * JSON or text.
	 */
	int record_fd;
	/*
	 * Filters for events of all types. BPF programs apply the filters, so events that do not
	 * match cost little time. A replay applies them to the records.
	 */
	const struct et_filter *filters;
	size_t filter_count;
	/*
	 * How long et_session__stop() waits for a slow reader of the output, in milliseconds. 0:
	 * 2,000.
	 */
	unsigned int drain_timeout_ms;
	unsigned int pad_drain;
	/*
	 * 1: process IDs in `filters` are IDs of the caller's PID namespace, and each such process
	 * must be running. 0: they are IDs of the initial PID namespace.
	 */
	uint32_t filters_in_pidns;
	uint32_t pad_filters;
	/*
	 * Patterns of secrets: `*` matches any bytes, `?` matches one byte. An argument or a
	 * script's path that matches a whole pattern becomes "***" in all outputs. With redact_tty
	 * set, each matching word that a process writes to a terminal becomes "***" too.
	 */
	const char *const *redact;
	size_t redact_count;
	/* 1: also apply the patterns in `redact` to words written to terminals */
	uint32_t redact_tty;
	uint32_t pad_redact;
	/*
	 * Environment variables that PROCESS_EXEC events contain: "all", "none", or names separated
	 * by commas. A `*` at the end of a name matches any rest of a name. NULL: ET_ENV_DEFAULT.
	 */
	const char *env;
	enum et_fair fair;
	/*
	 * Whether to limit a loop of events, in which a process reads each line of the output and
	 * thereby causes another event. 1: record at most 50 events a second of such readers and
	 * their descendants. 0: warn, and leave out only the writes of these readers.
	 */
	uint32_t limit_feedback;
	/* Flags for the format "text": a sum of ET_TEXT_ values, or 0. */
	uint32_t text;
	/*
	 * Format of the lines on output_fd: "json", "text", "ecs" (documents of the Elastic Common
	 * Schema), "es-bulk" (the same for the bulk API of Elasticsearch) or "trace" (the Trace
	 * Event Format, an array whose last bracket is missing); NULL: "json".
	 */
	const char *format;
	/*
	 * Only for the format "json": members of the JSON object to print, and members to leave
	 * out. Names are separated by commas; "pids.tgid" is the member tgid of the object pids.
	 * NULL in `fields`: print all. NULL in `exclude_fields`: leave out none.
	 */
	const char *fields;
	const char *exclude_fields;
	/*
	 * only for the format "text": names of columns, separated by commas; NULL: the default
	 * columns
	 */
	const char *columns;
	/*
	 * Only for the format "text" and for `context`: a pipe from which the library reads the
	 * content of /etc/passwd whenever this file has changed. The caller writes the file's size
	 * as four bytes into the pipe, then the content. The pipe must be non-blocking, and the
	 * caller closes it. 0 or less: the library opens the changed file itself. A replay of a
	 * recording that has names uses only the names in the recording.
	 */
	int users_fd;
	/*
	 * Whether to record writes of other tracers, and of processes that read the output of a
	 * tracer. 0: leave them out, because they could cause a loop of events. 1: record them, for
	 * callers whose filters select only processes that the caller has started.
	 */
	uint32_t record_feedback;

	/*
	 * Called for each event, LOST events included, in the order of the output. May be NULL.
	 * @event is valid until the function returns; et_event__copy() makes a copy that lives
	 * longer. If on_event is set and output_fd is -1, the session makes no JSON or text.
	 *
	 * The function must return: neither longjmp() nor a C++ exception may leave it. It may use
	 * other sessions, and call all functions that take no session or replay. For the session
	 * that calls it, it may use et_session__fd(), et_session__error(), et_session__hooks() and
	 * et_session__programs(). All other functions return -EBUSY for that session;
	 * et_session__close() and et_replay__close() do nothing.
	 */
	void (*on_event)(void *ctx, const struct et_event *event);
	void *on_event_ctx;
	/*
	 * A second way to choose event types: types in this set are recorded in addition to the
	 * mask `events`. Read only while the session opens. May be NULL.
	 */
	const struct et_event_set *event_set;
	/*
	 * Largest size in bytes of each regular file on output_fd and record_fd; 0: no limit.
	 * Before a line or a record would exceed it, the session calls next_file. It continues in
	 * the file that next_file returns, as after et_session__set_outputs(). A file can be larger
	 * if it contains a single line or record. A recording can also be larger if thousands of
	 * LOST records are added at once.
	 */
	uint64_t file_size_max;
	/*
	 * Returns the descriptor of the next file; the caller closes it. The session uses the
	 * former descriptor until et_session__poll() or et_session__stop() returns, or until it
	 * calls next_file again for the same output. If next_file returns a negative number, the
	 * session continues in the former file, and calls next_file again after another
	 * file_size_max bytes. next_file may call the same functions as on_event.
	 */
	int (*next_file)(void *ctx, enum et_output output);
	void *next_file_ctx;
	/* Whether lines on output_fd name host and versions: a sum of ET_STREAM_ values, or 0. */
	uint32_t stream;
	/* Only for the format "json": how to print integers that a double cannot represent. */
	enum et_numbers numbers;
	/*
	 * Only for a replay: leave out events before since_ns and after until_ns, in nanoseconds
	 * since 1970. 0: there is no such limit.
	 */
	uint64_t since_ns;
	uint64_t until_ns;
	/*
	 * Latency budget in milliseconds: the longest time between an event and its line, if the
	 * session does not have to wait for a CPU. 1 to 500; 0: 1 if `unbuffered` is set, else 20.
	 * After a pause, the session writes an event at once. While many events come, it sleeps for
	 * up to this time, and an event wakes it only if a ring buffer is filled to a quarter. A
	 * larger budget costs less CPU time. Ignored with ET_WAKEUP_ALWAYS.
	 */
	uint32_t latency_ms;
	/* 1: leave out PROCESS_EXIT events of processes that exited with status 0. 0: keep them */
	uint32_t failed_only;
	/*
	 * 1: add the context of each event to its line: the event's process, its ancestors, the
	 * names of its users, and its container. The format "json" has them in the member
	 * "context", "ecs" and "es-bulk" in fields of their schema, and "text" the ancestors in a
	 * column. The format "trace" cannot have a context. The session records forks, execs and
	 * exits for the context, but prints them only if they are in `events`. A replay needs a
	 * recording that was made with this option. 0: no context.
	 */
	uint32_t context;
	/* largest number of processes in memory for `context`; 0: 65,536 */
	uint32_t context_processes;
	/* a pipe from which the library reads /etc/group, as in users_fd */
	int groups_fd;
	/*
	 * Number of ring buffers of each kind, between which the CPUs are divided: a power of two
	 * up to 64. They share the size that ring_size gives to their kind. A ring buffer has one
	 * lock, so more of them let more CPUs record at the same time. The session uses fewer if
	 * each would have less than 256 KiB, or no room for three of its largest records. 0: about
	 * one for each four CPUs that are online.
	 */
	uint32_t ring_shards;
	/*
	 * How output_fd and record_fd are compressed. A frame ends with each write, so a file that
	 * is cut off loses the bytes of one write at most. In a replay, this option is only for
	 * output_fd: the replay finds out itself how a recording is compressed. file_size_max and
	 * the counts of written bytes count compressed bytes.
	 */
	enum et_compress compress;
	/*
	 * 1: `log` gets no lines at ET_LOG_DEBUG. libbpf then does not even format its
	 * messages, which are tens of thousands at a start.
	 */
	uint32_t log_no_debug;
	/*
	 * A folder for segments, in place of record_fd; NULL: none. A thread of the session writes
	 * them, so the disk never holds up the session. The first et_session__poll() starts this
	 * thread. Events that the thread cannot take are recorded as lost, and other outputs still
	 * have them. `compress` does not apply to segments.
	 */
	const struct et_segments *segments;
};

/* Flags in et_options.stream. */
enum et_stream {
	/*
	 * Each file of events begins with a header line, which contains the host and the versions
	 * of schema and program. The formats "text" and "es-bulk" have no such line. max_events
	 * does not count it.
	 */
	ET_STREAM_HEADER = 1,
	/*
	 * Only for the format "json": each event has the members time_unix_ns, seq, host and
	 * boot_id.
	 */
	ET_STREAM_IDENTITY = 2,
};

/* Flags in et_options.text, for the format "text". */
enum et_text_flags {
	ET_TEXT_FIT = 1,    /* if output_fd is a terminal, cut lines at the terminal's width */
	ET_TEXT_HEADER = 2, /* begin the output with a line of column names */
	ET_TEXT_COLOR = 4,  /* use colours: terminal escape sequences */
	ET_TEXT_UTC = 8,    /* print times in UTC, not in local time */
	ET_TEXT_ASCII = 16, /* escape all characters that are not ASCII */
};

/**
 * et_check_format() - check the options format, fields, exclude_fields, columns and numbers
 * @opts:	the options
 * @err:	receives kind and message on failure; may be NULL
 *
 * If the option context is set, also checks that the format can contain a context.
 * et_session__open() checks these options too, but only after it has attached the BPF programs.
 *
 * Return: 0 or -EINVAL.
 */
int et_check_format(const struct et_options *opts, struct et_error *err);

/*
 * Environment variables that are recorded by default. They show in which directory, as which user
 * and with which libraries a program runs.
 */
#define ET_ENV_DEFAULT                                                                   \
	"HOME,LANG,LANGUAGE,LC_*,LD_*,LOGNAME,PATH,PWD,OLDPWD,SHELL,SHLVL,TERM,TZ,USER," \
	"HOSTNAME,SUDO_UID,SUDO_GID,SUDO_USER,SSH_CONNECTION,SSH_TTY,XDG_SESSION_ID,"    \
	"XDG_RUNTIME_DIR,DISPLAY,WAYLAND_DISPLAY"

#ifdef __cplusplus
static inline et_options et_options_init()
{
	et_options opts = et_options();

	opts.sz = sizeof(opts);
	opts.output_fd = -1;
	opts.record_fd = -1;
	return opts;
}
# define ET_OPTIONS_INIT et_options_init()
#else
# define ET_OPTIONS_INIT { .sz = sizeof(struct et_options), .output_fd = -1, .record_fd = -1 }
#endif

/**
 * et_session__open() - load and attach the BPF programs of the requested events
 * @opts:	the options; copied
 * @ret:	receives the session; the caller closes it with et_session__close()
 * @err:	receives kind and message on failure; may be NULL
 *
 * When it returns, all BPF programs are attached, and later events are recorded. If no hook of an
 * event type can be attached, the type is left out. et_session__hooks() contains the reason, and
 * the log receives a warning. If no type is left, or if @opts requires something impossible, the
 * function fails. Events of the calling process and terminal writes of its ancestors are never
 * recorded: each could cause another event, and so a loop.
 *
 * Return: 0, or a negative errno: -EPERM (a capability is missing), -ENOENT (no BTF), -EOPNOTSUPP
 * (no event can be recorded, or the kernel does not support the wire format), -EINVAL (invalid
 * options), -ESRCH (the process of ET_FILTER_TREE does not exist), -ENOSPC (the memory budget is
 * too small), or the kernel's errno.
 */
int et_session__open(const struct et_options *opts, struct et_session **ret, struct et_error *err);

/**
 * et_session__poll() - wait for events and write them
 * @s:		the session
 * @timeout_ms:	longest wait in milliseconds; 0: none; -1: for ever
 *
 * Reads the ring buffers, encodes the events, and writes them within et_options.latency_ms. Returns
 * early on a signal. Never waits longer than @timeout_ms for the reader of a pipe, a socket or a
 * terminal. Lines that the output does not accept stay in a buffer. When this buffer is full,
 * records stay in the rings. When a ring is full, BPF programs count the events that they lose.
 * et_session__fd() becomes readable when the output accepts bytes again.
 *
 * Return: number of events received, 0 on time-out, -EINTR on a signal, -EPIPE when the output's
 * reader has closed it, -ECANCELED when max_events have been written, -EBUSY inside on_event, or
 * the errno of write(2). After a failure et_session__error() has the message.
 */
int et_session__poll(struct et_session *s, int timeout_ms);

/**
 * et_session__fd() - a descriptor that polls readable when there are events
 * @s:	the session, which owns and closes the descriptor
 *
 * For a caller that has its own loop of poll(2) or epoll(7): call et_session__poll(s, 0) when the
 * descriptor is readable, and at least once after et_session__open().
 */
int et_session__fd(const struct et_session *s);

/**
 * et_session__header() - get the members of the JSON header line, for a caller that writes it
 * @s:		the session, with ET_STREAM_HEADER, before the first et_session__poll()
 * @buf:	receives the members, such as `"header":true,...`, without braces and terminating 0
 * @size:	room at @buf, at least 2,048 bytes
 *
 * The session then writes no header line to its present file.
 *
 * Return: number of bytes, -EINVAL without ET_STREAM_HEADER, or -ENOSPC.
 */
int et_session__header(struct et_session *s, char *buf, size_t size);

/**
 * et_session__set_outputs() - write all further events to other files
 * @s:		the session
 * @output_fd:	replaces et_options.output_fd; the caller closes it. -1: no change
 * @record_fd:	replaces et_options.record_fd; the caller closes it. -1: no change
 *
 * For files that are renamed from time to time. All events that the session has received are first
 * written to the old files: complete lines and complete records. The old recording gets its end,
 * with the counts of its own events. The new recording can be replayed alone. No event is lost or
 * written twice. When the function has returned 0, the caller may close the old descriptors.
 *
 * Return: 0. -EINVAL if the session was opened without such an output, or has stopped. -EBUSY
 * inside on_event. -EAGAIN if the reader of an old output does not take all events now. The errno
 * of write(2) if the new recording's header cannot be written. After these errors the session keeps
 * the old files. If an old file cannot be written, an error of et_session__poll().
 */
int et_session__set_outputs(struct et_session *s, int output_fd, int record_fd);

/**
 * et_session__stop() - stop recording, then read the remaining events and write them
 * @s:	the session. After this, only its stats, hooks, error and close functions may be called
 *
 * Waits at most et_options.drain_timeout_ms for the output's reader. Calls on_event for the
 * remaining events. The BPF programs stay attached, but do nothing. et_session__close() detaches
 * them, which may take a second or two.
 *
 * Return: 0, -ETIMEDOUT if the output was not read in time and so is incomplete, or an error of
 * et_session__poll().
 */
int et_session__stop(struct et_session *s);

/*
 * The last failure of et_session__poll() or et_session__stop(). Its kind is ET_ERROR_NONE if
 * neither has failed. Valid until et_session__close().
 */
const struct et_error *et_session__error(const struct et_session *s);

/*
 * Detach all BPF programs and free the session. Does not write the remaining events: call
 * et_session__stop() before. NULL is allowed.
 */
void et_session__close(struct et_session *s);

/* ---- an event's data --------------------------------------------------------------------- */

/*
 * A decoded event, as on_event receives it. A caller reads its fields with the functions of its
 * type in eventstrace_events.h, or with the functions below, which are for all types. All results
 * are valid as long as the event.
 *
 *	static void on_event(void *ctx, const struct et_event *event)
 *	{
 *		size_t size;
 *		const char *name = et_process_exec__filename(event, &size, NULL);
 *
 *		if (name)
 *			printf("%u %.*s\n", et_event__pids(event)->tgid, (int)size, name);
 *	}
 */
struct et_event;

/* The event's type, an enum et_event_id. Later versions of the library may add types. */
unsigned int et_event__id(const struct et_event *event);

/*
 * The name of the event's type, such as "PROCESS_EXEC" or "LOST". JSON has it as event_type. Valid
 * for ever.
 */
const char *et_event__name(const struct et_event *event);

/* When the event happened, in nanoseconds since 1970, UTC. JSON has it as timestamp. */
uint64_t et_event__time_ns(const struct et_event *event);

/*
 * When the event happened, in nanoseconds of CLOCK_MONOTONIC, so a change of the system's time does
 * not matter. JSON has it as ts_ns.
 */
uint64_t et_event__ts_ns(const struct et_event *event);

/* The process that caused the event; the parent for PROCESS_FORK. NULL for a LOST event. */
const struct et_event_pids *et_event__pids(const struct et_event *event);

/*
 * The kind of a field's value. Each comment names the member of struct et_field that contains the
 * value.
 */
enum et_value_kind {
	ET_VALUE_UNSIGNED = 1, /* an unsigned number, in `number` */
	ET_VALUE_SIGNED,       /* a signed number, in `signed_number` */
	ET_VALUE_BOOL,         /* 0 or 1, in `number` */
	ET_VALUE_ENUM,         /* a value of an enum, in `number`; the value's name, in `data` */
	/* the mode of a file, in `number`; JSON prints the mode as octal digits */
	ET_VALUE_MODE,
	ET_VALUE_STRING,  /* text without a terminating 0, in `data` */
	ET_VALUE_STRINGS, /* a list of strings, in `data`; et_strings__next() reads the list */
	ET_VALUE_BYTES,   /* any bytes, in `data` */
	/* 16 bytes of an IPv6 address, in `data`; an IPv4 address is mapped: ::ffff:192.0.2.1 */
	ET_VALUE_ADDRESS,
	ET_VALUE_OBJECT, /* no value of its own: the field is an object, whose fields come next */
};

/* Flags of a field with a value of variable length. docs/events.md describes the flags. */
enum et_field_flags {
	ET_FIELD_TRUNCATED = 1 << 0, /* the value was cut; orig_size is its full size */
	/* the value is not complete: memory of the process could not be read */
	ET_FIELD_FAULT = 1 << 1,
	ET_FIELD_DELETED = 1 << 2,     /* the path belongs to a file that was unlinked */
	ET_FIELD_UNREACHABLE = 1 << 3, /* the path does not begin at the process's root directory */
	/* Bytes of the value are missing, and orig_size does not count all missing bytes. */
	ET_FIELD_PARTIAL = 1 << 4,
	/*
	 * BPF programs could not look up the path's file. The path is the one that the process
	 * passed, and may contain symbolic links.
	 */
	ET_FIELD_UNRESOLVED = 1 << 5,
};

/* Size in bytes of et_field.path, the terminating 0 included. */
#define ET_FIELD_PATH_MAX 64

/* One field of an event: et_event__next_field() and et_event__find_field() fill this struct. */
struct et_field {
	size_t sz;         /* sizeof(struct et_field); ET_FIELD_INIT sets it */
	uint32_t private_; /* position of the field, only for et_event__next_field() */
	enum et_value_kind kind;
	const char *name; /* the field's name, such as "tgid"; valid for ever */
	/* the field's name after the name of the object that contains it, such as "pids.tgid" */
	char path[ET_FIELD_PATH_MAX];
	uint64_t number;
	int64_t signed_number;
	/* the value's bytes, valid as long as the event; NULL for a kind without `data` */
	const char *data;
	size_t size;      /* number of bytes in `data` */
	size_t orig_size; /* length in bytes of the whole value, before the record's limit cut it */
	uint32_t flags;   /* flags of the value: enum et_field_flags */
	uint32_t pad;
};

#ifdef __cplusplus
static inline et_field et_field_init()
{
	et_field field = et_field();

	field.sz = sizeof(field);
	return field;
}
# define ET_FIELD_INIT et_field_init()
#else
# define ET_FIELD_INIT { .sz = sizeof(struct et_field) }
#endif

/**
 * et_event__next_field() - iterate over all fields of an event
 * @event:	the event
 * @field:	ET_FIELD_INIT for the first field, then the field of the call before; receives the
 *		next field
 *
 * Fields come in the order of the JSON line, without event_type, timestamp and ts_ns. A field that
 * is an object comes before the fields of that object. An event of an old recording can lack
 * fields: these are left out.
 *
 *	struct et_field field = ET_FIELD_INIT;
 *
 *	while (et_event__next_field(event, &field))
 *		printf("%s\n", field.path);
 *
 * Return: true, or false after the last field. The next call then begins with the first field
 * again.
 */
bool et_event__next_field(const struct et_event *event, struct et_field *field);

/**
 * et_event__find_field() - find a field by its path
 * @event:	the event
 * @path:	"filename", or "pids.tgid" inside of an object
 * @ret:	ET_FIELD_INIT; receives the field, from which et_event__next_field() can continue
 *
 * Return: 0, -ENOENT if this event has no such field, or -EINVAL if the size in @ret is not set.
 */
int et_event__find_field(const struct et_event *event, const char *path, struct et_field *ret);

/**
 * et_strings__next() - iterate over the strings of a list, such as argv
 * @list:	pointer to the list's bytes; the function moves it to the next string
 * @size:	number of bytes at @list; the function subtracts the bytes of the returned string
 * @ret_size:	receives the string's length in bytes
 *
 *	size_t left, size;
 *	const char *argv = et_process_exec__argv(event, &left, NULL), *arg;
 *
 *	while ((arg = et_strings__next(&argv, &left, &size)))
 *		printf(" %.*s", (int)size, arg);
 *
 * Return: the string, or NULL after the last one. If the list was cut, its last string has no
 * terminating 0.
 */
const char *et_strings__next(const char **list, size_t *size, size_t *ret_size);

/**
 * et_event__format() - write an event as one line of JSON or text
 * @event:	the event
 * @format:	"json": the line that output_fd receives by default, with all members; "text": one
 *		line for people, with the usual columns, local time, no colours and unlimited width;
 *		"ecs", "es-bulk" and "trace": the lines that output_fd receives, without the host;
 *		"trace" also lacks slices (bars on the time line), which need several events
 * @buf:	receives the text: one line with its newline, for "es-bulk" two lines, without a
 *		terminator
 * @size:	bytes at @buf
 * @ret_size:	receives the bytes of the text
 *
 * With et_event__format_max() bytes at @buf, no format but "text" allocates memory. "text" also
 * reads the time zone and /etc/passwd, at each call. For many events, et_options.format is faster.
 *
 * Return: 0, -EINVAL (there is no such format), -ENOSPC (@size is too small; the content of @buf is
 * undefined), or -ENOMEM.
 */
int et_event__format(const struct et_event *event, const char *format, char *buf, size_t size,
		     size_t *ret_size);

/*
 * Upper bound for the length of the text that et_event__format() makes, in bytes. The text itself
 * is often several times shorter. 0: there is no such format.
 */
size_t et_event__format_max(const struct et_event *event, const char *format);

/* Sizes in bytes of texts in the following structs, the terminating 0 included. */
#define ET_ENTITY_ID_MAX 80
#define ET_POD_UID_MAX   64

/* A process in the context of an event: et_event__process() fills this struct. */
struct et_process_info {
	size_t sz;     /* sizeof(struct et_process_info); ET_PROCESS_INFO_INIT sets it */
	uint32_t tgid; /* process ID in the initial PID namespace */
	/*
	 * 1: events of forks, execs or exits were lost, and the process could not be read again, so
	 * it may run another program by now
	 */
	uint32_t stale;
	char comm[16]; /* the process's name; without a terminating 0 if it has 16 bytes */
	/* a text for this process alone: no other process ever gets it, also not after a reboot */
	char entity_id[ET_ENTITY_ID_MAX];
	uint64_t start_ns;      /* when it began, in nanoseconds since 1970; 0: not known */
	const char *executable; /* path of its program, without a terminating 0; NULL: not known */
	size_t executable_size;
	const char *args; /* its arguments, for et_strings__next(); NULL: not known */
	size_t args_size;
	uint32_t args_truncated; /* 1: bytes of its arguments are missing */
	uint32_t pad;
};

/* Users and container in the context of an event: et_event__context() fills this struct. */
struct et_context_info {
	size_t sz;              /* sizeof(struct et_context_info); ET_CONTEXT_INFO_INIT sets it */
	const char *user;       /* name of the process's real user; NULL: none, or not known */
	const char *group;      /* name of its real group; NULL: none, or not known */
	const char *login_user; /* name of the user that logged in; NULL: none, or not known */
	uint32_t login_uid;     /* ID of the user that logged in; 4294967295: none, or not known */
	uint32_t pad;
	const char *container_id; /* without a terminating 0; NULL: no container */
	size_t container_id_size;
	const char *container_runtime; /* such as "docker"; NULL: no container, or not known */
	char pod_uid[ET_POD_UID_MAX];  /* uid of the Kubernetes pod; empty: none */
};

#ifdef __cplusplus
static inline et_process_info et_process_info_init()
{
	et_process_info info = et_process_info();

	info.sz = sizeof(info);
	return info;
}
static inline et_context_info et_context_info_init()
{
	et_context_info info = et_context_info();

	info.sz = sizeof(info);
	return info;
}
# define ET_PROCESS_INFO_INIT et_process_info_init()
# define ET_CONTEXT_INFO_INIT et_context_info_init()
#else
# define ET_PROCESS_INFO_INIT { .sz = sizeof(struct et_process_info) }
# define ET_CONTEXT_INFO_INIT { .sz = sizeof(struct et_context_info) }
#endif

/**
 * et_event__process() - the process of an event, or one of its ancestors
 * @event:	an event that on_event receives, of a session or a replay with et_options.context
 * @level:	0: the process that caused the event; 1: its parent; 2: the parent of that; ...
 * @ret:	ET_PROCESS_INFO_INIT; receives the process, as it is at this event
 *
 * All results are valid until on_event returns.
 *
 *	struct et_process_info parent = ET_PROCESS_INFO_INIT;
 *
 *	if (et_event__process(event, 1, &parent) == 0)
 *		printf("started by %.*s\n", 16, parent.comm);
 *
 * Return: 0; -ENOENT if there is no such process, if it is not known, or if the event has no
 * context (a copy never has one); or -EINVAL if the size in @ret is not set.
 */
int et_event__process(const struct et_event *event, unsigned int level,
		      struct et_process_info *ret);

/**
 * et_event__context() - the names of users and the container of an event's process
 * @event:	as in et_event__process()
 * @ret:	ET_CONTEXT_INFO_INIT; receives the names and the container
 *
 * All results are valid until on_event returns.
 *
 * Return: as et_event__process() for level 0.
 */
int et_event__context(const struct et_event *event, struct et_context_info *ret);

/**
 * et_event__copy() - copy an event, to use it after on_event has returned
 * @event:	the event, or a copy
 * @ret:	receives the copy; the caller frees it with et_event__free()
 *
 * The copy may be used in another thread, and after the session is closed. It has no context.
 *
 * Return: 0 or -ENOMEM.
 */
int et_event__copy(const struct et_event *event, struct et_event **ret);

/*
 * Free a copy that et_event__copy() has made. Must not be called for other events. NULL is allowed.
 */
void et_event__free(struct et_event *copy);

/* ---- accounts --------------------------------------------------------------------------- */

/*
 * Size of arrays with an entry for each value of enum et_event_lost_cause below 8. Values from 8 on
 * are causes for which a folder of segments lacks events. struct et_not_recorded_stats counts these
 * events.
 */
#define ET_LOST_CAUSE_MAX 8

/* Counts of the events of one type since the session was opened. attempted = sent + lost. */
struct et_event_stats {
	unsigned int id;
	uint64_t attempted; /* events that happened and that no filter dropped */
	uint64_t sent;      /* events whose record a BPF program has put into a ring buffer */
	/* events without a record in a ring buffer, for example because the ring was full */
	uint64_t lost;
	/* events that are not recorded: the caller's own, and those that a filter dropped */
	uint64_t filtered;
	uint64_t truncated; /* sent events with a value that was cut at its largest size */
	uint64_t bytes;     /* number of bytes of all sent records */
	uint64_t received;  /* events that the session has read from a ring buffer and decoded */
	uint64_t written;   /* events that the session has written to the output */
	uint64_t lost_by[ET_LOST_CAUSE_MAX]; /* lost events by cause; all 0 in a replay */
};

/* Describes a BPF map of limited size that stores operations in progress, such as system calls. */
struct et_table_stats {
	const char *name;
	uint64_t refused; /* number of operations that were not stored, because the map was full */
};

/*
 * Events of one user that were lost with the cause ET_EVENT_LOST_CAUSE_USER_SHARE: the user had
 * used up its share of a ring buffer.
 */
struct et_user_stats {
	/*
	 * The real user of the processes that caused the lost events. If these processes are in a
	 * user namespace that a user other than root has made, uid is this other user. A ring
	 * buffer has 128 shares, so several users can have the same share. Then uid is the user
	 * that lost an event last.
	 */
	uint32_t uid;
	uint32_t pad;
	uint64_t refused; /* number of this user's lost events */
};

/*
 * Events of one type that a folder of segments lacks for one cause: et_options.segments. This
 * session has received these events, or an earlier session did and this session has dropped its
 * segment. So these events are not in et_event_stats.lost. Each event counts once.
 */
struct et_not_recorded_stats {
	unsigned int id;    /* the event type; 0: not known */
	unsigned int cause; /* an enum et_event_lost_cause */
	uint64_t events;
};

/*
 * A process whose writes were not recorded: the process reads the output of a tracer, or is another
 * tracer. Each of its writes could cause another write, and so a loop.
 */
struct et_left_out {
	unsigned int tgid; /* process ID in the initial PID namespace */
	/*
	 * the process's name at the first write that was not recorded; without a terminating 0 if
	 * it has 16 bytes
	 */
	char comm[16];
	uint64_t events; /* number of the process's events that were not recorded */
};

/* Counts of a whole session. et_session__stats() fills this struct. */
struct et_session_stats {
	size_t sz;             /* sizeof(struct et_session_stats); the caller sets it */
	uint64_t malformed;    /* number of records that the decoder rejected as invalid */
	uint64_t wakeups;      /* number of times that a BPF program woke the sleeping session */
	uint64_t output_bytes; /* bytes written to output_fd */
	/* bytes of kernel memory of the ring buffers, with their control pages */
	uint64_t locked_ring;
	uint64_t locked_scratch; /* bytes of the BPF map in which BPF programs build records */
	/* bytes of all other BPF maps: no ring buffers, no scratch memory */
	uint64_t locked_maps;
	/*
	 * Number of CPUs that the host can have (possible CPUs). 0: unknown, for example without
	 * /sys.
	 */
	unsigned int cpus_possible;
	/* the layout of records, such as "auto: direct"; valid as long as the session */
	const char *wire_format;
	/*
	 * True if all events are accounted for. Valid after et_session__stop(): for each type
	 * attempted = received + lost, and LOST events report all lost events.
	 */
	bool accounted;
	/* events that were attempted, but are neither received nor known as lost */
	uint64_t missing;
	/* events that LOST events have reported as lost; at the end, all lost and missing events */
	uint64_t lost_told;
	uint64_t lost_written; /* events that LOST lines in the output have reported */
	/*
	 * With ET_WIRE_AUTO: the reason why the session does not use ET_WIRE_DIRECT. NULL: the
	 * session uses ET_WIRE_DIRECT, or the caller chose another layout.
	 */
	const char *wire_format_why;
	uint64_t recorded_bytes; /* bytes written to record_fd, or put into the queue of segments */
	/*
	 * Number of descendants of an ET_FILTER_TREE process that the BPF programs could not store,
	 * because a BPF map was full. Events of these descendants do not match the filter.
	 */
	uint64_t tree_missed;
	/*
	 * Number of times that the kernel did not run a BPF program: the program would have
	 * interrupted itself, or too many calls of a kretprobe's function were active. Events of
	 * such skipped runs are not counted as attempted or lost. Linux counts the skipped runs of
	 * fentry and fexit hooks since 5.12, those of other hooks since 6.7.
	 */
	uint64_t skipped;
	/*
	 * True if the members that begin with locked_ are unknown, and therefore 0: the kernel does
	 * not report locked memory, for example without /proc.
	 */
	bool locked_unknown;
	/*
	 * Upper bounds in bytes of the kernel memory that BPF programs allocated for sockets (the
	 * largest sum at one time) and for tasks. The kernel frees this memory with the socket or
	 * task. locked_maps and memory_budget do not include it.
	 */
	uint64_t grown_sockets;
	uint64_t grown_tasks;
	/*
	 * True if another process has switched off the BPF programs with a write to their maps.
	 */
	bool switched_off;
	/*
	 * Nanoseconds for which records waited in the ring buffers, although the output accepted
	 * bytes: the caller did not call et_session__poll(), was stopped or had no CPU. Only waits
	 * of more than a second count. away_ns is their sum, away_longest_ns the longest.
	 */
	uint64_t away_ns, away_longest_ns;
	/* number of processes that et_options.context has dropped: context_processes was reached */
	uint64_t context_evicted;
	/*
	 * Number of ring buffers of each kind, and the bytes of data that each ring buffer holds. A
	 * CPU uses one ring buffer of each kind.
	 */
	unsigned int lifecycle_rings, bulk_rings;
	uint64_t lifecycle_ring_bytes, bulk_ring_bytes;
	/*
	 * With et_options.segments: number of received events that got into no segment, plus the
	 * events of dropped segments. LOST records in the folder report them by type and cause.
	 */
	uint64_t not_recorded;
};

/*
 * Each of the following macros fills an array of the caller. The macro passes the size of the
 * array's struct in the caller's version of this header. So a later version of the library can add
 * members to the struct. If the caller's struct is smaller than the library's, it receives only its
 * own members. If it is larger, its additional members become 0.
 */

/**
 * et_session__event_stats() - the counts of each recorded event type
 * @s:		the session
 * @ret:	receives one row for each type, in the order of ids
 * @max:	number of rows for which @ret has room
 *
 * Return: number of rows, or a negative errno.
 */
int et_session__event_stats_sized(struct et_session *s, struct et_event_stats *ret, size_t row_size,
				  size_t max);
#define et_session__event_stats(s, ret, max) \
	et_session__event_stats_sized((s), (ret), sizeof(*(ret)), (max))

/**
 * et_session__table_stats() - how often BPF maps of pending operations were full
 * @s:		the session
 * @ret:	receives one row for each map, even if no loaded BPF program uses it
 * @max:	number of rows for which @ret has room
 *
 * Return: number of rows, or a negative errno.
 */
int et_session__table_stats_sized(struct et_session *s, struct et_table_stats *ret, size_t row_size,
				  size_t max);
#define et_session__table_stats(s, ret, max) \
	et_session__table_stats_sized((s), (ret), sizeof(*(ret)), (max))

/**
 * et_session__user_stats() - the users that have lost events because of their share of a ring
 * @s:		the session
 * @ret:	receives a row for each such user, the user with the most lost events first
 * @max:	number of rows for which @ret has room
 *
 * Return: number of such users, which can be more than @max; or a negative errno.
 */
int et_session__user_stats_sized(struct et_session *s, struct et_user_stats *ret, size_t row_size,
				 size_t max);
#define et_session__user_stats(s, ret, max) \
	et_session__user_stats_sized((s), (ret), sizeof(*(ret)), (max))

/**
 * et_session__not_recorded() - the events that the folder of segments lacks, by type and cause
 * @s:		the session
 * @ret:	receives a row for each event type and cause with such events, sorted by type
 * @max:	number of rows for which @ret has room
 *
 * The sum of all rows is et_session_stats.not_recorded.
 *
 * Return: number of rows, or a negative errno.
 */
int et_session__not_recorded_sized(struct et_session *s, struct et_not_recorded_stats *ret,
				   size_t row_size, size_t max);
#define et_session__not_recorded(s, ret, max) \
	et_session__not_recorded_sized((s), (ret), sizeof(*(ret)), (max))

/**
 * et_session__left_out() - the processes whose writes were not recorded
 * @s:		the session
 * @ret:	receives one row for each process: processes that read the output, and other tracers
 * @max:	number of rows for which @ret has room
 * @ret_others:	receives the number of unrecorded events of processes without a row, for which the
 *		table of processes had no room
 *
 * et_event_stats.filtered contains these events too.
 *
 * Return: number of rows, or a negative errno.
 */
int et_session__left_out_sized(struct et_session *s, struct et_left_out *ret, size_t row_size,
			       size_t max, uint64_t *ret_others);
#define et_session__left_out(s, ret, max, ret_others) \
	et_session__left_out_sized((s), (ret), sizeof(*(ret)), (max), (ret_others))

/*
 * Get the counts of the whole session; the caller has set ret->sz. Return: 0 or a negative errno.
 */
int et_session__stats(struct et_session *s, struct et_session_stats *ret);

/*
 * A kernel hook from which a BPF program can report an event type. Each type has a list of hooks,
 * the best one first.
 */
struct et_hook {
	unsigned int event_id; /* the event type, an enum et_event_id */
	enum et_attach_kind kind;
	const char *hook;   /* such as "tp_btf/sched_process_exec" */
	bool chosen;        /* true if a BPF program is attached to this hook for this event type */
	const char *reason; /* why the hook is not chosen; NULL if it is chosen, or was not tried */
};

/**
 * et_session__hook_at() - get one of the hooks that could report the recorded events
 * @s:	the session
 * @n:	index, from 0: hooks are sorted by event id, then by preference
 *
 * Return: the hook, valid until et_session__close(); NULL after the last one.
 */
const struct et_hook *et_session__hook_at(const struct et_session *s, size_t n);

/**
 * et_session__hooks() - get the attached hooks, and why preferred hooks are not attached
 * @s:		the session
 * @ret_count:	receives the number of hooks
 *
 * Only for callers that were compiled with the header of the linked library's version, because
 * later versions may add members to struct et_hook. Other callers use et_session__hook_at().
 *
 * Return: an array, sorted by event id and preference, valid until et_session__close().
 */
const struct et_hook *et_session__hooks(const struct et_session *s, size_t *ret_count);

/* A BPF program that the kernel's verifier has accepted, and the cost of its verification. */
struct et_program {
	const char *name;
	/* number of instructions that the verifier processed; it may process one several times */
	uint64_t verified_insns;
	uint64_t verified_usec; /* microseconds that the verifier took for this BPF program */
};

/*
 * The BPF program with index @n, from 0, in the list of those that et_probe() has loaded. NULL
 * after the last one. Valid until et_session__close().
 */
const struct et_program *et_session__program_at(const struct et_session *s, size_t n);

/**
 * et_session__programs() - get the BPF programs that et_probe() has loaded
 * @s:		the session
 * @ret_count:	receives the number of BPF programs; 0 for a session that records
 *
 * Only for callers that were compiled with the header of the linked library's version, because
 * later versions may add members to struct et_program. Other callers use et_session__program_at().
 *
 * Return: an array, valid until et_session__close().
 */
const struct et_program *et_session__programs(const struct et_session *s, size_t *ret_count);

/**
 * et_probe() - find the hooks that this kernel offers, without recording
 * @opts:	as for et_session__open(); output_fd and record_fd are not used
 * @ret:	receives a session for et_session__hooks() and et_session__programs(); the caller
 *		closes it. Receives a session even if no event type is available
 * @err:	as for et_session__open()
 *
 * Return: number of requested event types that are not available (0: all are), or a negative errno
 * of et_session__open() if the kernel's features could not be tested.
 */
int et_probe(const struct et_options *opts, struct et_session **ret, struct et_error *err);

/* Features of the running kernel. eventstrace prints them with --print-features-on-init. */
struct et_features {
	size_t sz;      /* sizeof(struct et_features); the caller sets it */
	bool bpf_tramp; /* true if BPF programs can be attached to fentry and fexit */
	/* true if the kernel supports IPv6; IPv6 connections are recorded only then */
	bool ipv6;
};

/*
 * Find out which features the kernel has; the caller has set ret->sz. Return: 0 or a negative
 * errno.
 */
int et_session__features(struct et_session *s, struct et_features *ret);

/* ---- replaying ---------------------------------------------------------------------------- */

/*
 * A replay of a recording, which is the file that a session wrote to record_fd. It needs no
 * privileges.
 */
struct et_replay;

/**
 * et_replay__open() - prepare to replay a recording
 * @opts:	`events` are the event types to replay. Options for output_fd, formats, redaction,
 *		filters and on_event mean the same as for a session. Options for BPF programs, ring
 *		buffers and recordings are ignored
 * @fd:		the recording, a file or a pipe; the caller closes it
 * @ret:	receives the replay; the caller closes it with et_replay__close()
 * @err:	receives kind and message on failure; may be NULL
 *
 * Return: 0, -EINVAL (invalid options) or -ENOMEM.
 */
int et_replay__open(const struct et_options *opts, int fd, struct et_replay **ret,
		    struct et_error *err);

/**
 * et_replay__step() - replay the next part of the recording, for some milliseconds at most
 * @r:	the replay
 *
 * Calls read(2) once, and writes the events that it has read, each with its original time. While
 * the output accepts no bytes, the function does not call read(2): see et_replay__is_blocked().
 *
 * Return: 1 when there may be more; 0 at the end of a complete recording. -EINTR (a signal) and
 * -EAGAIN (@fd has no data now): the caller calls again. Failures: -ECANCELED when max_events have
 * been written; -EBUSY inside on_event; -EBADMSG if the recording is damaged; -ENODATA if it is cut
 * off; -EPROTONOSUPPORT if it is not a recording, or has another format; -EINVAL if its records
 * lack the values that a filter compares; or the errno of write(2) or read(2). After a failure
 * et_replay__error() has the message. All events before a damaged record have been written.
 */
int et_replay__step(struct et_replay *r);

/**
 * et_replay__next() - continue with another recording
 * @r:	the replay, after et_replay__step() has returned 0, or an error of the recording
 * @fd:	the next recording, a file or a pipe; the caller closes it. The former recording is not used
 *	any more
 *
 * For a session that has written several recordings, one after the other: call this function with
 * each, the oldest first. The events are replayed as if they were in one recording, and the counts
 * at the recordings' ends are added. If sequence numbers show that events between two recordings
 * are missing, a LOST event reports them. A recording of another session can follow too.
 *
 * Return: 0; -EINVAL if the present recording has not ended; -EBUSY inside on_event; -ENOMEM; or
 * the last failure of et_replay__step(), if the output has failed.
 */
int et_replay__next(struct et_replay *r, int fd);

/*
 * True if a filter of the replay compares ancestors of processes or of cgroups. The replay learns
 * these only from records, so pass all recordings to et_replay__learn() first. Otherwise a filter
 * knows only the ancestors that earlier records contain.
 */
bool et_replay__learns(const struct et_replay *r);

/**
 * et_replay__learn() - read a whole recording for the filters, before the replay begins
 * @r:	the replay, before its first et_replay__step()
 * @fd:	a recording that can be read again; afterwards the descriptor has the same position
 *
 * Return: 0, also for a damaged recording, which et_replay__step() reports; -ESPIPE for a pipe;
 * -EBUSY inside on_event; or another negative errno.
 */
int et_replay__learn(struct et_replay *r, int fd);

/*
 * True if the next et_replay__step() reads no bytes from the recording. Then the caller must not
 * wait until the recording's descriptor is readable. There are two cases: the output accepts no
 * more bytes, or the replay has not yet replayed all bytes that it has read (compressed recording).
 */
bool et_replay__is_blocked(const struct et_replay *r);

/**
 * et_replay__stop() - write the remaining events
 * @r:		the replay. After this, only its stats, error and close functions may be called
 *
 * Waits at most et_options.drain_timeout_ms for the output's reader.
 *
 * Return: 0, -ETIMEDOUT if that time was too short, or the errno of write(2).
 */
int et_replay__stop(struct et_replay *r);

/*
 * The last failure of et_replay__step(). Its kind is ET_ERROR_NONE if no call has failed. Valid
 * until et_replay__close(). With kind ET_ERROR_INPUT, the message is meant to follow the
 * recording's name: "is damaged at byte 4096".
 */
const struct et_error *et_replay__error(const struct et_replay *r);

/*
 * Get the counts of each event type, as et_session__event_stats() does for a session. The members
 * from attempted to bytes come from the recording's end, and are 0 until the replay has read it.
 * received counts the events of the recording, and written those that no filter dropped.
 */
int et_replay__event_stats_sized(struct et_replay *r, struct et_event_stats *ret, size_t row_size,
				 size_t max);
#define et_replay__event_stats(r, ret, max) \
	et_replay__event_stats_sized((r), (ret), sizeof(*(ret)), (max))

/*
 * Get the counts of a replay, in the struct that et_session__stats() fills for a session. Members
 * about the recording session, such as locked_ring, are 0.
 */
int et_replay__stats(struct et_replay *r, struct et_session_stats *ret);

/* True if the replay has read the end of each recording. Only then are the counts complete. */
bool et_replay__whole(const struct et_replay *r);

/*
 * Free the replay. Does not write the remaining events: call et_replay__stop() before. NULL is
 * allowed.
 */
void et_replay__close(struct et_replay *r);

#ifdef __cplusplus
}
#endif

#endif /* EVENTSTRACE_H */
