/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/segments/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/segments/count.h"

/* The segment that is written now. */
struct present {
	__u64 number;
	int fd; /* -1: it is not made yet, or it is dropped */
	/* the header is not written yet: the file has the name of et_segment_new_name() */
	bool hidden;
	bool dropped;
	size_t done; /* bytes of the present et_store_write() that are written already */
};

struct et_store {
	struct et_spool_config config;
	et_drop_fn on_drop;
	void *ctx;
	int lock; /* et_segment_lock_folder() */
	struct present present;
	/* The finished segments, the oldest first. A sender may have deleted some of them. */
	__u64 *numbers;
	size_t count, room;
	__u64 written;
};

int et_store_open(const struct et_spool_config *config, et_drop_fn on_drop, void *ctx,
		  struct et_store **ret, __u64 *ret_last)
{
	struct et_store *store = calloc(1, sizeof(*store));
	int r = 0;

	if (!store)
		return -ENOMEM;
	store->config = *config;
	store->on_drop = on_drop;
	store->ctx = ctx;
	store->present.fd = -1;
	store->lock = et_segment_lock_folder(config->folder, config->mode, ret_last);
	if (store->lock < 0)
		r = store->lock;
	if (r == 0)
		r = et_segment_list(config->folder, &store->numbers, &store->count);
	if (r < 0) {
		et_store_close(store);
		return r;
	}
	store->room = store->count;
	*ret = store;
	return 0;
}

/* ---- the size of the folder ---------------------------------------------------------------- */

/*
 * Add up the sizes of all segments, and forget deleted ones. A file whose size cannot be read
 * counts as empty, and is not forgotten.
 */
static __u64 measure(struct et_store *store)
{
	char name[ET_SEGMENT_NAME_SIZE];
	__u64 size = 0;
	struct stat st;
	size_t kept = 0;

	for (size_t i = 0; i < store->count; i++) {
		et_segment_name(store->numbers[i], name);
		if (fstatat(store->config.folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			size += (__u64)st.st_size;
		else if (errno == ENOENT)
			continue;
		store->numbers[kept++] = store->numbers[i];
	}
	store->count = kept;
	return size;
}

/*
 * Drop a finished segment. If a sender or a reader holds a lock on it, the segment stays. Return:
 * the size that is freed; 0: the segment stays.
 */
static __u64 drop(struct et_store *store, __u64 number)
{
	struct et_spool_dropped dropped = { .segment = number };
	char name[ET_SEGMENT_NAME_SIZE];
	__u64 size = 0;
	struct stat st;
	int fd;

	et_segment_name(number, name);
	fd = openat(store->config.folder, name, ET_SPOOL_READ);
	if (fd < 0)
		return 0;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    et_segment_count(fd, dropped.counts, dropped.lost) == 0 &&
	    unlinkat(store->config.folder, name, 0) == 0) {
		size = (__u64)st.st_size;
		store->on_drop(store->ctx, &dropped);
	}
	close(fd);
	return size;
}

/* Drop segments until there is room for one more. Return: false if there is no room. */
static bool make_room(struct et_store *store)
{
	const __u64 max = store->config.size, more = store->config.segment_size;
	__u64 size;

	if (!max)
		return true;
	size = measure(store);
	for (size_t i = 0; i < store->count && size + more > max; i++) {
		if (store->config.full == ET_SPOOL_DROP_NEWEST)
			break;
		size -= drop(store, store->numbers[i]);
	}
	return size + more <= max;
}

/* ---- the present segment ------------------------------------------------------------------- */

/*
 * Write the folder's file names to the disk. It is no failure if the file system does not support
 * this.
 */
static int sync_folder(const struct et_store *store)
{
	if (store->config.sync == ET_SPOOL_SYNC_NONE || fsync(store->config.folder) == 0 ||
	    errno == EINVAL)
		return 0;
	return -errno;
}

/* Make the file, under the name for a segment without a header, and lock it. */
static int make(struct et_store *store)
{
	struct present *p = &store->present;
	char name[ET_SEGMENT_NEW_SIZE];
	int fd, r = et_segment_store_last(store->lock, p->number);

	if (r < 0)
		return r;
	et_segment_new_name(p->number, name);
	fd = openat(store->config.folder, name, ET_SPOOL_MAKE, store->config.mode);
	if (fd < 0)
		return -errno;
	/* Set the permissions again, because the umask may have removed some. */
	if (fchmod(fd, store->config.mode) < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0) {
		r = -errno;
		unlinkat(store->config.folder, name, 0);
		close(fd);
		return r;
	}
	p->fd = fd;
	p->hidden = true;
	return 0;
}

/* The header is written: give the file the name of a segment. */
static int show(struct et_store *store)
{
	struct present *p = &store->present;
	char hidden[ET_SEGMENT_NEW_SIZE], name[ET_SEGMENT_NAME_SIZE];

	et_segment_new_name(p->number, hidden);
	et_segment_name(p->number, name);
	if (renameat(store->config.folder, hidden, store->config.folder, name) < 0)
		return -errno;
	p->hidden = false;
	return sync_folder(store);
}

/* Write the bytes of @parts, less the first present.done bytes: these are written already. */
static int write_rest(struct et_store *store, const struct iovec parts[2])
{
	struct present *p = &store->present;
	size_t all = parts[0].iov_len + parts[1].iov_len;

	while (p->done < all) {
		const struct iovec *part = p->done < parts[0].iov_len ? &parts[0] : &parts[1];
		size_t at = part == parts ? p->done : p->done - parts[0].iov_len;
		ssize_t n = write(p->fd, (const char *)part->iov_base + at, part->iov_len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		p->done += (size_t)n;
		store->written += (size_t)n;
	}
	return 0;
}

void et_store_begin(struct et_store *store, __u64 number)
{
	store->present = (struct present){ .number = number, .fd = -1 };
}

int et_store_write(struct et_store *store, const struct iovec parts[2])
{
	struct present *p = &store->present;
	int r = 0;

	if (p->fd < 0 && !p->dropped) {
		p->dropped = !make_room(store);
		r = p->dropped ? 0 : make(store);
	}
	if (r < 0 || p->fd < 0)
		return r;
	r = write_rest(store, parts);
	if (r == 0 && p->hidden)
		r = show(store);
	if (r == 0 && store->config.sync == ET_SPOOL_SYNC_ALWAYS && fdatasync(p->fd) < 0)
		r = -errno;
	if (r == 0)
		p->done = 0;
	return r;
}

int et_store_end(struct et_store *store, const struct et_spool_dropped *counts)
{
	struct present *p = &store->present;
	const int fd = p->fd;

	if (p->dropped) {
		store->on_drop(store->ctx, counts);
		return 0;
	}
	if (fd < 0)
		return 0;
	if (store->count == store->room) {
		size_t room = store->room ? 2 * store->room : 64;
		__u64 *more = realloc(store->numbers, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		store->numbers = more;
		store->room = room;
	}
	if (store->config.sync != ET_SPOOL_SYNC_NONE && fdatasync(fd) < 0)
		return -errno;
	/* Closing the file's only descriptor releases the lock. */
	close(fd);
	p->fd = -1;
	store->numbers[store->count++] = p->number;
	return 0;
}

__u64 et_store_written(const struct et_store *store)
{
	return store->written;
}

void et_store_close(struct et_store *store)
{
	if (!store)
		return;
	if (store->present.fd >= 0)
		close(store->present.fd);
	if (store->lock >= 0)
		close(store->lock);
	free(store->numbers);
	free(store);
}
