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
 * unchanged on failure. Pointers that the caller passes must not be NULL, unless the function says
 * so. The caller frees only what a comment says that it frees.
 *
 * The library never prints, never exits, and handles no signals. If the reader of a pipe is gone, a
 * function returns -EPIPE, and no SIGPIPE is sent. If the process ignores SIGPIPE when it opens a
 * session, it must keep ignoring it. Threads exist only while a function opens, probes or closes a
 * session. They block all signals, and end before the function returns.
 *
 * It is not thread-safe: only one thread at a time may use a session. Several threads may use
 * several sessions, but must not open, probe or close two of them at the same time. During these
 * calls, the library sets libbpf's print function, which is one for the whole process. The archive
 * of `//lib:dist` has a libbpf of its own, so that of the caller is not affected.
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

/* The version of the library, "0.1.0". Valid for ever. */
const char *et_version(void);

/* ---- events ---------------------------------------------------------------------------- */

/* Describes an event type; from the schema table. */
struct et_event_info {
	unsigned int id;      /* 1 and up; the argument of ET_EVENT_BIT */
	const char *name;     /* "PROCESS_EXEC": event_type in JSON */
	const char *flag;     /* "process-exec": the long option without its dashes */
	const char *category; /* "process", "file" or "network" */
	const char *doc;      /* one sentence */
};

/*
 * One event type in a mask, for ids up to 63: today all types. struct et_event_set takes larger
 * ids too.
 */
#define ET_EVENT_BIT(id) (1ULL << (id))

/**
 * et_event_info_at() - one of all event types
 * @n:	from 0
 *
 * Return: the type, in the order of their ids, valid for ever; NULL after the last one.
 */
const struct et_event_info *et_event_info_at(size_t n);

/* Find an event type by its id. NULL: there is none, or it is a note. */
const struct et_event_info *et_event_by_id(unsigned int id);

/**
 * et_event_infos() - all event types
 * @ret_count:	receives their number
 *
 * Only for programs that are compiled with the header of the library that they use: the array's
 * struct may grow. Others use et_event_info_at().
 *
 * Return: an array, in the order of their ids, valid for ever.
 */
const struct et_event_info *et_event_infos(size_t *ret_count);

/**
 * et_event_by_flag() - find an event type by its option's name
 * @flag:	"process-exec"
 *
 * Return: the type, or NULL.
 */
const struct et_event_info *et_event_by_flag(const char *flag);

/* Describes a member of an event's JSON object; from the schema table. */
struct et_field_info {
	const char *parent; /* the member that has it, such as "pids"; NULL: the event itself */
	const char *name;   /* "tgid" */
	const char *type;   /* "number", "string", "strings", "true or false", "object" */
	const char *doc;    /* a part of a sentence */
};

/**
 * et_event_fields() - the members of an event, in the order of its line
 * @id:		the event
 * @ret_count:	receives their number
 *
 * Each object comes before its members. event_type, timestamp and ts_ns, which all events have, are
 * not among them.
 *
 * Return: an array, valid for ever; NULL and 0 for an unknown event.
 */
const struct et_field_info *et_event_fields(unsigned int id, size_t *ret_count);

/* A set of event types. Its size never changes; only the functions below use its content. */
struct et_event_set {
	uint64_t private_[4];
};

#ifdef __cplusplus
# define ET_EVENT_SET_INIT et_event_set()
#else
# define ET_EVENT_SET_INIT { { 0 } }
#endif

/* Add a type. Return: 0, or -EINVAL: no event type has this id. */
int et_event_set__add(struct et_event_set *set, unsigned int id);

/* Add all types of a category: "process", "file", "network". NULL: of all. Return: 0 or -EINVAL. */
int et_event_set__add_category(struct et_event_set *set, const char *category);

/* Remove a type, if it is in the set. */
void et_event_set__remove(struct et_event_set *set, unsigned int id);

/* True if the type is in the set. */
bool et_event_set__has(const struct et_event_set *set, unsigned int id);

/* ---- errors ---------------------------------------------------------------------------- */

