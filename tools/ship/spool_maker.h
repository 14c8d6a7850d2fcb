/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests: writes the segments of one session into a folder. Each event is a PROCESS_SETSID
 * whose pids.sid is the event's number in the session, or a large PROCESS_EXEC.
 */
#ifndef TOOLS_SHIP_SPOOL_MAKER_H
#define TOOLS_SHIP_SPOOL_MAKER_H

#include <linux/types.h>
#include <stddef.h>
#include <stdint.h>

struct spool_maker {
	char folder[256];
	const char *host, *boot_id, *session;
	uint64_t number; /* of the last segment */
	uint64_t seq;    /* of the next event */
	/* the segment that grows; -1: none */
	int fd;
	struct et_recording_writer *writer;
	uint64_t events; /* of the present segment */
	uint64_t large;  /* events among them from spool_maker_append_large() */
};

/* Make an empty folder in the folder of the test, and begin a session of "host-a". */
void spool_maker_init(struct spool_maker *maker);

/* Begin a session of another host in the same folder: its names end with @letter. */
void spool_maker_session(struct spool_maker *maker, char letter);

/* Write a finished segment of @count events. */
void spool_maker_segment(struct spool_maker *maker, uint64_t count);

/* Begin a segment that grows, and is locked. */
void spool_maker_begin(struct spool_maker *maker);

/* Append @count events to it, and write them to the file. */
void spool_maker_append(struct spool_maker *maker, uint64_t count);

/* Append one event that is larger than @size bytes, at most 8000, and write it to the file. */
void spool_maker_append_large(struct spool_maker *maker, size_t size);

/* Write its end, and release the lock. */
void spool_maker_end(struct spool_maker *maker);

/* Release the lock without an end, as a killed writer does. */
void spool_maker_abandon(struct spool_maker *maker);

/* The number of segments in the folder. */
size_t spool_maker_segments_left(const struct spool_maker *maker);

/* Path of a segment, valid until the next call. */
const char *spool_maker_path(const struct spool_maker *maker, uint64_t number);

/* Delete the folder and all that is in it. */
void spool_maker_remove(struct spool_maker *maker);

#endif /* TOOLS_SHIP_SPOOL_MAKER_H */
