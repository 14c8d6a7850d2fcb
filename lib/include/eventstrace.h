/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventstrace: records what the processes of this host do, through eBPF.
 *
 * The only public header. A session loads and attaches the probes that its events need, drains
 * their rings and writes each event to a file descriptor:
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
 * Functions return 0 or more, or a negative errno. Results go to `ret_` parameters, which are
 * left alone on failure. The library never prints, never exits, and handles no signals; it is
 * not thread-safe: one session is used from one thread at a time.
 */
#ifndef EVENTSTRACE_H
#define EVENTSTRACE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- events ---------------------------------------------------------------------------- */

/* What there is to know of an event type; from the schema table. */
struct et_event_info {
	unsigned int id;      /* 1 and up; what ET_EVENT_BIT takes */
	const char *name;     /* "PROCESS_EXEC": event_type in JSON */
	const char *flag;     /* "process-exec": the long option without its dashes */
	const char *category; /* "process", "file" or "network" */
	const char *doc;      /* one sentence */
};

/* A set of event types is a mask of these. */
#define ET_EVENT_BIT(id) (1ULL << (id))

/**
 * et_event_infos() - all event types
 * @ret_count:	receives how many
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

/* ---- errors ---------------------------------------------------------------------------- */

/* What kind of thing went wrong: what a program's exit status tells. */
enum et_error_kind {
	ET_ERROR_NONE = 0,
	ET_ERROR_USAGE,     /* options that cannot be */
	ET_ERROR_PRIVILEGE, /* a capability is missing; the message names it */
	ET_ERROR_ATTACH,    /* no requested event can be had on this kernel, or one that must be */
	ET_ERROR_OUTPUT,    /* the output cannot be written */
	ET_ERROR_SYSTEM,    /* anything else */
	ET_ERROR_RECORD,    /* the recording cannot be written */
	ET_ERROR_INPUT,     /* what is to be replayed is no recording, or not a whole one */
};

/* One line that says what is wrong and what to do, without a newline. */
struct et_error {
	enum et_error_kind kind;
	char message[512];
};

/* ---- a session -------------------------------------------------------------------------- */

struct et_session;

/* How a probe hangs on the kernel. */
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

/* What a ring's room is shared out by, once half of it is full. */
enum et_fair {
	ET_FAIR_USER = 0, /* each user has a share; of root, each cgroup */
	ET_FAIR_OFF,      /* nothing: first come, first served */
};

/* How programs make records, and how these are laid out. docs/design.md compares them. */
enum et_wire_choice {
	ET_WIRE_AUTO = 0, /* the cheapest that the kernel can do: direct, or else varlen */
	ET_WIRE_FIXED,    /* each field has room for all that it could have */
	ET_WIRE_VARLEN,   /* packed in scratch memory, then copied into the ring */
	ET_WIRE_DIRECT,   /* packed in the ring itself; needs Linux 6.16 */
};

/* What decides whether an event is recorded. */
enum et_filter_kind {
	ET_FILTER_PID = 0,     /* the process */
	ET_FILTER_TREE,        /* the process, or one that it descends from */
	ET_FILTER_UID,         /* its real user */
	ET_FILTER_COMM,        /* the thread's name */
	ET_FILTER_CGROUP,      /* its cgroup of version 2, or one above it */
	ET_FILTER_PATH_PREFIX, /* how the event's path begins, if it has one */
	ET_FILTER_KINDS,
};

/*
 * One value of a filter. An event is recorded if it matches a value of every kind of which there
 * are any, and no value that excludes.
 */
struct et_filter {
	enum et_filter_kind kind;
	bool exclude;
	/* As events have them: processes by their number in the initial PID namespace. */
	uint64_t number;  /* PID, TREE: process; UID: user; CGROUP: its id, as et_cgroup_id() */
	const char *text; /* COMM: all of it, at most 15 bytes; PATH_PREFIX: at most 255 */
};

/* Most values of one kind, and apart from them most that exclude. */
#define ET_FILTER_MAX 16

/* Bytes of the longest pattern of et_options::redact. */
#define ET_REDACT_MAX 255

/**
 * et_cgroup_id() - the number of a cgroup
 * @path:	its directory in a file system of cgroups, version 2
 * @ret:	receives the number, for struct et_filter
 *
 * Return: 0, -ENOTSUP: that is no directory of a cgroup, version 2, or what the kernel said.
 */
int et_cgroup_id(const char *path, uint64_t *ret);