/* The kind of an error, from which a program makes its exit status. */
enum et_error_kind {
	ET_ERROR_NONE = 0,
	ET_ERROR_USAGE,     /* invalid options */
	ET_ERROR_PRIVILEGE, /* a capability is missing; the message names it */
	ET_ERROR_ATTACH,    /* this kernel supports no requested event, or not a required one */
	ET_ERROR_OUTPUT,    /* the output is not writable */
	ET_ERROR_SYSTEM,    /* anything else */
	ET_ERROR_RECORD,    /* the recording is not writable */
	ET_ERROR_INPUT,     /* the replayed file is not a recording, or not a complete one */
};

/* One line without a newline: what is wrong, and what to do. */
struct et_error {
	enum et_error_kind kind;
	char message[512];
};

/* ---- a session -------------------------------------------------------------------------- */

struct et_session;

/* The kind of hook that a probe is attached to. */
enum et_attach_kind {
	ET_ATTACH_ANY = 0,
	ET_ATTACH_FENTRY,     /* fentry, fexit */
	ET_ATTACH_KPROBE,     /* kprobe, kretprobe */
	ET_ATTACH_TRACEPOINT, /* tp_btf, raw and syscall tracepoints */
};

/* When a program wakes the reader. */
enum et_wakeup {
	ET_WAKEUP_ADAPTIVE = 0, /* when it sleeps */
	ET_WAKEUP_ALWAYS,       /* for every record */
};

/* How a ring's room is shared, once half of it is full. */
enum et_fair {
	ET_FAIR_USER = 0, /* each user has a share; for root, each cgroup */
	ET_FAIR_OFF,      /* nothing: first come, first served */
};

/* How programs make records, and the records' layout. docs/design.md compares the choices. */
enum et_emit_request {
	ET_WIRE_AUTO = 0, /* the cheapest that the kernel supports: direct, or else varlen */
	ET_WIRE_FIXED,    /* each field takes the room of its largest size */
	ET_WIRE_VARLEN,   /* packed in scratch memory, then copied into the ring */
	ET_WIRE_DIRECT,   /* packed in the ring; needs Linux 6.16 */
};

/* The old name, until 0.3.0. */
#define et_wire_choice et_emit_request

/* The property of an event that a filter compares. */
enum et_filter_kind {
	ET_FILTER_PID = 0,     /* the process */
	ET_FILTER_TREE,        /* the process, or one of its ancestors */
	ET_FILTER_UID,         /* its real user */
	ET_FILTER_COMM,        /* the thread's name */
	ET_FILTER_CGROUP,      /* its version 2 cgroup, or an ancestor of that */
	ET_FILTER_PATH_PREFIX, /* the beginning of the event's path, if it has one */
	ET_FILTER_KINDS,
};

/*
 * One value of a filter. An event is recorded if it matches a value of each kind in use, and no
 * value of an excluding filter.
 */
struct et_filter {
	enum et_filter_kind kind;
	bool exclude;
	/* As in events: processes by their ID in the initial PID namespace. */
	uint64_t number;  /* PID, TREE: process; UID: user; CGROUP: its id, as et_cgroup_id() */
	const char *text; /* COMM: the whole name, at most 15 bytes; PATH_PREFIX: at most 255 */
};

/* Largest number of values of one kind; excluding values are counted separately. */
#define ET_FILTER_MAX 16

/* Length in bytes of the longest pattern in et_options::redact. */
#define ET_REDACT_MAX 255

/**
 * et_cgroup_id() - the number of a cgroup
 * @path:	its directory in a version 2 cgroup file system
 * @ret:	receives the number, for struct et_filter
 *
 * Return: 0, -ENOTSUP: not a directory of a version 2 cgroup, or the kernel's errno.
 */
int et_cgroup_id(const char *path, uint64_t *ret);

enum et_log_level {
	ET_LOG_WARNING = 0, /* a requested feature is missing; the session continues */
	ET_LOG_INFO,
	ET_LOG_DEBUG, /* messages of libbpf and the verifier */
};

#define ET_QUIET_OWN_PGID UINT32_MAX

