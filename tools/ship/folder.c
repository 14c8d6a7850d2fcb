/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/segments/folder.h"
#include "lib/segments/reader.h"
#include "tools/ship/log.h"

#define LOCK_NAME "ship.lock"

/* While a segment grows, look at it again after this time, also without a report of inotify. */
#define RETRY_MS 500

struct file {
	struct ship_segment segment;
	struct file *next;
	struct et_segment_reader *reader;
	bool has_about; /* the members of `segment` are set */
	bool damaged;
};

struct ship_folder {
	char path[256];
	int fd;
	int lock_fd;
	int inotify_fd;
	bool changed; /* the folder may have a segment that is not in `files` */
	/* all segments that are not done; `current` is read, and those before it are read */
	struct file *files;
	struct file *current;
	struct ship_position position; /* of a former sender */
	uint64_t damaged;              /* segments */
	char error[512];
};

__attribute__((format(printf, 3, 4))) static int fail(struct ship_folder *folder, int r,
						      const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(folder->error, sizeof(folder->error), fmt, args);
	va_end(args);
	return r;
}

static int fail_at(struct ship_folder *folder, int r, const char *doing, const char *name)
{
	return fail(folder, r, "cannot %s %s/%s: %s", doing, folder->path, name, strerror(-r));
}

/* ---- opening ------------------------------------------------------------------------------ */