enum et_log_level {
	ET_LOG_WARNING = 0, /* something asked for is not there; the session goes on */
	ET_LOG_INFO,
	ET_LOG_DEBUG, /* what libbpf and the verifier say */
};

#define ET_QUIET_OWN_PGID UINT32_MAX

struct et_options {
	size_t sz;           /* sizeof(struct et_options): ET_OPTIONS_INIT sets it */
	uint64_t events;     /* mask of ET_EVENT_BIT; at least one */
	int output_fd;       /* where events are written; stays the caller's. -1: nowhere */
	bool unbuffered;     /* write every event at once; otherwise when idle, and every 100 ms */
	uint64_t max_events; /* write no more than this many; 0: no limit */
	enum et_attach_kind attach; /* use no other kind of hook */
	enum et_wakeup wakeup;
	/* Bytes of each ring, rounded up to a power of two of whole pages; 0: 1 MiB, bulk 2 MiB. */
	size_t ring_size;
	/*
	 * Terminals of which nothing is recorded, as dev_t of stat(2)'s st_rdev. Ptys of other
	 * devpts instances have the same numbers: it is the caller's own terminal, of the output
	 * or else of a standard descriptor. If it has none with that number, all are left out.
	 */
	const uint64_t *quiet_ttys;
	size_t quiet_tty_count;
	/*
	 * Terminal writes of this process group to the terminals below are not recorded; 0: none.
	 * As numbered in the initial PID namespace; ET_QUIET_OWN_PGID: the caller's own.
	 */
	uint32_t quiet_pgid;
	const uint64_t *quiet_pgid_ttys;
	size_t quiet_pgid_tty_count;
	/* Called with a line, without newline, of libbpf's or the library's own. May be NULL. */
	void (*log)(void *ctx, enum et_log_level level, const char *line);
	void *log_ctx;
	enum et_wire_choice wire_format;
	/* Rings of their own size, otherwise as ring_size; 0: ring_size. */
	size_t lifecycle_ring_size; /* of processes that come and go */
	size_t bulk_ring_size;      /* of terminal writes, failed execs, files, network */
	/* Bytes of kernel memory for everything; rings are made smaller to fit. 0: no limit. */
	uint64_t memory_budget;
	/*
	 * Where records are written as they come, for et_replay__open(); stays the caller's. -1:
	 * nowhere. With it and an output_fd of -1 nothing is encoded.
	 */
	int record_fd;
	/* Which events are recorded, of all types; the kernel applies it. */
	const struct et_filter *filters;
	size_t filter_count;
	/*
	 * How long et_session__stop() waits for who reads a pipe, a socket or a terminal, in
	 * milliseconds. 0: 2,000.
	 */
	unsigned int drain_timeout_ms;
	unsigned int pad_drain;
	/*
	 * Filters name processes by their numbers in the caller's PID namespace, and not by those
	 * in the initial one. Each must be running.
	 */
	uint32_t filters_in_pidns; /* 0 or 1 */
	uint32_t pad_filters;
	/*
	 * Patterns of what is taken out of records before they are written or recorded: `*` is any
	 * bytes, `?` is one. Arguments and paths of scripts that match as a whole become "***"; with
	 * redact_tty, so do words that are written to terminals.
	 */
	const char *const *redact;
	size_t redact_count;
	uint32_t redact_tty; /* 0 or 1 */
	uint32_t pad_redact;
	/*
	 * Variables of the environment that are recorded: "all", "none", or names between commas, of
	 * which one that ends with `*` is the beginning of names. NULL: ET_ENV_DEFAULT.
	 */
	const char *env;
	enum et_fair fair;
	/*
	 * 0 or 1: where the output feeds back, record at most 50 events a second of the processes that
	 * read it and of what they start. Without, a warning reports it, and nothing is left out but
	 * what these processes write.
	 */
	uint32_t limit_feedback;
};

/* Names that say where and as whom a program runs, and with which libraries. */
#define ET_ENV_DEFAULT                                                                   \
	"HOME,LANG,LANGUAGE,LC_*,LD_*,LOGNAME,PATH,PWD,OLDPWD,SHELL,SHLVL,TERM,TZ,USER," \
	"HOSTNAME,SUDO_UID,SUDO_GID,SUDO_USER,SSH_CONNECTION,SSH_TTY,XDG_SESSION_ID,"    \
	"XDG_RUNTIME_DIR,DISPLAY,WAYLAND_DISPLAY"