struct et_options {
	size_t sz;           /* sizeof(struct et_options): ET_OPTIONS_INIT sets it */
	uint64_t events;     /* mask of ET_EVENT_BIT; at least one, here or in event_set */
	int output_fd;       /* descriptor for events; stays the caller's. -1: none */
	bool unbuffered;     /* write every event at once; otherwise when idle, and every 100 ms */
	uint64_t max_events; /* write at most this many; 0: no limit */
	enum et_attach_kind attach; /* use only this kind of hook */
	enum et_wakeup wakeup;
	/* Bytes of each ring, rounded up to a power of two of whole pages; 0: 1 MiB, bulk 2 MiB. */
	size_t ring_size;
	/*
	 * Terminals whose writes are not recorded, as dev_t of stat(2)'s st_rdev. Ptys of other
	 * devpts instances have the same numbers. The number means the caller's own terminal, of
	 * the output or else of a standard descriptor. If it has none with that number, all are
	 * left out.
	 */
	const uint64_t *quiet_ttys;
	size_t quiet_tty_count;
	/*
	 * Terminal writes of this process group to the terminals below are not recorded; 0: none.
	 * The ID is that of the initial PID namespace; ET_QUIET_OWN_PGID: the caller's own.
	 */
	uint32_t quiet_pgid;
	const uint64_t *quiet_pgid_ttys;
	size_t quiet_pgid_tty_count;
	/* Called with a line of libbpf or of the library, without a newline. May be NULL. */
	void (*log)(void *ctx, enum et_log_level level, const char *line);
	void *log_ctx;
	enum et_emit_request wire_format;
	/* Rings with a different size than ring_size; 0: ring_size. */
	size_t lifecycle_ring_size; /* of processes that start and exit */
	size_t bulk_ring_size;      /* of terminal writes, failed execs, files, network */
	/* Limit in bytes of kernel memory; rings are made smaller to fit. 0: no limit. */
	uint64_t memory_budget;
	/*
	 * Descriptor for records in binary form, for et_replay__open(); stays the caller's. -1:
	 * none. If this is set and output_fd is -1, events are not encoded.
	 */
	int record_fd;
	/* Filters for events of all types; the programs in the kernel apply them. */
	const struct et_filter *filters;
	size_t filter_count;
	/*
	 * How long et_session__stop() waits for the reader of a pipe, a socket or a terminal, in
	 * milliseconds. 0: 2,000.
	 */
	unsigned int drain_timeout_ms;
	unsigned int pad_drain;
	/*
	 * Filters name processes by their IDs in the caller's PID namespace, and not in the initial
	 * one. Each must be running.
	 */
	uint32_t filters_in_pidns; /* 0 or 1 */
	uint32_t pad_filters;
	/*
	 * Patterns of secrets that are removed from records before these are written or recorded:
	 * `*` matches any bytes, `?` one. An argument or a script's path that matches as a whole
	 * becomes "***". With redact_tty, so does a word that is written to a terminal.
	 */
	const char *const *redact;
	size_t redact_count;
	uint32_t redact_tty; /* 0 or 1 */
	uint32_t pad_redact;
	/*
	 * Environment variables to record: "all", "none", or names separated by commas. A name that
	 * ends with `*` is a prefix of names. NULL: ET_ENV_DEFAULT.
	 */
	const char *env;
	enum et_fair fair;
	/*
	 * 0 or 1: if the output feeds back, record at most 50 events a second of the processes that
	 * read it and of their descendants. Without this option, a warning reports the loop, and
	 * only the writes of these processes are left out.
	 */
	uint32_t limit_feedback;
	/* 0, or ET_TEXT_ flags for the format "text". */
	uint32_t text;
	const char *format; /* "json", "text"; NULL: "json" */
	/*
	 * For "json": the members to print, and those to leave out, by name, separated by commas.
	 * "pids.tgid" is a member of a member. NULL: all, and none.
	 */
	const char *fields;
	const char *exclude_fields;
	const char *columns; /* for "text": their names, separated by commas; NULL: the usual */
	/*
	 * For "text": a pipe that brings /etc/passwd after each change: its size as four bytes, and
	 * its bytes. It must not block; stays the caller's. 0 or less: the file itself is looked
	 * at.
	 */
	int users_fd;
	/*
	 * 0 or 1: record also writes of other tracers, and of processes that read a tracer's
	 * output. For a caller whose filters leave only processes that it has started itself.
	 */
	uint32_t record_feedback;

