/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventstrace: records what the processes of this host do, through eBPF.
 *
 * The public header; it includes eventstrace_events.h. A session loads and attaches the probes that
 * its events need, and drains their rings. It passes each event to a function of the caller, or
 * writes it to a file descriptor, or both:
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
 * unchanged on failure. Pointers that the caller passes must not be NULL, unless the function's
 * comment allows it. The caller frees only those results for which the function's comment names a
 * free function.
 *
 * The library never prints, never exits, and handles no signals. If the reader of a pipe is gone, a
 * function returns -EPIPE, and no SIGPIPE is sent. If the process ignores SIGPIPE when it opens a
 * session, it must keep ignoring it. Threads exist only while a function opens, probes or closes a
 * session. They block all signals, and end before the function returns.
 *
 * The library is not thread-safe: only one thread at a time may use a session. Several threads may
 * use several sessions, but must not open, probe or close two of them at the same time. During
 * these calls, the library sets libbpf's print function, which is global in a process. The archive
 * of `//lib:dist` has a libbpf of its own, so the caller's libbpf is not affected.
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
#define ET_VERSION_MINOR 1
#define ET_VERSION_PATCH 0

/* The version of the linked library, such as "0.1.0". The string is valid for ever. */
const char *et_version(void);

/* ---- events ---------------------------------------------------------------------------- */

/* Describes an event type. Generated from lib/wire/schema.def. */
struct et_event_info {
	unsigned int id;      /* an enum et_event_id, for ET_EVENT_BIT */
	const char *name;     /* event_type in JSON, such as "PROCESS_EXEC" */
	const char *flag;     /* long option of eventstrace without dashes: "process-exec" */
	const char *category; /* "process", "file" or "network" */
	const char *doc;      /* one sentence: when the event happens */
};

/*
 * The bit of an event type in a mask. For ids up to 63, as all types have today; larger ids need
 * struct et_event_set.
 */
#define ET_EVENT_BIT(id) (1ULL << (id))

/**
 * et_event_info_at() - describe one of all event types
 * @n:	index, from 0
 *
 * Return: the description, valid for ever; NULL after the last type. Types are in the order of
 * their ids.
 */
const struct et_event_info *et_event_info_at(size_t n);

/* Find an event type by its id. NULL: no type has this id, or it is ET_EVENT_LOST. */
const struct et_event_info *et_event_by_id(unsigned int id);

/**
 * et_event_infos() - all event types
 * @ret_count:	receives their number
 *
 * Only for programs whose header has the linked library's version: struct et_event_info may grow.
 * Other programs use et_event_info_at().
 *
 * Return: an array, in the order of their ids, valid for ever.
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
	/* Name of the object that contains the member, such as "pids"; NULL: the event itself. */
	const char *parent;
	const char *name; /* such as "tgid" */
	const char *type; /* "number", "string", "strings", "true or false", "object" */
	const char *doc;  /* what the value is, as a part of a sentence */
};

/**
 * et_event_fields() - the members of an event's JSON object, in the order of the line
 * @id:		the event type
 * @ret_count:	receives their number
 *
 * Each object comes before its members. The array leaves out event_type, timestamp and ts_ns, which
 * all events have.
 *
 * Return: an array, valid for ever; NULL and 0 for an unknown event.
 */
const struct et_field_info *et_event_fields(unsigned int id, size_t *ret_count);

/* A set of event types. The struct never grows. Callers use the functions below, not its member. */
struct et_event_set {
	uint64_t private_[4];
};

#ifdef __cplusplus
# define ET_EVENT_SET_INIT et_event_set()
#else
# define ET_EVENT_SET_INIT { { 0 } }
#endif

/* Add an event type. Return: 0, or -EINVAL if no event type has this id. */
int et_event_set__add(struct et_event_set *set, unsigned int id);

/*
 * Add all types of the category "process", "file" or "network"; NULL: all types. Return: 0, or
 * -EINVAL for an unknown category.
 */
int et_event_set__add_category(struct et_event_set *set, const char *category);

/* Remove an event type, if it is in the set. */
void et_event_set__remove(struct et_event_set *set, unsigned int id);

/* True if the event type is in the set. */
bool et_event_set__has(const struct et_event_set *set, unsigned int id);

/* ---- errors ---------------------------------------------------------------------------- */