#define ET_OPTIONS_INIT { .sz = sizeof(struct et_options), .output_fd = -1, .record_fd = -1 }

/**
 * et_session__open() - load and attach what the events need
 * @opts:	what is wanted; copied
 * @ret:	receives the session; the caller closes it with et_session__close()
 * @err:	receives kind and message on failure; may be NULL
 *
 * Everything is attached when it returns: what happens from then on is seen. An event type of
 * which every candidate hook fails is left out, with its reason in et_session__hooks() and as a
 * warning to the log; if that leaves none, or if @opts asks for the impossible, it fails.
 * Programs of the calling process and terminal writes of its ancestors are never recorded: they
 * would feed back.
 *
 * Return: 0, or a negative errno: -EPERM (a capability is missing), -ENOENT (no BTF),
 * -EOPNOTSUPP (nothing can be attached, or records cannot be made in the wire format), -EINVAL
 * (options), -ESRCH (a tree's process does not exist), -ENOSPC (the memory budget is too small), or
 * what the kernel said.
 */
int et_session__open(const struct et_options *opts, struct et_session **ret, struct et_error *err);

/**
 * et_session__poll() - wait for events and write them
 * @s:		the session
 * @timeout_ms:	longest wait in milliseconds; 0: none; -1: for ever
 *
 * Drains the rings, encodes, and writes what it encoded when nothing more is there, at least
 * every 100 ms. Returns early on a signal. Never waits longer than @timeout_ms for who reads a
 * pipe, a socket or a terminal: what these do not take stays in a buffer, and when that is full,
 * in the rings, whose programs count what they lose. et_session__fd() is readable when they take
 * more.
 *
 * Return: events received, 0 on time-out, -EINTR on a signal, -EPIPE when whoever reads the
 * output is gone, -ECANCELED when max_events have been written, or what write(2) said. After a
 * failure et_session__error() has the message.
 */
int et_session__poll(struct et_session *s, int timeout_ms);

/**
 * et_session__fd() - a descriptor that polls readable when there are events
 * @s:	the session, which keeps it
 *
 * For a caller with an event loop of its own; call et_session__poll(s, 0) when it is readable,
 * and at least once after et_session__open().
 */
int et_session__fd(const struct et_session *s);

/**
 * et_session__stop() - record nothing more, then drain and write what the probes left
 * @s:	the session; only stats, hooks, error and close may follow
 *
 * Waits at most for drain_timeout_ms for who reads the output. Probes stay attached and do nothing
 * until et_session__close(), which may take a second or two.
 *
 * Return: 0, -ETIMEDOUT when the output was not read in time and so is not whole, or as
 * et_session__poll().
 */
int et_session__stop(struct et_session *s);

/* The last failure of poll or stop: kind ET_ERROR_NONE if there was none. Lives with @s. */
const struct et_error *et_session__error(const struct et_session *s);

/* Close and free; detaches what is attached, writes nothing. NULL is allowed. */
void et_session__close(struct et_session *s);

/* ---- accounts --------------------------------------------------------------------------- */

/* Causes of losses have numbers below this. */
#define ET_LOST_CAUSE_MAX 8

/* The name of a cause, as LOST lines have it: "RING_FULL". NULL: none has that number. */
const char *et_lost_cause_name(unsigned int cause);

/* Of one event type, since the session was opened. attempted = sent + lost. */
struct et_event_stats {
	unsigned int id;
	uint64_t attempted; /* happened, and not filtered */
	uint64_t sent;      /* got into a ring */
	uint64_t lost;      /* did not */
	uint64_t filtered;  /* left out on purpose: the caller's own doings, or by a filter */
	uint64_t truncated; /* sent with a field cut at its cap */
	uint64_t bytes;     /* of records in the ring */
	uint64_t received;  /* taken out of the ring and decoded */
	uint64_t written;   /* encoded and handed to the output */
	uint64_t lost_by[ET_LOST_CAUSE_MAX]; /* lost, by cause; of a recording all 0 */
};

/* A table of what is under way, of a bounded number of entries. */
struct et_table_stats {
	const char *name;
	uint64_t refused; /* times that there was no room */
};

/* Events that are lost with the cause USER_SHARE: a user had all that it may take of a ring. */
struct et_user_stats {
	/*
	 * The real user, or the owner of its user namespace. There are 128 shares: of users that have
	 * one share together it is that whose event was refused last.
	 */
	uint32_t uid;
	uint32_t pad;
	uint64_t refused;
};