	/*
	 * Called for each event, and for each LOST note, in the order in which they would be
	 * written; may be NULL. @event is valid until the function returns: et_event__copy() keeps
	 * it. If this is set and output_fd is -1, events are not encoded.
	 *
	 * The function must return, so no longjmp() and no C++ exception may leave it. It may call
	 * all functions that take no session and no replay, and use other sessions. Of its own
	 * session it may call fd, error, hooks and programs. All others return -EBUSY, and
	 * et_session__close() and et_replay__close() do nothing there.
	 */
	void (*on_event)(void *ctx, const struct et_event *event);
	void *on_event_ctx;
	/* Events in addition to the mask `events`; only read by the function; may be NULL. */
	const struct et_event_set *event_set;
};

/* For et_options::text. */
enum et_text_flags {
	ET_TEXT_FIT = 1,    /* cut lines at the width of output_fd, a terminal */
	ET_TEXT_HEADER = 2, /* begin with a line of the columns' names */
	ET_TEXT_COLOR = 4,
	ET_TEXT_UTC = 8,    /* times in UTC and not in local time */
	ET_TEXT_ASCII = 16, /* escape all other characters */
};

/**
 * et_check_format() - check format, fields, exclude_fields and columns
 * @opts:	the options
 * @err:	receives kind and message on failure; may be NULL
 *
 * The functions that open a session check them too, but later.
 *
 * Return: 0 or -EINVAL.
 */
int et_check_format(const struct et_options *opts, struct et_error *err);