/* The kind of an error. eventstrace derives its exit status from it. */
enum et_error_kind {
	ET_ERROR_NONE = 0,
	ET_ERROR_USAGE,     /* invalid options */
	ET_ERROR_PRIVILEGE, /* a capability is missing; the message names it */
	ET_ERROR_ATTACH,    /* this kernel does not support the requested events or options */
	ET_ERROR_OUTPUT,    /* the output (output_fd) is not writable */
	ET_ERROR_SYSTEM,    /* any other failure, such as no memory */
	ET_ERROR_RECORD,    /* the recording (record_fd) is not writable */
	ET_ERROR_INPUT,     /* the replayed file is not a recording, or not a complete one */
};

/* Receives the reason why a function of the library has failed. */
struct et_error {
	enum et_error_kind kind;
	char message[512]; /* one line without a newline: what is wrong, and what to do */
};

/* ---- a session -------------------------------------------------------------------------- */

struct et_session;

/* The kind of kernel hook that a BPF program is attached to. */
enum et_attach_kind {
	ET_ATTACH_ANY = 0,    /* the best hook that can be attached */
	ET_ATTACH_FENTRY,     /* only fentry and fexit */
	ET_ATTACH_KPROBE,     /* only kprobe and kretprobe */
	ET_ATTACH_TRACEPOINT, /* only tp_btf, raw and syscall tracepoints */
};

/* When a BPF program that adds a record to a ring wakes the process that reads the ring. */
enum et_wakeup {
	ET_WAKEUP_ADAPTIVE = 0, /* only while the reader sleeps */
	ET_WAKEUP_ALWAYS,       /* always, for every record */
};

/* How users share a ring's room, once half of the ring is full. */
enum et_fair {
	ET_FAIR_USER = 0, /* each user has a share; for root, each cgroup */
	ET_FAIR_OFF,      /* no shares: any user may fill the ring */
};

/* How BPF programs build records, and the records' layout. docs/design.md compares the choices. */
enum et_emit_request {
	ET_WIRE_AUTO = 0, /* ET_WIRE_DIRECT if the kernel supports it, or else ET_WIRE_VARLEN */
	ET_WIRE_FIXED,    /* each field takes the room of its largest value */
	ET_WIRE_VARLEN,   /* fields packed in scratch memory, then copied into the ring */
	ET_WIRE_DIRECT,   /* fields packed directly in the ring; needs Linux 6.16 */
};

/* The old name of enum et_emit_request; will be removed in version 0.3.0. */
#define et_wire_choice et_emit_request

/* The property of an event that a filter compares. */
enum et_filter_kind {
	ET_FILTER_PID = 0,     /* the process that causes the event */
	ET_FILTER_TREE,        /* the process that causes the event, or one of its ancestors */
	ET_FILTER_UID,         /* the process's real user */
	ET_FILTER_COMM,        /* the thread's name (comm) */
	ET_FILTER_CGROUP,      /* the process's version 2 cgroup, or an ancestor of this cgroup */
	ET_FILTER_PATH_PREFIX, /* the beginning of the event's path, if it has one */
	ET_FILTER_KINDS,       /* number of kinds of filters */
};

/*
 * One value of a filter. An event is recorded if it matches a value of each kind in use, and no
 * value of an excluding filter.
 */
struct et_filter {
	enum et_filter_kind kind;
	bool exclude; /* drop the events that match, instead of all others */
	/*
	 * PID, TREE: process ID in the initial PID namespace. UID: user ID. CGROUP: the cgroup's id
	 * from et_cgroup_id().
	 */
	uint64_t number;
	/* COMM: the whole name, at most 15 bytes; PATH_PREFIX: at most 255 bytes. */
	const char *text;
};

/* Largest number of values of one kind; excluding values are counted separately. */
#define ET_FILTER_MAX 16

/* Length in bytes of the longest pattern in et_options.redact. */
#define ET_REDACT_MAX 255

/**
 * et_cgroup_id() - find the id of a cgroup
 * @path:	the cgroup's directory in a version 2 cgroup file system
 * @ret:	receives the id, for et_filter.number
 *
 * Return: 0, -ENOTSUP if @path is no directory of a version 2 cgroup, or the kernel's errno.
 */
int et_cgroup_id(const char *path, uint64_t *ret);

/* The importance of a line that et_options.log receives. */
enum et_log_level {
	ET_LOG_WARNING = 0, /* a requested feature is missing; the session continues */
	ET_LOG_INFO,        /* what the session does, such as the chosen wire format */
	ET_LOG_DEBUG,       /* messages of libbpf and the verifier */
};

/* For et_options.quiet_pgid: the caller's own process group. */
#define ET_QUIET_OWN_PGID UINT32_MAX

/* For et_options.next_file: the output that needs another file. */
enum et_output {
	ET_OUTPUT_EVENTS = 0, /* output_fd */
	ET_OUTPUT_RECORDS,    /* record_fd */
};