/* A process of which writes were left out, because it writes what the caller has written. */
struct et_left_out {
	unsigned int tgid; /* in the initial PID namespace */
	char comm[16];     /* as at its first such write; has no 0 byte if it has 16 bytes */
	uint64_t events;
};

struct et_session_stats {
	size_t sz;                  /* sizeof(struct et_session_stats), set by the caller */
	uint64_t malformed;         /* records that the decoder rejected */
	uint64_t wakeups;           /* times that the reader slept and was woken */
	uint64_t output_bytes;      /* written to the output */
	uint64_t locked_ring;       /* bytes of kernel memory: rings, with their control pages */
	uint64_t locked_scratch;    /* where records are built */
	uint64_t locked_maps;       /* all other maps; per-CPU ones count for every possible CPU */
	unsigned int cpus_possible; /* 0: not known, as without /sys */
	const char *wire_format;    /* "varlen", "auto: direct"; lives with the session */
	/* After et_session__stop(): attempted = received + lost of every type, and lost_told = lost. */
	bool accounted;
	uint64_t missing; /* attempted, and neither received nor lost: malformed, or left behind */
	uint64_t lost_told;    /* events of which it was found that they are lost or missing */
	uint64_t lost_written; /* of these, those that the output's LOST lines tell of */
	/* Of auto: why records are not made directly. NULL: they are, or it was not asked for. */
	const char *wire_format_why;
	uint64_t recorded_bytes; /* written to record_fd */
	/* Processes of a filter's tree for which there was no room: their events are misjudged. */
	uint64_t tree_missed;
	/*
	 * Times that the kernel did not run a program where it should have: because it interrupts
	 * itself, or too many calls that a kretprobe waits for are under way. What happened there
	 * is not attempted, and so neither received nor lost. Known from Linux 6.7 on, in part
	 * from 5.12 on.
	 */
	uint64_t skipped;
	/* The kernel does not tell what is locked, as without /proc: the three figures are 0. */
	bool locked_unknown;
	/*
	 * Bytes of kernel memory that was allocated while events came, beside what is locked and
	 * outside of memory_budget; at most so much. Notes of sockets: the most that there were at
	 * one time. Values of tasks: each goes with its task.
	 */
	uint64_t grown_sockets;
	uint64_t grown_tasks;
	/* Another process has told the programs to record nothing, through their memory. */
	bool switched_off;
	/*
	 * Times of more than a second each in which records waited and were not read, although the
	 * output took them: nothing polled, the process was stopped or had no CPU. Nanoseconds.
	 */
	uint64_t away_ns, away_longest_ns;
};

/**
 * et_session__event_stats() - the account of each selected event type
 * @s:		the session
 * @ret:	receives one row a type, in the order of ids
 * @max:	rows that @ret has room for
 *
 * Return: how many rows, or a negative errno.
 */
int et_session__event_stats(struct et_session *s, struct et_event_stats *ret, size_t max);

/**
 * et_session__table_stats() - how often tables of programs had no room
 * @s:		the session
 * @ret:	receives one row a table, also of those that no program uses
 * @max:	rows that @ret has room for
 *
 * Return: how many rows, or a negative errno.
 */
int et_session__table_stats(struct et_session *s, struct et_table_stats *ret, size_t max);

/**
 * et_session__user_stats() - the users that have lost events because of their share of a ring
 * @s:		the session
 * @ret:	receives a row for each such user, the most events first
 * @max:	rows that @ret has room for
 *
 * Return: how many such users there are, which can be more than @max; or a negative errno.
 */
int et_session__user_stats(struct et_session *s, struct et_user_stats *ret, size_t max);

/**
 * et_session__left_out() - of which processes writes were left out
 * @s:		the session
 * @ret:	receives one row a process: those that read the output, and other tracers
 * @max:	rows that @ret has room for
 * @ret_others:	receives how many events were left out of processes that have no row in the kernel
 *
 * These events are counted as filtered too.
 *
 * Return: how many rows, or a negative errno.
 */
int et_session__left_out(struct et_session *s, struct et_left_out *ret, size_t max,
			 uint64_t *ret_others);

/* The account of the session as a whole. Return: 0 or a negative errno. */
int et_session__stats(struct et_session *s, struct et_session_stats *ret);

