/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of a session, shared by the files of this folder. A session attaches the BPF programs,
 * reads their rings, and passes each record to lib/pipeline/pipeline.h.
 *
 *	config.c	interprets and checks the options
 *	open.c		opens and closes
 *	read.c		reads records from the rings, sleeps, stops
 *	nap.c		decides how long to sleep
 *	recording.c	writes a recording's beginning, and the counts at its end
 *	segments.c	lets the session write a folder of segments
 *	parts.c		splits the counts between the recordings of a session
 *	outputs.c	continues in other files
 *	feedback.c	finds processes that read the output, and warns of a loop of events
 *	loop.c		detects such a loop from the events
 *	losses.c	finds lost events that no gap in sequence numbers shows
 *	stats.c		the counts, and the check that received and lost events add up
 *	attached.c	the attached hooks, and the kernel's features
 *	snapshot.c	the processes that ran already when the session began
 *	snapshot_filter.c applies the session's filters to these processes
 *	users.c		the users that have lost events because of their share of a ring
 */
#ifndef ET_SESSION_H
#define ET_SESSION_H

#include <linux/types.h>
#include <stdbool.h>

#include "lib/attach/attach.h"
#include "lib/enrich/host.h"
#include "lib/filter/filter.h"
#include "lib/attach/log.h"
#include "lib/include/eventstrace.h"
#include "lib/pipeline/pipeline.h"
#include "lib/ring/ring.h"
#include "lib/session/loop.h"
#include "lib/session/losses.h"
#include "lib/session/parts.h"

/* The library's version as a string. */
#define ET_STRING_(x) #x
#define ET_STRING(x)  ET_STRING_(x)
#define ET_VERSION \
	ET_STRING(ET_VERSION_MAJOR) "." ET_STRING(ET_VERSION_MINOR) "." ET_STRING(ET_VERSION_PATCH)

/*
 * While the session checks whether its output causes events, it reads only records of the output's
 * readers, or only records of other processes. It stops at the first record of another kind: that
 * record and all later ones stay in the ring.
 */
enum et_session_release {
	ET_RELEASE_ALL,
	/* records of processes that are neither readers of the output nor their descendants */
	ET_RELEASE_OTHERS,
	/* records of processes that read the output, and of their descendants */
	ET_RELEASE_READERS,
};

struct et_spool;

struct et_session {
	/* the caller's options; pointers to the caller's data are set to NULL */
	struct et_options opts;
	struct et_log log;
	struct et_attached *attached;
	struct et_rings *rings;
	struct et_pipeline pipeline;
	struct et_losses losses;
	struct et_parts parts;
	char id[ET_HOST_SESSION_SIZE]; /* identifies the session in recordings; empty: unknown */

	struct et_segments segments; /* et_options.segments, if `spool` is set */
	struct et_spool *spool;      /* writes segments; NULL: none are wanted */
	int spool_error;             /* last error of the spool that was logged */
	__u64 segments_dropped;      /* number of dropped segments that LOST records report */
	__u64 segment_begun_ns;      /* CLOCK_MONOTONIC: when the present segment began */
	/* seq of the first record after the PROCESS_EXISTS records at the segment's beginning */
	__u64 segment_seq;
	struct et_prefix_set prefixes;

	/* All times are CLOCK_MONOTONIC, in nanoseconds. */
	__u64 flushed_at;  /* when buffered lines were last written */
	__u64 budget_ns;   /* latency budget: et_nap_budget() */
	__u64 nap_cap_ns;  /* longest nap: et_nap_cap() */
	__u64 nap_ns;      /* length of the last sleep if that was a nap; else 0 */
	bool napping;      /* true from the decision to nap until the nap has ended */
	bool blocked;      /* true while an output accepts no more of the buffered bytes */
	__u64 idle_at;     /* when the rings were last empty */
	__u64 idle_last;   /* value of `last` when the rings were last empty */
	__u64 last;        /* time of the last event; 0: none */
	__u64 before_last; /* time of the event before the last one; 0: none */

	struct et_loop loop;
	enum et_session_release release;
	/* with ET_RELEASE_READERS: number of further records that may be read */
	unsigned int release_left;
	/* time of the next search for processes that read the output; 0: at the next event */
	__u64 readers_at;
	__u64 readers_ns; /* time from the last search to the search at readers_at */
	__u64 blocked_at; /* when an output last accepted no more bytes */

	bool looked;      /* true after the current et_session__poll() has read its first record */
	__u64 drained_at; /* when drain() began to read its last batch of records; 0: none yet */
	__u64 away_ns;    /* et_session_stats.away_ns: sum of long times in which records waited */
	__u64 away_longest_ns;