/* What a session records, and where the events go. Begin with ET_OPTIONS_INIT. */
struct et_options {
	size_t sz; /* sizeof(struct et_options), set by ET_OPTIONS_INIT */
	/* Mask of ET_EVENT_BIT: the types to record, in addition to event_set. */
	uint64_t events;
	int output_fd; /* receives events as lines; the caller closes it. -1: none */
	/* Write each event at once, and not only when the rings are empty or after 100 ms. */
	bool unbuffered;
	uint64_t max_events;        /* write at most this number of events; 0: no limit */
	enum et_attach_kind attach; /* the only kind of hook to use */
	enum et_wakeup wakeup;
	/*
	 * Bytes of each BPF ring buffer, rounded up to a power of two of whole pages. 0: 1 MiB for
	 * lifecycle_ring_size, 2 MiB for bulk_ring_size.
	 */
	size_t ring_size;
	/*
	 * Device numbers (st_rdev) of terminals: writes to these are not recorded. Ptys of
	 * different devpts instances can have the same number. If output_fd or a standard
	 * descriptor of the caller is a terminal with that number, only this terminal is meant.
	 * Otherwise all are.
	 */
	const uint64_t *quiet_ttys;
	size_t quiet_tty_count;
	/*
	 * Process group whose writes to quiet_pgid_ttys are not recorded; 0: none. The ID is that
	 * of the initial PID namespace, or ET_QUIET_OWN_PGID.
	 */
	uint32_t quiet_pgid;
	const uint64_t *quiet_pgid_ttys; /* device numbers, as in quiet_ttys */
	size_t quiet_pgid_tty_count;
	/* Called with each message of the library or libbpf, without a newline. May be NULL. */
	void (*log)(void *ctx, enum et_log_level level, const char *line);
	void *log_ctx;
	enum et_emit_request wire_format;
	/* Bytes of one of the two rings, instead of ring_size; 0: ring_size. */
	size_t lifecycle_ring_size; /* ring of rare events, such as process starts and exits */
	size_t bulk_ring_size;      /* ring of terminal writes, failed execs, files and network */
	/*
	 * Limit in bytes for the locked memory of rings and maps; rings shrink to fit. 0: no limit.
	 */
	uint64_t memory_budget;
	/*
	 * Descriptor of a recording: receives the events in binary form, for et_replay__open(). The
	 * caller closes it. -1: none. If record_fd is set and output_fd is -1, no JSON or text is
	 * made.
	 */
	int record_fd;
	/*
	 * Filters for events of all types. The BPF programs apply them, so other events cost
	 * little.
	 */
	const struct et_filter *filters;
	size_t filter_count;
	/*
	 * How long et_session__stop() waits for the reader of a pipe, a socket or a terminal, in
	 * milliseconds. 0: 2,000.
	 */
	unsigned int drain_timeout_ms;
	unsigned int pad_drain;
	/*
	 * 1: process IDs in `filters` are those of the caller's PID namespace, and each process
	 * must be running. 0: those of the initial PID namespace.
	 */
	uint32_t filters_in_pidns;
	uint32_t pad_filters;
	/*
	 * Patterns of secrets: `*` matches any bytes, `?` one. An argument or a script's path that
	 * matches as a whole becomes "***" in all outputs. With redact_tty, so does each word that
	 * a process writes to a terminal.
	 */
	const char *const *redact;
	size_t redact_count;
	uint32_t redact_tty; /* 1: search also words written to terminals, see `redact` */
	uint32_t pad_redact;
	/*
	 * Environment variables of PROCESS_EXEC to record: "all", "none", or names separated by
	 * commas. A name that ends with `*` is a prefix of names. NULL: ET_ENV_DEFAULT.
	 */
	const char *env;
	enum et_fair fair;
	/*
	 * 0 or 1. Whether to limit a loop: a process reads the output, and each line makes it cause
	 * another event. 1: record at most 50 events a second of such processes and their
	 * descendants. 0: warn, and leave out only their writes.
	 */
	uint32_t limit_feedback;
	/* 0, or ET_TEXT_ flags for the format "text". */
	uint32_t text;
	const char *format; /* of the lines on output_fd: "json" or "text"; NULL: "json" */
	/*
	 * For "json": names of the members to print and to leave out, separated by commas.
	 * "pids.tgid" is the member tgid of pids. NULL: print all, leave out none.
	 */
	const char *fields;
	const char *exclude_fields;
	const char *columns; /* for "text": names, separated by commas; NULL: the usual ones */
	/*
	 * For "text": a pipe that brings /etc/passwd after each change of the file: its size as
	 * four bytes, then its content. The pipe must be non-blocking; the caller closes it. 0 or
	 * less: the library reads the changed file itself.
	 */
	int users_fd;
	/*
	 * 1: record also writes of other tracers, and of processes that read a tracer's output. For
	 * callers whose filters select only processes that the caller has started. 0: leave them
	 * out.
	 */
	uint32_t record_feedback;