static int take_lock(struct ship_folder *folder)
{
	int r;

	folder->lock_fd =
		openat(folder->fd, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (folder->lock_fd < 0)
		return fail_at(folder, -errno, "open", LOCK_NAME);
	if (flock(folder->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	r = -errno;
	if (r == -EWOULDBLOCK)
		return fail(folder, -EBUSY,
			    "another eventstrace-ship sends %s: stop it first, or use another "
			    "folder",
			    folder->path);
	return fail_at(folder, r, "lock", LOCK_NAME);
}

static int watch(struct ship_folder *folder)
{
	char path[64];

	folder->inotify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (folder->inotify_fd < 0)
		return fail(folder, -errno, "cannot watch %s: %s", folder->path, strerror(errno));
	/* The folder that is open, even if its path leads to another one now. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", folder->fd);
	if (inotify_add_watch(folder->inotify_fd, path,
			      IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO | IN_ONLYDIR) < 0)
		return fail(folder, -errno, "cannot watch %s: %s", folder->path, strerror(errno));
	return 0;
}

int ship_folder__open(const char *path, struct ship_folder **ret, char *error, size_t size)
{
	struct ship_folder *folder = calloc(1, sizeof(*folder));
	int r = 0;

	if (!folder) {
		snprintf(error, size, "no memory");
		return -ENOMEM;
	}
	snprintf(folder->path, sizeof(folder->path), "%s", path);
	folder->lock_fd = folder->inotify_fd = -1;
	folder->changed = true;
	folder->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder->fd < 0)
		r = fail(folder, -errno, "cannot open the folder %s: %s", path, strerror(errno));
	if (r == 0)
		r = take_lock(folder);
	if (r == 0)
		r = watch(folder);
	if (r == 0) {
		r = ship_position_load(folder->fd, &folder->position);
		if (r < 0)
			fail_at(folder, r, "read", "ship.position");
	}
	if (r < 0) {
		snprintf(error, size, "%s", folder->error);
		ship_folder__close(folder);
		return r;
	}
	*ret = folder;
	return 0;
}

int ship_folder__fd(const struct ship_folder *folder)
{
	return folder->inotify_fd;
}

int ship_folder__timeout_ms(const struct ship_folder *folder)
{
	return folder->current && et_segment_reader_grows(folder->current->reader) ? RETRY_MS : -1;
}

/* ---- finding the next segment ------------------------------------------------------------- */

static bool is_open(const struct ship_folder *folder, uint64_t number)
{
	for (const struct file *file = folder->files; file; file = file->next)
		if (file->segment.number == number)
			return true;
	return false;
}

/* Find the oldest segment that is not open. Return: 0, -ENOENT, or another negative errno. */
static int find_oldest(struct ship_folder *folder, uint64_t *ret)
{
	__u64 *numbers = NULL;
	size_t count = 0, i = 0;
	int r = et_segment_list(folder->fd, &numbers, &count);

	if (r < 0)
		return fail(folder, r, "cannot read the folder %s: %s", folder->path, strerror(-r));
	while (i < count && is_open(folder, numbers[i]))
		i++;
	if (i < count)
		*ret = numbers[i];
	free(numbers);
	return i < count ? 0 : -ENOENT;
}

/* Open a segment and append it to the list. Return: 0; -ENOENT if it is gone; or another errno. */
static int open_file(struct ship_folder *folder, uint64_t number)
{
	struct file *file = calloc(1, sizeof(*file)), **end = &folder->files;
	int r;

	if (!file)
		return fail(folder, -ENOMEM, "no memory");
	et_segment_name(number, file->segment.name);
	file->segment.number = number;
	r = et_segment_reader_open(folder->fd, number, &file->reader);
	if (r < 0) {
		if (r != -ENOENT)
			fail_at(folder, r, "open", file->segment.name);
		free(file);
		return r;
	}
	file->segment.reader = et_segment_reader_recording(file->reader);
	while (*end)
		end = &(*end)->next;
	*end = file;
	folder->current = file;
	return 0;
}

/* Take the reports of inotify. Which file they name does not matter. */
static void drain_inotify(struct ship_folder *folder)
{
	char events[4096];

	while (read(folder->inotify_fd, events, sizeof(events)) > 0)
		folder->changed = true;
}

/* Open the next segment. Return: 0; -EAGAIN if there is none now; or another negative errno. */
static int open_next(struct ship_folder *folder)
{
	uint64_t number = 0;
	int r;

	drain_inotify(folder);
	if (!folder->changed)
		return -EAGAIN;
	do {
		r = find_oldest(folder, &number);
		if (r == -ENOENT) {
			folder->changed = false;
			return -EAGAIN;
		}
		if (r == 0)
			r = open_file(folder, number);
	} while (r == -ENOENT);
	return r;
}

/* ---- reading ------------------------------------------------------------------------------ */

/* Copy the members of the header. */
static void take_about(struct ship_folder *folder, struct file *file)
{
	const struct ship_position *position = &folder->position;
	struct ship_segment *segment = &file->segment;
	const struct et_file_origin *origin = et_recording_reader_origin(segment->reader);

	file->has_about = true;
	if (origin) {
		memcpy(segment->host, origin->host, sizeof(segment->host));
		memcpy(segment->boot_id, origin->boot_id, sizeof(segment->boot_id));
		memcpy(segment->session, origin->session, sizeof(segment->session));
		segment->first_seq = origin->first_seq;
	}
	/* Names alone do not suffice: a folder can be emptied by hand, and used again. */
	if (strcmp(position->segment, segment->name) == 0 &&
	    strcmp(position->session, segment->session) == 0)
		segment->sent_before = position->records;
}

/* The next record of the segment. Return: as et_segment_reader_next(). */
static int read_record(struct ship_folder *folder, struct file *file, struct et_recorded *ret)
{
	int r = et_segment_reader_next(file->reader, ret);

	if (!file->has_about && et_recording_reader_header(file->segment.reader))
		take_about(folder, file);
	return r;
}

/* The segment has no more records: et_segment_reader_next() has returned @r. */
static int end_segment(struct ship_folder *folder, struct file *file, int r)
{
	const char *name = file->segment.name;

	switch (r) {
	case 0:
		return 0;
	case -ENODATA:
		ship_log("%s/%s has no end: its writer was killed, or the machine stopped",
			 folder->path, name);
		return 0;
	case -EBADMSG:
	case -EPROTONOSUPPORT:
		file->damaged = true;
		folder->damaged++;
		ship_log("%s/%s %s at byte %llu: what follows cannot be sent; the file is kept as "
			 "%s.damaged",
			 folder->path, name, et_recording_reader_why(file->segment.reader),
			 (unsigned long long)et_recording_reader_offset(file->segment.reader),
			 name);
		return 0;
	default:
		return fail_at(folder, r, "read", name);
	}
}

static void forget(struct ship_folder *folder, struct file *file)
{
	struct file **at = &folder->files;

	while (*at != file)
		at = &(*at)->next;
	*at = file->next;
	if (folder->current == file)
		folder->current = NULL;
	et_segment_reader_close(file->reader);
	free(file);
}

int ship_folder__next(struct ship_folder *folder, struct ship_item *ret)
{
	struct ship_item item = { 0 };
	int r = folder->current ? 0 : open_next(folder);

	if (r < 0)
		return r;
	item.segment = &folder->current->segment;
	r = read_record(folder, folder->current, &item.recorded);
	if (r == -EAGAIN) {
		drain_inotify(folder);
		/* What came before these reports were taken is not reported again. */
		r = read_record(folder, folder->current, &item.recorded);
		if (r == -EAGAIN)
			return r;
	}
	if (r != 1) {
		r = end_segment(folder, folder->current, r);
		if (r < 0)
			return r;
		item.recorded.data = NULL;
		folder->current = NULL;
		folder->changed = true;
	}
	*ret = item;
	return 0;
}

struct ship_segment *ship_folder__current(const struct ship_folder *folder)
{
	return folder->current && folder->current->has_about ? &folder->current->segment : NULL;
}

/* ---- after the acknowledgement ------------------------------------------------------------ */

int ship_folder__save(struct ship_folder *folder, const struct ship_segment *segment,
		      uint64_t records)
{
	struct ship_position position = { .records = records };
	int r;

	memcpy(position.segment, segment->name, sizeof(position.segment));
	memcpy(position.session, segment->session, sizeof(position.session));
	r = ship_position_save(folder->fd, &position);
	return r < 0 ? fail_at(folder, r, "write", "ship.position") : 0;
}

int ship_folder__done(struct ship_folder *folder, struct ship_segment *segment)
{
	struct file *file = (struct file *)segment; /* its first member */
	char kept[sizeof(segment->name) + sizeof(".damaged")];
	int r = 0;

	if (file->damaged) {
		snprintf(kept, sizeof(kept), "%s.damaged", segment->name);
		if (renameat(folder->fd, segment->name, folder->fd, kept) < 0)
			r = fail_at(folder, -errno, "rename", segment->name);
	} else if (unlinkat(folder->fd, segment->name, 0) < 0 && errno != ENOENT) {
		r = fail_at(folder, -errno, "delete", segment->name);
	}
	forget(folder, file);
	return r;
}

uint64_t ship_folder__bytes(const struct ship_folder *folder)
{
	char name[ET_SEGMENT_NAME_SIZE];
	__u64 *numbers = NULL;
	size_t count = 0;
	uint64_t bytes = 0;

	if (et_segment_list(folder->fd, &numbers, &count) < 0)
		return 0;
	for (size_t i = 0; i < count; i++) {
		struct stat st;

		et_segment_name(numbers[i], name);
		/* The tracer may have dropped it meanwhile. */
		if (fstatat(folder->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			bytes += (uint64_t)st.st_size;
	}
	free(numbers);
	return bytes;
}

uint64_t ship_folder__damaged(const struct ship_folder *folder)
{
	return folder->damaged;
}

const char *ship_folder__error(const struct ship_folder *folder)
{
	return folder->error;
}

void ship_folder__close(struct ship_folder *folder)
{
	if (!folder)
		return;
	while (folder->files)
		forget(folder, folder->files);
	if (folder->inotify_fd >= 0)
		close(folder->inotify_fd);
	if (folder->lock_fd >= 0)
		close(folder->lock_fd);
	if (folder->fd >= 0)
		close(folder->fd);
	free(folder);
}
