/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A spool folder. eventstrace writes segments into it: recordings that are named by a number that
 * only grows. A sender reads them, in this order, and deletes them.
 *
 *	r = ship_folder__open("/var/spool/eventstrace", &folder, error, sizeof(error));
 *	while ((r = ship_folder__next(folder, &item)) >= 0) {
 *		if (item.recorded.data)
 *			send(&item);
 *		else
 *			... the segment's end: when all of it is acknowledged,
 *			ship_folder__done(folder, item.segment);
 *	}
 *	if (r == -EAGAIN)
 *		poll(ship_folder__fd(folder), ...);
 *
 * A segment is locked until it is done, so its writer does not delete it to save room.
 */
#ifndef TOOLS_SHIP_FOLDER_H
#define TOOLS_SHIP_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/recording/reader.h"
#include "lib/segments/folder.h"
#include "tools/ship/position.h"

struct ship_folder;

/* A segment, and the members of its header. The members stay valid until ship_folder__done(). */
struct ship_segment {
	char name[ET_SEGMENT_NAME_SIZE];
	uint64_t number;  /* the same as in the name */
	char host[72];    /* empty: unknown */
	char boot_id[40]; /* empty: unknown */
	char session[40]; /* empty: unknown */
	uint64_t first_seq;
	/* number of records that an earlier sender has sent, by its position */
	uint64_t sent_before;
	const struct et_recording_reader *reader; /* for the layouts of the records */
};

/* A record, or the end of a segment: then recorded.data is NULL. */
struct ship_item {
	struct et_recorded recorded; /* valid until the next call for the folder */
	struct ship_segment *segment;
};

/**
 * ship_folder__open() - begin to follow a folder
 * @path:	the folder
 * @ret:	receives it; the caller closes it with ship_folder__close()
 * @error:	receives a message on failure
 * @size:	bytes at @error
 *
 * Takes the lock of senders, because two senders would send every event twice.
 *
 * Return: 0; -EBUSY if another process sends this folder; or another negative errno.
 */
int ship_folder__open(const char *path, struct ship_folder **ret, char *error, size_t size);

/* A descriptor that polls readable when something in the folder has changed. */
int ship_folder__fd(const struct ship_folder *folder);

/*
 * Longest time in ms to wait for ship_folder__fd() before ship_folder__next() is called again; -1:
 * no limit. The kernel announces that a file is closed before it releases the file's lock.
 */
int ship_folder__timeout_ms(const struct ship_folder *folder);

/**
 * ship_folder__next() - get the next record, or the end of a segment
 * @folder:	the folder
 * @ret:	receives it
 *
 * Return: 0; -EAGAIN if there is nothing more now; or another negative errno, for which
 * ship_folder__error() has the message.
 */
int ship_folder__next(struct ship_folder *folder, struct ship_item *ret);

/*
 * The segment that ship_folder__next() reads now; NULL if there is none, or if its header was not
 * read yet.
 */
struct ship_segment *ship_folder__current(const struct ship_folder *folder);

/**
 * ship_folder__save() - remember what is acknowledged
 * @folder:	the folder
 * @segment:	the segment
 * @records:	number of its records that are acknowledged: all from its first on
 *
 * Return: 0 or a negative errno, for which ship_folder__error() has the message.
 */
int ship_folder__save(struct ship_folder *folder, const struct ship_segment *segment,
		      uint64_t records);

/**
 * ship_folder__done() - delete a segment
 * @folder:	the folder
 * @segment:	the segment, whose end ship_folder__next() has returned; freed, also on failure
 *
 * A damaged segment is renamed to NAME.damaged instead: a part of it could not be read.
 *
 * Return: 0 or a negative errno, for which ship_folder__error() has the message.
 */
int ship_folder__done(struct ship_folder *folder, struct ship_segment *segment);

/* Size of all segments in the folder, in bytes. */
uint64_t ship_folder__bytes(const struct ship_folder *folder);

/* Number of segments that were damaged. */
uint64_t ship_folder__damaged(const struct ship_folder *folder);

/* The message of the last failure. */
const char *ship_folder__error(const struct ship_folder *folder);

/* Stop, and release all locks. Segments that are not done stay. NULL is allowed. */
void ship_folder__close(struct ship_folder *folder);

#endif /* TOOLS_SHIP_FOLDER_H */