	/*
	 * Called for each event, and for each LOST event, in the order of the output; may be NULL.
	 * @event is valid until the function returns: et_event__copy() keeps it. If on_event is set
	 * and output_fd is -1, no JSON or text is made.
	 *
	 * The function must return, so no longjmp() and no C++ exception may leave it. It may call
	 * all functions that take no session and no replay, and use other sessions. On its own
	 * session it may call fd, error, hooks and programs. All other functions return -EBUSY for
	 * that session, and et_session__close() and et_replay__close() do nothing.
	 */
	void (*on_event)(void *ctx, const struct et_event *event);
	void *on_event_ctx;
	/*
	 * Types to record in addition to the mask `events`; read only while the session opens; may
	 * be NULL.
	 */
	const struct et_event_set *event_set;
	/*
	 * Largest size in bytes of the file of output_fd, and of that of record_fd, if it is a
	 * regular file; 0: no limit. Before a line or a record would exceed it, the session calls
	 * next_file and continues in that file, as after et_session__set_outputs(). A file with a
	 * single line or record can be larger. So can a recording to which thousands of LOST
	 * records are added at once.
	 */
	uint64_t file_size_max;
	/*
	 * Returns the descriptor of the next file; the caller closes it. The session uses the
	 * former descriptor until et_session__poll() or et_session__stop() returns, or until it
	 * calls next_file again for the same output. A negative number: the session continues in
	 * the former file, and calls again after another file_size_max bytes. The function may
	 * call the same functions as on_event.
	 */
	int (*next_file)(void *ctx, enum et_output output);
	void *next_file_ctx;
};

/* Flags of et_options.text, for the format "text". */
enum et_text_flags {
	ET_TEXT_FIT = 1,    /* cut lines at the width of output_fd, a terminal */
	ET_TEXT_HEADER = 2, /* begin with a line of the columns' names */
	ET_TEXT_COLOR = 4,  /* colours, as terminal escape sequences */
	ET_TEXT_UTC = 8,    /* times in UTC and not in local time */
	ET_TEXT_ASCII = 16, /* escape all characters that are not ASCII */
};

/**
 * et_check_format() - check format, fields, exclude_fields and columns
 * @opts:	the options
 * @err:	receives kind and message on failure; may be NULL
 *
 * et_session__open() checks these options too, but only after it has attached the programs.
 *
 * Return: 0 or -EINVAL.
 */
int et_check_format(const struct et_options *opts, struct et_error *err);

/*
 * Environment variables recorded by default: where, as which user, and with which libraries a
 * program runs.
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
 * When it returns, all programs are attached, and later events are recorded. If all candidate hooks
 * of an event type fail, the type is left out. et_session__hooks() contains the reason, and the log
 * receives a warning. If no type is left, or if @opts requires something impossible, the function
 * fails. Events of the calling process and terminal writes of its ancestors are never recorded:
 * each could cause another event, and so a loop.
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
 * Drains the rings and encodes the events. It writes them when the rings are empty, at least every
 * 100 ms. Returns early on a signal. Never waits longer than @timeout_ms for the reader of a pipe,
 * a socket or a terminal. Lines that the output does not take stay in a buffer. When this buffer is
 * full, records stay in the rings. When a ring is full, its programs count the lost events.
 * et_session__fd() becomes readable when the output takes more.
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
 * For a caller with its own event loop: call et_session__poll(s, 0) when the descriptor is
 * readable, and at least once after et_session__open().
 */
int et_session__fd(const struct et_session *s);

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
 * of write(2) if the new recording's header cannot be written. After these errors the old files
 * stay in use. If an old file cannot be written, an error of et_session__poll().
 */
int et_session__set_outputs(struct et_session *s, int output_fd, int record_fd);

/**
 * et_session__stop() - stop recording, then drain and write the remaining events
 * @s:	the session. After this, only its stats, hooks, error and close functions may be called
 *
 * Waits at most drain_timeout_ms for the output's reader. The programs stay attached and do nothing
 * until et_session__close(), which may take a second or two.
 *
 * Calls on_event for the remaining events.
 *
 * Return: 0, -ETIMEDOUT if the output was not read in time and so is incomplete, or an error of
 * et_session__poll().
 */
int et_session__stop(struct et_session *s);