	/* reads processes from /proc, for the snapshot and for contexts; NULL: neither is wanted */
	struct et_proc *proc;
	/*
	 * when the current second began (CLOCK_MONOTONIC), and the number of processes read from
	 * /proc in this second: READS_A_SECOND is the limit
	 */
	__u64 reading_ns;
	unsigned int read_count;
	/* records of the processes that ran at the start, until the pipeline has got all of them */
	struct {
		char *records; /* NULL: the pipeline has got all, or no snapshot was requested */
		/* size of `records` in bytes, and position of the next record for the pipeline */
		size_t size, at;
	} snapshot;

	bool stopped; /* true after et_session__stop() */
};

/* Shortest wait of a record in its ring, in ns, that et_session_stats.away_ns includes. */
#define ET_AWAY_NS (1000 * ET_MS)

/**
 * et_session_open_rings() - open the rings of the loaded BPF programs
 * @s:		the session, with loaded BPF programs and an open pipeline
 * @err:	receives kind and message on failure
 *
 * Return: 0 or a negative errno.
 */
int et_session_open_rings(struct et_session *s, struct et_error *err);

/**
 * et_session_begin_recording() - start to write a recording to et_options.record_fd
 * @s:		the session, with an open pipeline
 * @err:	receives kind and message on failure
 *
 * Return: 0 after the recording's header is written, or a negative errno.
 */
int et_session_begin_recording(struct et_session *s, struct et_error *err);

/**
 * et_session_new_recording() - make the writer of a recording of this session
 * @s:		the session
 * @fd:		the recording's file; not used for a segment
 * @ret:	receives the writer, for et_recording_writer_free(); nothing is written yet
 *
 * Return: 0 or a negative errno.
 */
int et_session_new_recording(struct et_session *s, int fd, struct et_recording_writer **ret);

/**
 * et_session_count_recording() - the counts for the end of the present recording
 * @s:		the session
 * @last:	true: the session has stopped, and no record can follow
 * @rows:	receives the counts by type: room for ET_EVENT_TYPES
 * @ret:	receives the other counts, and the address of @rows
 *
 * Return: 0 or a negative errno.
 */
int et_session_count_recording(struct et_session *s, bool last, struct et_file_account *rows,
			       struct et_recording_totals *ret);

/**
 * et_session_end_output() - write the remaining events
 * @s:	the session, whose BPF programs no longer run
 * @deadline_ns: CLOCK_MONOTONIC: do not wait longer for the output's reader
 *
 * Also writes the counts of all events to the end of a recording.
 *
 * Return: as et_pipeline_end().
 */
int et_session_end_output(struct et_session *s, __u64 deadline_ns);

/**
 * et_session_watch_feedback() - start to check whether readers of the output cause a loop of events
 * @s:	the session, with an open pipeline
 */
void et_session_watch_feedback(struct et_session *s);

/* Search again for processes that read the output, if it is time: see readers_at. */
void et_session_look_for_readers(struct et_session *s);

/*
 * If the detector (lib/session/loop.h) suspects a loop, check whether each line of the output
 * causes another event. This takes at most ET_CHECK_NS, in which nearly nothing is written.
 */
void et_session_check_loop(struct et_session *s);

#define ET_CHECK_NS (2800 * ET_MS)

/*
 * True if the next record in a ring may be read now. False for some records during a check for a
 * loop: enum et_session_release.
 */
bool et_session_releases(struct et_session *s, const void *data, size_t len);

/* Read a batch of records from the rings. Return: as et_rings__consume(). */
int et_session_consume(struct et_session *s);

/*
 * Get the counts of the event types in the mask @events, as et_session__event_stats_sized() does.
 */
int et_session_event_rows(struct et_session *s, __u64 events, struct et_event_stats *ret,
			  size_t row_size, size_t max);

/* Apply et_options.file_size_max to the outputs that are regular files. */
void et_session_limit_files(struct et_session *s);

/*
 * Called before a sleep. If an output accepts no more bytes, let the reader wake up when that
 * output is writable again.
 */
void et_session_watch_outputs(struct et_session *s);

/**
 * et_session_take_snapshot() - read all processes from /proc, if PROCESS_EXISTS is wanted
 * @s:		the session, whose hooks are attached: so no process is missed
 * @err:	receives kind and message on failure
 *
 * Return: 0 or a negative errno.
 */
int et_session_take_snapshot(struct et_session *s, struct et_error *err);

/*
 * Give a batch of the snapshot's records to the pipeline, before any record of the rings. Return:
 * as et_rings__consume().
 */
int et_session_give_snapshot(struct et_session *s, unsigned int batch);

/* Write buffered lines until an output accepts no more bytes. Return: 0 or a negative errno. */
int et_session_flush(struct et_session *s);

#endif /* ET_SESSION_H */
