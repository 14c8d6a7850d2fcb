/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes the present segment of a folder, and drops segments, so that all files together stay below
 * a size. After et_store_open(), only the thread of a spool calls these functions. Internal to
 * lib/segments.
 */
#ifndef ET_SEGMENTS_STORE_H
#define ET_SEGMENTS_STORE_H

#include <linux/types.h>
#include <sys/uio.h>

#include "lib/segments/spool.h"

struct et_store;

typedef void (*et_drop_fn)(void *ctx, const struct et_spool_dropped *dropped);

/**
 * et_store_open() - lock the folder, and list its segments
 * @config:	the folder and its limits
 * @on_drop:	called for each segment that is dropped
 * @ctx:	its argument
 * @ret:	receives the store; the caller frees it with et_store_close()
 * @ret_last:	receives the largest number that a segment of the folder ever had
 *
 * Return: 0; -EBUSY if another process has locked the folder; or another negative errno.
 */
int et_store_open(const struct et_spool_config *config, et_drop_fn on_drop, void *ctx,
		  struct et_store **ret, __u64 *ret_last);

/* The next bytes belong to the segment @number. */
void et_store_begin(struct et_store *store, __u64 number);

/**
 * et_store_write() - write bytes of the segment
 * @store:	the store
 * @parts:	two pieces of memory with the bytes
 *
 * The first call for a segment makes the file. If the folder is full, older segments are dropped
 * first. If that is not allowed or not enough, the new segment is dropped: its bytes go nowhere.
 *
 * Return: 0 after all bytes were written; or a negative errno: call again with the same @parts.
 */
int et_store_write(struct et_store *store, const struct iovec parts[2]);

/*
 * End the segment. @counts: its number and its events, which on_drop gets if the segment was
 * dropped. Return: as et_store_write().
 */
int et_store_end(struct et_store *store, const struct et_spool_dropped *counts);

/* Number of bytes written so far. */
__u64 et_store_written(const struct et_store *store);

/* Close the files and release the folder. NULL is allowed. */
void et_store_close(struct et_store *store);

#endif /* ET_SEGMENTS_STORE_H */