/*
 * The last failure of et_session__poll() or et_session__stop(); kind ET_ERROR_NONE: none has
 * failed. Valid until et_session__close().
 */
const struct et_error *et_session__error(const struct et_session *s);

/*
 * Detach all programs and free the session. Writes no events: et_session__stop() does. NULL is
 * allowed.
 */
void et_session__close(struct et_session *s);

/* ---- an event's data --------------------------------------------------------------------- */

/*
 * A decoded event, as on_event receives it. A caller reads its fields with functions: those of its
 * type in eventstrace_events.h, or the following ones for all types. All results are valid as long
 * as the event.
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

/* The event's type, an enum et_event_id. Later versions may add types. */
unsigned int et_event__id(const struct et_event *event);

/*
 * The name of the event's type, such as "PROCESS_EXEC" or "LOST": event_type in JSON. Valid for
 * ever.
 */
const char *et_event__name(const struct et_event *event);

/* When the event happened, in nanoseconds since 1970, UTC: timestamp in JSON. */
uint64_t et_event__time_ns(const struct et_event *event);

/* When the event happened, in CLOCK_MONOTONIC nanoseconds, which never step: ts_ns in JSON. */
uint64_t et_event__ts_ns(const struct et_event *event);

/* The process that caused the event; for PROCESS_FORK the parent. NULL for LOST. */
const struct et_event_pids *et_event__pids(const struct et_event *event);

/* The kind of a field's value, and which member of struct et_field has the value. */
enum et_value_kind {
	ET_VALUE_UNSIGNED = 1, /* number: an unsigned number */
	ET_VALUE_SIGNED,       /* signed_number: a signed number */
	ET_VALUE_BOOL,         /* number: 0 or 1 */
	ET_VALUE_ENUM,         /* number: a value of an enum; data: its name */
	ET_VALUE_MODE,         /* number: mode of a file, which JSON prints as octal digits */
	ET_VALUE_STRING,       /* data: text without a terminator */
	ET_VALUE_STRINGS,      /* data: a list of strings, for et_strings__next() */
	ET_VALUE_BYTES,        /* data: any bytes */
	ET_VALUE_ADDRESS,      /* data: 16 bytes of an IPv6 address; IPv4 is in ::ffff:0:0/96 */
	ET_VALUE_OBJECT,       /* no value: a group of fields, which are the next fields */
};

/* Flags of a field of variable length. docs/events.md describes them. */
enum et_field_flags {
	ET_FIELD_TRUNCATED = 1 << 0,   /* the value was cut; orig_size is its full size */
	ET_FIELD_FAULT = 1 << 1,       /* memory of the process could not be read */
	ET_FIELD_DELETED = 1 << 2,     /* the path is of an unlinked file */
	ET_FIELD_UNREACHABLE = 1 << 3, /* the path does not begin at the process's root directory */
	/* Bytes are missing, and orig_size does not count all of them. */
	ET_FIELD_PARTIAL = 1 << 4,
	/* The path is as the process gave it: the kernel's file was not found. */
	ET_FIELD_UNRESOLVED = 1 << 5,
};

/* Size in bytes of et_field.path, with its terminating 0. */
#define ET_FIELD_PATH_MAX 64