/* Variables that show where, as which user, and with which libraries a program runs. */
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
 * et_session__open() - load and attach the programs for some events
 * @opts:	the options; copied
 * @ret:	receives the session; the caller closes it with et_session__close()
 * @err:	receives kind and message on failure; may be NULL
 *
 * When it returns, all programs are attached, and later events are recorded. If all candidate hooks
 * of an event type fail, the type is left out. et_session__hooks() contains the reason, and the log
 * receives a warning. If no type is left, or if @opts requires something impossible, the function
 * fails. Events of the calling process and terminal writes of its ancestors are never recorded:
 * they would feed back.
 *
 * Return: 0, or a negative errno: -EPERM (a capability is missing), -ENOENT (no BTF), -EOPNOTSUPP
 * (nothing can be attached, or the kernel does not support the wire format), -EINVAL (options),
 * -ESRCH (a tree's process does not exist), -ENOSPC (the memory budget is too small), or the
 * kernel's errno.
 */
int et_session__open(const struct et_options *opts, struct et_session **ret, struct et_error *err);

/**
 * et_session__poll() - wait for events and write them
 * @s:		the session
 * @timeout_ms:	longest wait in milliseconds; 0: none; -1: for ever
 *
 * Drains the rings and encodes the events. It writes them when the rings are empty, at least every
 * 100 ms. Returns early on a signal. Never waits longer than @timeout_ms for the reader of a pipe,
 * a socket or a terminal. Lines that these do not take stay in a buffer. When that is full, records
 * stay in the rings, and the programs count what they lose. et_session__fd() becomes readable when
 * the outputs take more.
 *
 * Return: events received, 0 on time-out, -EINTR on a signal, -EPIPE when the output's reader has
 * closed it, -ECANCELED when max_events have been written, -EBUSY inside on_event, or the errno of
 * write(2). After a failure et_session__error() has the message.
 */
int et_session__poll(struct et_session *s, int timeout_ms);

/**
 * et_session__fd() - a descriptor that polls readable when there are events
 * @s:	the session, which keeps it
 *
 * For a caller with its own event loop: call et_session__poll(s, 0) when it is readable, and at
 * least once after et_session__open().
 */
int et_session__fd(const struct et_session *s);

/**
 * et_session__stop() - stop recording, then drain and write the remaining events
 * @s:	the session; only stats, hooks, error and close may follow
 *
 * Waits at most drain_timeout_ms for the output's reader. Probes stay attached and do nothing until
 * et_session__close(), which may take a second or two.
 *
 * Calls on_event for the remaining events.
 *
 * Return: 0, -ETIMEDOUT if the output was not read in time and so is incomplete, or as
 * et_session__poll().
 */
int et_session__stop(struct et_session *s);

/* The last failure of poll or stop: kind ET_ERROR_NONE if there was none. Lives with @s. */
const struct et_error *et_session__error(const struct et_session *s);

/* Close and free; detaches all programs, writes nothing. NULL is allowed. */
void et_session__close(struct et_session *s);

/* ---- an event's data --------------------------------------------------------------------- */

/*
 * A decoded event, as on_event receives it. Its data are read with functions: either those of its
 * type, in eventstrace_events.h, or the following ones, which work for all types. All results live
 * as long as the event.
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

/* The type: an enum et_event_id. Types may be added. */
unsigned int et_event__id(const struct et_event *event);

/* The type's name, event_type in JSON: "PROCESS_EXEC", or "LOST" for a note. Valid for ever. */
const char *et_event__name(const struct et_event *event);

/* When it happened, in nanoseconds since 1970, UTC: timestamp in JSON. */
uint64_t et_event__time_ns(const struct et_event *event);

/* The same in CLOCK_MONOTONIC nanoseconds, which never steps: ts_ns in JSON. */
uint64_t et_event__ts_ns(const struct et_event *event);

/* The process that caused it; for PROCESS_FORK the parent. NULL for LOST. */
const struct et_event_pids *et_event__pids(const struct et_event *event);

/* The kind of a field's value. */
enum et_value_kind {
	ET_VALUE_UNSIGNED = 1, /* number */
	ET_VALUE_SIGNED,       /* signed_number */
	ET_VALUE_BOOL,         /* number: 0 or 1 */
	ET_VALUE_ENUM,         /* number, and its name in data */
	ET_VALUE_MODE,         /* number: mode of a file. JSON has its octal digits */
	ET_VALUE_STRING,       /* data: text without a terminator */
	ET_VALUE_STRINGS,      /* data: et_strings__next() */
	ET_VALUE_BYTES,        /* data: any bytes */
	ET_VALUE_ADDRESS,      /* data: 16 bytes, IPv6; IPv4 in ::ffff:0:0/96 */
	ET_VALUE_OBJECT,       /* a group; the fields in it follow */
};

/* Flags of a field of variable length. docs/events.md describes them. */
enum et_field_flags {
	ET_FIELD_TRUNCATED = 1 << 0,   /* the value was longer than its cap: orig_size */
	ET_FIELD_FAULT = 1 << 1,       /* memory of the process could not be read */
	ET_FIELD_DELETED = 1 << 2,     /* the path is of an unlinked file */
	ET_FIELD_UNREACHABLE = 1 << 3, /* the path does not lead to the process's root */
	ET_FIELD_PARTIAL = 1 << 4,     /* bytes are missing, and orig_size does not count all */
	ET_FIELD_UNRESOLVED = 1 << 5,  /* the kernel's file was not found by this path */
};

/* Bytes of et_field.path, with its terminator. */
#define ET_FIELD_PATH_MAX 64

/* One field of an event. */
struct et_field {
	size_t sz;         /* sizeof(struct et_field): ET_FIELD_INIT sets it */
	uint32_t private_; /* position of et_event__next_field() */
	enum et_value_kind kind;
	const char *name;             /* "tgid"; valid for ever */
	char path[ET_FIELD_PATH_MAX]; /* "pids.tgid" */
	uint64_t number;
	int64_t signed_number;
	const char *data; /* lives as long as the event; NULL if the kind has no data */
	size_t size;      /* bytes at data */
	size_t orig_size; /* bytes before the field was cut */
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
 * Return: true, or false after the last field: then @field is the first one again at the next call.
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
 * @size:	their number; receives the number of bytes after the first string
 * @ret_size:	receives the string's length in bytes
 *
 *	size_t left, size;
 *	const char *argv = et_process_exec__argv(event, &left, NULL), *arg;
 *
 *	while ((arg = et_strings__next(&argv, &left, &size)))
 *		printf(" %.*s", (int)size, arg);
 *
 * Return: the string, or NULL after the last one. It is not terminated if it is the last one of a
 * list that was cut.
 */
const char *et_strings__next(const char **list, size_t *size, size_t *ret_size);

/**
 * et_event__format() - format an event as text
 * @event:	the event
 * @format:	"json": all members, as output_fd receives it by default; "text": one line for
 *		people, with the usual columns, local time, and neither colours nor a limit
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
 * An upper bound of the event's text in bytes; often it is several times as long as the text. 0:
 * there is no such format.
 */
size_t et_event__format_max(const struct et_event *event, const char *format);

/**
 * et_event__copy() - keep an event
 * @event:	the event, or a copy
 * @ret:	receives the copy; the caller frees it with et_event__free()
 *
 * The copy does not depend on a session or a thread.
 *
 * Return: 0 or -ENOMEM.
 */
int et_event__copy(const struct et_event *event, struct et_event **ret);

/* Free a copy, and only a copy. NULL is allowed. */
void et_event__free(struct et_event *copy);

/* ---- accounts --------------------------------------------------------------------------- */

/* Causes of losses, enum et_event_lost_cause, have numbers below this. */
#define ET_LOST_CAUSE_MAX 8

/* Counts of one event type since the session was opened. attempted = sent + lost. */
struct et_event_stats {
	unsigned int id;
	uint64_t attempted; /* happened, and not filtered */
	uint64_t sent;      /* got into a ring */
	uint64_t lost;      /* not sent */
	uint64_t filtered;  /* left out on purpose: the caller's own events, or by a filter */
	uint64_t truncated; /* sent with a field cut at its cap */
	uint64_t bytes;     /* of its records in the ring */
	uint64_t received;  /* taken out of the ring and decoded */
	uint64_t written;   /* encoded and handed to the output */
	uint64_t lost_by[ET_LOST_CAUSE_MAX]; /* lost, by cause; all 0 for a recording */
};

/* A table of pending operations, with a bounded number of entries. */
struct et_table_stats {
	const char *name;
	uint64_t refused; /* number of times without room */
};

/* Events that are lost with the cause USER_SHARE: a user had used up its share of a ring. */
struct et_user_stats {
	/*
	 * The real user, or the owner of its user namespace. There are 128 shares. If several users
	 * have the same share, it is the user whose event was refused last.
	 */
	uint32_t uid;
	uint32_t pad;
	uint64_t refused;
};

/* A process whose writes were left out, because they repeat the caller's output. */
struct et_left_out {
	unsigned int tgid; /* in the initial PID namespace */
	char comm[16];     /* at its first such write; has no 0 byte if it has 16 bytes */
	uint64_t events;
};

struct et_session_stats {
	size_t sz;                  /* sizeof(struct et_session_stats), set by the caller */
	uint64_t malformed;         /* records that the decoder rejected */
	uint64_t wakeups;           /* number of times that the reader slept and was woken */
	uint64_t output_bytes;      /* written to the output */
	uint64_t locked_ring;       /* bytes of kernel memory: rings, with their control pages */
	uint64_t locked_scratch;    /* memory where records are built */
	uint64_t locked_maps;       /* all other maps; per-CPU ones count for each possible CPU */
	unsigned int cpus_possible; /* 0: unknown, for example without /sys */
	const char *wire_format;    /* "varlen", "auto: direct"; lives with the session */
	/*
	 * After et_session__stop(): attempted = received + lost for each type, and lost_told =
	 * lost.
	 */
	bool accounted;
	uint64_t missing;   /* attempted, but neither received nor lost: malformed, or left over */
	uint64_t lost_told; /* events that were found lost or missing */
	uint64_t lost_written; /* of these, the events that the output's LOST lines report */
	/*
	 * With auto: why records are not packed in the ring. NULL: they are, or it was not
	 * requested.
	 */
	const char *wire_format_why;
	uint64_t recorded_bytes; /* written to record_fd */
	/* Processes of a filter's tree that found no room: the filter fails for their events. */
	uint64_t tree_missed;
	/*
	 * Number of times that the kernel skipped a program run: the program would have interrupted
	 * itself, or too many calls of a kretprobe were active. Events of these runs are not
	 * attempted, and so neither received nor lost. Known since Linux 6.7, in part since 5.12.
	 */
	uint64_t skipped;
	/*
	 * The kernel does not report locked memory, for example without /proc: the figures are 0.
	 */
	bool locked_unknown;
	/*
	 * Upper bound in bytes of kernel memory that was allocated while events came. It is not
	 * part of the locked memory, nor of memory_budget. Socket data: the largest number at one
	 * time. Task values: each is freed with its task.
	 */
	uint64_t grown_sockets;
	uint64_t grown_tasks;
	/* Another process has stopped the programs from recording, through their memory. */
	bool switched_off;
	/*
	 * Times of more than a second each in which records waited and were not read, although the
	 * output took them. The caller did not poll, or the process was stopped or had no CPU.
	 * Nanoseconds.
	 */
	uint64_t away_ns, away_longest_ns;
};

/*
 * The following functions fill arrays of the caller. Each is a macro that passes the size of the
 * caller's struct, as its header has it. So a struct can grow at its end: the library writes as
 * many bytes of a row as the caller knows, and sets the caller's other bytes to 0.
 */

/**
 * et_session__event_stats() - the counts of each selected event type
 * @s:		the session
 * @ret:	receives one row a type, in the order of ids
 * @max:	rows that @ret has room for
 *
 * Return: number of rows, or a negative errno.
 */
int et_session__event_stats_sized(struct et_session *s, struct et_event_stats *ret, size_t row_size,
				  size_t max);
#define et_session__event_stats(s, ret, max) \
	et_session__event_stats_sized((s), (ret), sizeof(*(ret)), (max))

/**
 * et_session__table_stats() - how often tables of programs had no room
 * @s:		the session
 * @ret:	receives one row a table, also of those that no program uses
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
 * @ret:	receives a row for each such user, the most events first
 * @max:	rows that @ret has room for
 *
 * Return: number of such users, which can be more than @max; or a negative errno.
 */
int et_session__user_stats_sized(struct et_session *s, struct et_user_stats *ret, size_t row_size,
				 size_t max);
#define et_session__user_stats(s, ret, max) \
	et_session__user_stats_sized((s), (ret), sizeof(*(ret)), (max))

/**
 * et_session__left_out() - the processes whose writes were left out
 * @s:		the session
 * @ret:	receives one row a process: those that read the output, and other tracers
 * @max:	rows that @ret has room for
 * @ret_others:	receives the number of events left out of processes without a row in the kernel
 *
 * These events are counted as filtered too.
 *
 * Return: number of rows, or a negative errno.
 */
int et_session__left_out_sized(struct et_session *s, struct et_left_out *ret, size_t row_size,
			       size_t max, uint64_t *ret_others);
#define et_session__left_out(s, ret, max, ret_others) \
	et_session__left_out_sized((s), (ret), sizeof(*(ret)), (max), (ret_others))

/* The counts of the whole session. Return: 0 or a negative errno. */
int et_session__stats(struct et_session *s, struct et_session_stats *ret);

/* One candidate hook of one selected event type, in order of preference. */
struct et_hook {
	unsigned int event_id;
	enum et_attach_kind kind;
	const char *hook; /* "tp_btf/sched_process_exec" */
	bool chosen;
	const char *reason; /* why it was not chosen; NULL if it was, or was never tried */
};

/**
 * et_session__hook_at() - one of the candidate hooks
 * @s:	the session
 * @n:	from 0
 *
 * Return: the hook, by event id and preference, which lives with @s; NULL after the last one.
 */
const struct et_hook *et_session__hook_at(const struct et_session *s, size_t n);

/**
 * et_session__hooks() - the attached hooks, and why better ones are not attached
 * @s:		the session
 * @ret_count:	receives their number
 *
 * For callers compiled with another version's header: et_session__hook_at(), as the struct may
 * grow.
 *
 * Return: an array that lives with @s, by event id and preference.
 */
const struct et_hook *et_session__hooks(const struct et_session *s, size_t *ret_count);

/* A program that was loaded, and its cost for the kernel's verifier. */
struct et_program {
	const char *name;
	uint64_t verified_insns; /* instructions, each counted as often as it was verified */
	uint64_t verified_usec;
};

/* As et_session__hook_at(), for the programs that et_probe() has loaded. */
const struct et_program *et_session__program_at(const struct et_session *s, size_t n);

/**
 * et_session__programs() - the programs that et_probe() has loaded
 * @s:		the session
 * @ret_count:	receives their number; 0 for a session that records
 *
 * For callers compiled with another version's header: et_session__program_at().
 *
 * Return: an array that lives with @s.
 */
const struct et_program *et_session__programs(const struct et_session *s, size_t *ret_count);

/**
 * et_probe() - find the hooks that could be attached here, without recording
 * @opts:	as for et_session__open(); its output is not used
 * @ret:	receives a session for et_session__hooks() and et_session__programs(); the caller
 *		closes it. Also received if no event at all is available
 * @err:	as for et_session__open()
 *
 * Return: number of wanted event types that are not available (0: all are), or a negative errno as
 * et_session__open() if not even probing was possible.
 */
int et_probe(const struct et_options *opts, struct et_session **ret, struct et_error *err);

/* Features of this kernel, for --print-features-on-init. */
struct et_features {
	size_t sz;      /* sizeof(struct et_features), set by the caller */
	bool bpf_tramp; /* fentry and fexit programs can be attached */
	bool ipv6;      /* IPv6 connections can be seen */
};

/* Return: 0 or a negative errno. */
int et_session__features(struct et_session *s, struct et_features *ret);

/* ---- replaying ---------------------------------------------------------------------------- */

/* Replays the events of a recording, which a session with record_fd wrote. Needs no privileges. */
struct et_replay;

/**
 * et_replay__open() - prepare to replay a recording
 * @opts:	events: those that are wanted; output_fd, unbuffered, max_events, redact, on_event:
 *		as for a session; log, log_ctx. The others do not matter
 * @fd:		the recording; stays the caller's; may be a pipe
 * @ret:	receives the replay; the caller closes it with et_replay__close()
 * @err:	receives kind and message on failure; may be NULL
 *
 * Return: 0, -EINVAL (options) or -ENOMEM.
 */
int et_replay__open(const struct et_options *opts, int fd, struct et_replay **ret,
		    struct et_error *err);

/**
 * et_replay__step() - replay some more, for some milliseconds at most
 * @r:	the replay
 *
 * Calls read(2) once, and writes the events that it has read. Each is written as by the recording
 * session, with its original time. If the output's reader does not take it, nothing more is read:
 * et_replay__is_blocked().
 *
 * Return: 1 when there may be more; 0 at the end of a complete recording; -EINTR on a signal and
 * -EAGAIN if @fd has no data now: the caller calls again after both; -ECANCELED when max_events
 * have been written; -EBUSY inside on_event; -EBADMSG if the recording is damaged, -ENODATA if it
 * is cut off,
 * -EPROTONOSUPPORT if it is not a recording, or one with another format; or the errno of write(2)
 * or read(2). After a failure et_replay__error() has the message. The events before a damage have
 * been written then.
 */
int et_replay__step(struct et_replay *r);

/*
 * True if the output waits for its reader. Then the next step waits for it, not for the recording.
 */
bool et_replay__is_blocked(const struct et_replay *r);

/**
 * et_replay__stop() - write the remaining events
 * @r:		the replay; only stats, error and close may follow
 *
 * Waits at most drain_timeout_ms for the output's reader.
 *
 * Return: 0, -ETIMEDOUT, or the errno of write(2).
 */
int et_replay__stop(struct et_replay *r);

/*
 * The last failure of et_replay__step(): kind ET_ERROR_NONE if there was none. Lives with @r. With
 * kind ET_ERROR_INPUT the message continues the recording's name: "is damaged at byte 4096".
 */
const struct et_error *et_replay__error(const struct et_replay *r);

/*
 * As et_session__event_stats(). The programs' counts are at the end of a recording, and are 0 until
 * that is reached. received and written are those of the replay.
 */
int et_replay__event_stats_sized(struct et_replay *r, struct et_event_stats *ret, size_t row_size,
				 size_t max);
#define et_replay__event_stats(r, ret, max) \
	et_replay__event_stats_sized((r), (ret), sizeof(*(ret)), (max))

/* As et_session__stats(). The figures of the recording's own session are unknown. */
int et_replay__stats(struct et_replay *r, struct et_session_stats *ret);

/* True if the recording's end was reached: then the counts are complete. */
bool et_replay__whole(const struct et_replay *r);

/* Close and free; writes nothing. NULL is allowed. */
void et_replay__close(struct et_replay *r);

#ifdef __cplusplus
}
#endif

#endif /* EVENTSTRACE_H */
