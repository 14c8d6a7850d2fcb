/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes a folder of segments (folder.h). The reader of the rings never waits for the disk: it puts
 * bytes into a bounded queue, and another thread writes them.
 *
 *	struct et_spool *spool = NULL;
 *	struct et_sink *sink = NULL;
 *
 *	r = et_spool_open(&config, &spool, &err);
 *	...
 *	r = et_spool_sink(spool, &sink);	// for et_recording_writer_new_on()
 *	...
 *	r = et_spool_start(spool);
 *	...
 *	et_spool_count(spool, counts, lost);	// before the sink is freed: that ends its segment
 *	...
 *	r = et_spool_drain(spool, deadline_ns);
 *	et_spool_close(spool);
 *
 * A sink takes all bytes or none: -EAGAIN means that the queue is full. Its descriptor polls
 * writable (POLLOUT) as soon as the queue is at least half empty.
 *
 * While the disk takes no bytes, for example because it is full, the thread tries again four times
 * a second. The bytes in the queue stay there.
 */
#ifndef ET_SEGMENTS_SPOOL_H
#define ET_SEGMENTS_SPOOL_H

#include <fcntl.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/include/eventstrace.h"
#include "lib/segments/folder.h"
#include "lib/sink/sink.h"
#include "lib/wire/schema.h"

/* How the thread opens the files of the folder. A filter of system calls can permit just these. */
#define ET_SPOOL_MAKE (O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC)
#define ET_SPOOL_READ (O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC)

struct et_spool;

struct et_spool_config {
	int folder;         /* the folder, open for reading; the caller closes it */
	unsigned int mode;  /* permissions of new files */
	__u64 segment_size; /* largest size of a segment in bytes */
	__u64 size;         /* largest size of all segments in bytes; 0: no limit */
	enum et_spool_full full;
	enum et_spool_sync sync;
	size_t queue_size; /* bytes of the queue, a multiple of 8; 0: the default, 8 MiB */
};

/* A segment that was dropped, because the folder had its largest size. */
struct et_spool_dropped {
	__u64 segment;
	/*
	 * number of its events by type, including those that it reported as lost; counts[0]: events
	 * of unknown type
	 */
	__u64 counts[ET_EVENT_TYPES];
	__u64 lost[ET_EVENT_TYPES]; /* how many of `counts` it reported as lost */
};

struct et_spool_state {
	/* negative errno of the last try to write; 0: it succeeded, or nothing was written yet */
	int error;
	__u64 written; /* bytes that the thread has written */
	__u64 dropped; /* number of dropped segments */
};

/**
 * et_spool_open() - become the writer of a folder
 * @config:	the folder and its limits
 * @ret:	receives the spool; the caller frees it with et_spool_close()
 * @err:	receives kind and message on failure
 *
 * Makes no thread: a caller can give up privileges before et_spool_start().
 *
 * Return: 0 or a negative errno; -EBUSY if another process writes into the folder.
 */
int et_spool_open(const struct et_spool_config *config, struct et_spool **ret,
		  struct et_error *err);

/* Number of the segment that the next et_spool_sink() begins. */
__u64 et_spool_next(const struct et_spool *spool);

/**
 * et_spool_sink() - begin the next segment
 * @spool:	the spool. Before the caller flushes the new sink, it must have freed the sink of
 *		the segment before
 * @ret:	receives the sink, for et_recording_writer_new_on(); et_sink_free() ends the segment
 *
 * The first flush must write the whole header of the recording.
 *
 * Return: 0 or -ENOMEM.
 */
int et_spool_sink(struct et_spool *spool, struct et_sink **ret);

/* Set `counts` and `lost` of et_spool_dropped for the segment whose sink is freed next. */
void et_spool_count(struct et_spool *spool, const __u64 counts[ET_EVENT_TYPES],
		    const __u64 lost[ET_EVENT_TYPES]);

/* Start the thread, once. All signals are blocked in it. Return: 0 or a negative errno. */
int et_spool_start(struct et_spool *spool);

/*
 * True if at least half of the queue is empty: then there is room for the snapshot of processes
 * with which a segment can begin.
 */
bool et_spool_is_roomy(struct et_spool *spool);

/* Take a dropped segment whose loss is not recorded yet. Return: false if there is none. */
bool et_spool_take_dropped(struct et_spool *spool, struct et_spool_dropped *ret);

void et_spool_get_state(struct et_spool *spool, struct et_spool_state *ret);

/**
 * et_spool_drain() - wait until the thread has written all that is in the queue
 * @spool:	the spool, after et_spool_start()
 * @deadline_ns: end of the wait, CLOCK_MONOTONIC
 *
 * Return: 0; or what the thread's last write returned, such as -ENOSPC; or -ETIMEDOUT.
 */
int et_spool_drain(struct et_spool *spool, __u64 deadline_ns);

/*
 * End the thread and free the spool. The bytes that are still in the queue are not written. If the
 * thread is inside of a system call that does not return, the spool stays in memory, because the
 * thread may still use it. NULL is allowed.
 */
void et_spool_close(struct et_spool *spool);

#endif /* ET_SEGMENTS_SPOOL_H */