/* One field of an event. */
struct et_field {
	size_t sz;         /* sizeof(struct et_field), set by ET_FIELD_INIT */
	uint32_t private_; /* used by et_event__next_field() to find the next field */
	enum et_value_kind kind;
	const char *name;             /* such as "tgid"; valid for ever */
	char path[ET_FIELD_PATH_MAX]; /* such as "pids.tgid" */
	uint64_t number;
	int64_t signed_number;
	const char *data; /* valid as long as the event; NULL if the kind has no data */
	size_t size;      /* number of bytes at data */
	size_t orig_size; /* bytes of the value before it was cut at its cap */
	uint32_t flags;   /* enum et_field_flags */
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
 * @field:	ET_FIELD_INIT for the first field, and then unchanged; receives the next field
 *
 * Fields come in the order of JSON, without event_type, timestamp and ts_ns. An object comes before
 * its own fields. Fields that an old recording's event lacks are left out.
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
 * et_strings__next() - iterate over the strings of a list
 * @list:	the list's bytes; receives the bytes after the first string
 * @size:	number of bytes at @list; receives the number of bytes after the first string
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
 * et_event__format() - format an event as text
 * @event:	the event
 * @format:	"json": all members, as output_fd receives it by default; "text": one line for
 *		people, with the usual columns, local time, and neither colours nor a limit of its
 *		width
 * @buf:	receives the text: one line with its newline, without a terminator
 * @size:	bytes at @buf
 * @ret_size:	receives the bytes of the text
 *
 * With et_event__format_max() bytes at @buf, "json" allocates nothing. "text" allocates memory, and
 * reads the time zone and /etc/passwd, at each call. For many events, et_options.format is faster.
 *
 * Return: 0, -EINVAL (there is no such format), -ENOSPC (@size is too small; the content of @buf is
 * undefined), or -ENOMEM.
 */
int et_event__format(const struct et_event *event, const char *format, char *buf, size_t size,
		     size_t *ret_size);

/*
 * An upper bound in bytes of the text that et_event__format() makes; often several times the text's
 * length. 0: there is no such format.
 */
size_t et_event__format_max(const struct et_event *event, const char *format);

/**
 * et_event__copy() - copy an event, to use it after on_event has returned
 * @event:	the event, or a copy
 * @ret:	receives the copy; the caller frees it with et_event__free()
 *
 * The copy may be used in another thread, and after the session is closed.
 *
 * Return: 0 or -ENOMEM.
 */
int et_event__copy(const struct et_event *event, struct et_event **ret);

/* Free an event that et_event__copy() has made, and no other event. NULL is allowed. */
void et_event__free(struct et_event *copy);

/* ---- accounts --------------------------------------------------------------------------- */

/* All values of enum et_event_lost_cause are below this number. */
#define ET_LOST_CAUSE_MAX 8

/* Numbers of events of one type since the session was opened. attempted = sent + lost. */
struct et_event_stats {
	unsigned int id;
	uint64_t attempted; /* events that happened and were not filtered */
	uint64_t sent;      /* events whose record a program has put into a ring */
	uint64_t lost;      /* events that are not sent, for example because the ring was full */
	uint64_t filtered;  /* events not recorded: the caller's own, or by a filter */
	uint64_t truncated; /* sent events with a field that was cut at its cap */
	uint64_t bytes;     /* bytes of the sent records */
	uint64_t received;  /* events that the session has read from a ring and decoded */
	uint64_t written;   /* events that the session has written to the output */
	uint64_t lost_by[ET_LOST_CAUSE_MAX]; /* lost events by cause; all 0 for a recording */
};

/*
 * A BPF map of pending operations, such as system calls in progress, with a bounded number of
 * entries.
 */
struct et_table_stats {
	const char *name;
	uint64_t refused; /* number of operations that found the map full */
};

/* Events lost with ET_EVENT_LOST_CAUSE_USER_SHARE: a user had used up its share of a ring. */
struct et_user_stats {
	/*
	 * The real user of the lost events, or the owner of this user's user namespace. A ring has
	 * 128 shares. If several users have the same share, uid is the user who lost an event last.
	 */
	uint32_t uid;
	uint32_t pad;
	uint64_t refused; /* number of lost events */
};

/* A process whose writes were not recorded, because they repeat the session's output. */
struct et_left_out {
	unsigned int tgid; /* process ID in the initial PID namespace */
	char comm[16];     /* name at the first unrecorded write; 16 bytes have no terminating 0 */
	uint64_t events;   /* number of unrecorded events */
};

/* Counts of a whole session. */
struct et_session_stats {
	size_t sz;               /* sizeof(struct et_session_stats), set by the caller */
	uint64_t malformed;      /* records that the decoder rejected */
	uint64_t wakeups;        /* number of times that a program woke the sleeping session */
	uint64_t output_bytes;   /* bytes written to output_fd */
	uint64_t locked_ring;    /* bytes of kernel memory: rings with their control pages */
	uint64_t locked_scratch; /* bytes of the map in which programs build records */
	uint64_t locked_maps;    /* bytes of all BPF maps but rings and scratch memory */
	/* Number of possible CPUs; 0: unknown, for example without /sys. */
	unsigned int cpus_possible;
	const char *wire_format; /* emit mode: "auto: direct"; valid as long as the session */
	/*
	 * True if all events are accounted for, after et_session__stop(): attempted = received +
	 * lost for each type, and LOST events report all lost events.
	 */
	bool accounted;
	uint64_t missing;      /* events attempted, but neither received nor lost */
	uint64_t lost_told;    /* events that the session has found lost or missing */
	uint64_t lost_written; /* events that the output's LOST lines report as lost */
	/*
	 * With ET_WIRE_AUTO: why programs do not pack records in the ring (ET_WIRE_DIRECT). NULL:
	 * they do, or the session has another wire format.
	 */
	const char *wire_format_why;
	uint64_t recorded_bytes; /* bytes written to record_fd */
	/*
	 * Processes of an ET_FILTER_TREE that were not added to a full map: the filter fails for
	 * their events.
	 */
	uint64_t tree_missed;
	/*
	 * Number of times that the kernel did not run a program: the program would have interrupted
	 * itself, or too many calls of a kretprobe were active. Events of skipped runs are not
	 * counted as attempted or lost. Linux counts skipped runs since 6.7, some since 5.12.
	 */
	uint64_t skipped;
	/*
	 * True if the locked_ members are unknown and so 0: the kernel does not report locked
	 * memory, for example without /proc.
	 */
	bool locked_unknown;
	/*
	 * Upper bounds in bytes of kernel memory that was allocated per socket (largest sum at one
	 * time) and per task. It is not part of locked_maps, nor of memory_budget. The kernel frees
	 * it with the socket or task.
	 */
	uint64_t grown_sockets;
	uint64_t grown_tasks;
	/*
	 * True if another process has stopped the recording by a write to the programs' BPF maps.
	 */
	bool switched_off;
	/*
	 * Nanoseconds in which records waited in the rings although the output took more: the
	 * caller did not poll, was stopped or had no CPU. Sum and maximum of all times longer than
	 * a second.
	 */
	uint64_t away_ns, away_longest_ns;
};

/*
 * The following functions fill an array of the caller. Each is a macro that passes the size of the
 * array's struct in the caller's header. So a later version can add members. A struct that is
 * smaller than the library's receives its first bytes. The additional bytes of a larger struct
 * become 0.
 */

/**
 * et_session__event_stats() - the counts of each recorded event type
 * @s:		the session
 * @ret:	receives one row for each type, in the order of ids
 * @max:	rows that @ret has room for
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
 * @ret:	receives one row for each map, also for maps that no program uses
 * @max:	rows that @ret has room for
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
 * @max:	rows that @ret has room for
 *
 * Return: number of such users, which can be more than @max; or a negative errno.
 */
int et_session__user_stats_sized(struct et_session *s, struct et_user_stats *ret, size_t row_size,
				 size_t max);
#define et_session__user_stats(s, ret, max) \
	et_session__user_stats_sized((s), (ret), sizeof(*(ret)), (max))

/**
 * et_session__left_out() - the processes whose writes were not recorded
 * @s:		the session
 * @ret:	receives one row for each process: processes that read the output, and other tracers
 * @max:	rows that @ret has room for
 * @ret_others:	receives the number of unrecorded events of processes without a row: the kernel's
 *		table of processes was full
 *
 * et_event_stats.filtered contains these events too.
 *
 * Return: number of rows, or a negative errno.
 */
int et_session__left_out_sized(struct et_session *s, struct et_left_out *ret, size_t row_size,
			       size_t max, uint64_t *ret_others);
#define et_session__left_out(s, ret, max, ret_others) \
	et_session__left_out_sized((s), (ret), sizeof(*(ret)), (max), (ret_others))

/* Get the counts of the whole session. Return: 0 or a negative errno. */
int et_session__stats(struct et_session *s, struct et_session_stats *ret);

/*
 * A kernel hook that can report an event type. Each type has a list of hooks, the best one first.
 */
struct et_hook {
	unsigned int event_id; /* enum et_event_id */
	enum et_attach_kind kind;
	const char *hook;   /* such as "tp_btf/sched_process_exec" */
	bool chosen;        /* true if a program is attached to this hook for the event */
	const char *reason; /* why it is not chosen; NULL if it is chosen or was never tried */
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
 * et_session__hooks() - the attached hooks, and why better ones are not attached
 * @s:		the session
 * @ret_count:	receives the number of hooks
 *
 * Only for programs whose header has the linked library's version: struct et_hook may grow. Other
 * programs use et_session__hook_at().
 *
 * Return: an array, sorted by event id and preference, valid until et_session__close().
 */
const struct et_hook *et_session__hooks(const struct et_session *s, size_t *ret_count);

/* A loaded BPF program, and the work that the kernel's verifier had with it. */
struct et_program {
	const char *name;
	/* Instructions that the verifier processed, including repetitions. */
	uint64_t verified_insns;
	uint64_t verified_usec; /* microseconds that the verifier took */
};

/*
 * The program number @n (from 0) that et_probe() has loaded, valid until et_session__close(). NULL
 * after the last one.
 */
const struct et_program *et_session__program_at(const struct et_session *s, size_t n);

/**
 * et_session__programs() - the programs that et_probe() has loaded
 * @s:		the session
 * @ret_count:	receives the number of programs; 0 for a session that records
 *
 * Only for programs whose header has the linked library's version: struct et_program may grow.
 * Other programs use et_session__program_at().
 *
 * Return: an array, valid until et_session__close().
 */
const struct et_program *et_session__programs(const struct et_session *s, size_t *ret_count);

/**
 * et_probe() - find the hooks that this kernel offers, without recording
 * @opts:	as for et_session__open(); output_fd and record_fd are not used
 * @ret:	receives a session for et_session__hooks() and et_session__programs(); the caller
 *		closes it. Set also if no event at all is available
 * @err:	as for et_session__open()
 *
 * Return: number of requested event types that are not available (0: all are), or a negative errno
 * of et_session__open() if the kernel's features could not be tested.
 */
int et_probe(const struct et_options *opts, struct et_session **ret, struct et_error *err);

/* Features of the running kernel, as --print-features-on-init prints them. */
struct et_features {
	size_t sz;      /* sizeof(struct et_features), set by the caller */
	bool bpf_tramp; /* true if fentry and fexit programs can be attached */
	bool ipv6;      /* true if the kernel supports IPv6, so that its connections are recorded */
};

/* Test the kernel's features. Return: 0 or a negative errno. */
int et_session__features(struct et_session *s, struct et_features *ret);

/* ---- replaying ---------------------------------------------------------------------------- */

/* Replays the events of a recording, the file that record_fd received. Needs no privileges. */
struct et_replay;

/**
 * et_replay__open() - prepare to replay a recording
 * @opts:	events: the types to replay. output_fd, unbuffered, max_events, redact, on_event and
 *		log: as for a session. Other options are ignored
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
 * Calls read(2) once, and writes the events of these bytes, each with its original time. If the
 * output's reader does not take the lines, the function reads no more: et_replay__is_blocked().
 *
 * Return: 1 when there may be more; 0 at the end of a complete recording. -EINTR (a signal) and
 * -EAGAIN (@fd has no data now): the caller calls again. Failures: -ECANCELED when max_events have
 * been written; -EBUSY inside on_event; -EBADMSG if the recording is damaged; -ENODATA if it is cut
 * off; -EPROTONOSUPPORT if it is not a recording, or has another format; or the errno of write(2)
 * or read(2). After a failure et_replay__error() has the message. All events before a damaged
 * record have been written.
 */
int et_replay__step(struct et_replay *r);

/**
 * et_replay__next() - continue with another recording
 * @r:	the replay, after et_replay__step() has returned 0, or an error of the recording
 * @fd:	the next recording; stays the caller's; may be a pipe. The former one is not used any more
 *
 * For the recordings of one session that has changed its files: the oldest first. Their events are
 * replayed as those of one recording, and their accounts are added. If the numbers of the records
 * show that events between two recordings are missing, a LOST note reports them. Recordings of
 * other sessions can follow too.
 *
 * Return: 0; -EINVAL if the present recording has not ended; -EBUSY inside on_event; -ENOMEM; or
 * the last failure of et_replay__step(), if the output has failed.
 */
int et_replay__next(struct et_replay *r, int fd);

/*
 * True if the output's reader does not take lines. Then the next et_replay__step() waits for this
 * reader, and not for the recording.
 */
bool et_replay__is_blocked(const struct et_replay *r);

/**
 * et_replay__stop() - write the remaining events
 * @r:		the replay. After this, only its stats, error and close functions may be called
 *
 * Waits at most drain_timeout_ms for the output's reader.
 *
 * Return: 0, -ETIMEDOUT, or the errno of write(2).
 */
int et_replay__stop(struct et_replay *r);

/*
 * The last failure of et_replay__step(); kind ET_ERROR_NONE: none has failed. Valid until
 * et_replay__close(). With kind ET_ERROR_INPUT the message continues the recording's name: "is
 * damaged at byte 4096".
 */
const struct et_error *et_replay__error(const struct et_replay *r);

/*
 * As et_session__event_stats(). The members from attempted to bytes are stored at the recording's
 * end, and are 0 until the replay reaches the end. received and written count the replayed events.
 */
int et_replay__event_stats_sized(struct et_replay *r, struct et_event_stats *ret, size_t row_size,
				 size_t max);
#define et_replay__event_stats(r, ret, max) \
	et_replay__event_stats_sized((r), (ret), sizeof(*(ret)), (max))

/*
 * As et_session__stats(). Members that describe the recording session, such as locked_ring, are 0.
 */
int et_replay__stats(struct et_replay *r, struct et_session_stats *ret);

/* True if the replay has reached the end of each recording, so that the counts are complete. */
bool et_replay__whole(const struct et_replay *r);

/* Free the replay. Writes no events: et_replay__stop() does. NULL is allowed. */
void et_replay__close(struct et_replay *r);

#ifdef __cplusplus
}
#endif

#endif /* EVENTSTRACE_H */