/* One candidate hook of one selected event type, in order of preference. */
struct et_hook {
	unsigned int event_id;
	enum et_attach_kind kind;
	const char *hook; /* "tp_btf/sched_process_exec" */
	bool chosen;
	const char *reason; /* why it was passed over; NULL if it was not, or never tried */
};

/**
 * et_session__hooks() - what is attached, and why not something better
 * @s:		the session
 * @ret_count:	receives how many
 *
 * Return: an array that lives with @s, by event id and preference.
 */
const struct et_hook *et_session__hooks(const struct et_session *s, size_t *ret_count);

/* A program that was loaded, and what it took the kernel's verifier to accept it. */
struct et_program {
	const char *name;
	uint64_t verified_insns; /* instructions, each as often as it was looked at */
	uint64_t verified_usec;
};

/**
 * et_session__programs() - what et_probe() has loaded
 * @s:		the session
 * @ret_count:	receives how many; none of a session that records
 *
 * Return: an array that lives with @s.
 */
const struct et_program *et_session__programs(const struct et_session *s, size_t *ret_count);

/**
 * et_probe() - what could be attached here, without recording anything
 * @opts:	as for et_session__open(); its output is not used
 * @ret:	receives a session on which et_session__hooks() and et_session__programs() work,
 *		to be closed; it is given also when no event at all can be had
 * @err:	as for et_session__open()
 *
 * Return: how many of the wanted event types cannot be had (0: all can), or a negative errno as
 * et_session__open() where not even probing was possible.
 */
int et_probe(const struct et_options *opts, struct et_session **ret, struct et_error *err);

/* What this kernel offers, for --print-features-on-init. */
struct et_features {
	size_t sz;      /* sizeof(struct et_features), set by the caller */
	bool bpf_tramp; /* fentry and fexit programs can be attached */
	bool ipv6;      /* IPv6 connections can be seen */
};

/* Return: 0 or a negative errno. */
int et_session__features(struct et_session *s, struct et_features *ret);

/* ---- replaying ---------------------------------------------------------------------------- */

/* Events out of a recording: what a session with record_fd wrote. Needs no privileges. */
struct et_replay;

/**
 * et_replay__open() - prepare to replay a recording
 * @opts:	events: those that are wanted; output_fd, unbuffered, max_events, redact: as for a
 *		session; log, log_ctx. The others do not matter
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
 * Calls read(2) once, and writes what became of it: each event as the session would have written
 * it that was recorded, time included. If the output's reader does not take it, nothing more is
 * read: et_replay__is_blocked().
 *
 * Return: 1 when there may be more; 0 at the end of a recording that is whole; -EINTR on a signal
 * and -EAGAIN if @fd has nothing now, after both of which it goes on; -ECANCELED when max_events
 * have been written; -EBADMSG if the recording is damaged, -ENODATA if it is cut off,
 * -EPROTONOSUPPORT if it is none, or one of a program that had another idea of it; or what
 * write(2) or read(2) said. After a failure et_replay__error() has the message. What stands
 * before a damage has been written then.
 */
int et_replay__step(struct et_replay *r);

/* Does the output wait for its reader? Then the next step waits for it, and not for the recording. */
bool et_replay__is_blocked(const struct et_replay *r);

/**
 * et_replay__stop() - write what is left
 * @r:		the replay; only stats, error and close may follow
 *
 * Waits at most for drain_timeout_ms for who reads the output.
 *
 * Return: 0, -ETIMEDOUT, or what write(2) said.
 */
int et_replay__stop(struct et_replay *r);

/*
 * The last failure of et_replay__step(): kind ET_ERROR_NONE if there was none. Lives with @r. Of
 * kind ET_ERROR_INPUT the message goes on from the recording's name: "is damaged at byte 4096".
 */
const struct et_error *et_replay__error(const struct et_replay *r);

/*
 * As et_session__event_stats(). What programs have counted stands at the end of a recording, and
 * is 0 before that was reached; received and written are those of the replay.
 */
int et_replay__event_stats(struct et_replay *r, struct et_event_stats *ret, size_t max);

/* As et_session__stats(); of what the recording's own session needed, nothing is known. */
int et_replay__stats(struct et_replay *r, struct et_session_stats *ret);

/* Was the recording's end reached? Then the account is whole. */
bool et_replay__whole(const struct et_replay *r);

/* Close and free; writes nothing. NULL is allowed. */
void et_replay__close(struct et_replay *r);

/* The program's version, "0.1.0". */
const char *et_version(void);

#ifdef __cplusplus
}
#endif

#endif /* EVENTSTRACE_H */
