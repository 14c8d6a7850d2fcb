/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "lib/enrich/users.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECOND_NS 1000000000ULL

/* Largest number of bytes of /etc/passwd that are read. The rest of a larger file is ignored. */
#define FILE_MAX (16UL << 20)

struct user {
	__u32 uid;
	__u32 line; /* the user's position in the file, from 0; only valid lines count */
	char name[ET_USER_MAX + 1];
};

struct et_users {
	const char *path; /* NULL: there is no file, and et_users_set() sets the names */
	/* true: the file arrives through a pipe after each change, and is not opened */
	bool piped;
	int fd; /* the pipe; -1: there is none, or its writer has closed it */
	/* Bytes read from the pipe that are not a complete file yet. */
	char *text;
	size_t text_len, text_room;
	struct stat stat;   /* stat(2) of the file when it was last read, to notice changes */
	__u64 look_at;      /* when to look for changes again, in CLOCK_MONOTONIC nanoseconds */
	struct user *users; /* the users in the file, sorted by uid */
	size_t count;
	size_t room;   /* entries for which `users` has memory; only for et_users_set() */
	__u64 version; /* number of times that `users` was replaced or changed */
};

/*
 * Order by uid, then by line. If several lines have the same uid, et_users_name() uses the first of
 * them, as getpwuid(3) does.
 */
static int compare(const void *a, const void *b)
{
	const struct user *x = a, *y = b;

	if (x->uid != y->uid)
		return x->uid < y->uid ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

/* Parse a line of /etc/passwd, "name:password:uid:...". Return: false if the line is invalid. */
static bool parse_line(const char *p, const char *end, struct user *ret)
{
	const char *name_end = memchr(p, ':', (size_t)(end - p)), *colon;
	unsigned long long uid = 0;

	if (!name_end || name_end == p || *p == '#' || *p == '+' || *p == '-')
		return false;
	colon = memchr(name_end + 1, ':', (size_t)(end - name_end - 1));
	if (!colon || colon + 1 == end)
		return false;
	for (colon++; colon < end && *colon != ':'; colon++) {
		if (*colon < '0' || *colon > '9' || uid > 0xffffffff)
			return false;
		uid = uid * 10 + (unsigned int)(*colon - '0');
	}
	if (colon == end || colon[-1] == ':' || uid > 0xffffffff || name_end - p > ET_USER_MAX)
		return false;
	ret->uid = (__u32)uid;
	memcpy(ret->name, p, (size_t)(name_end - p));
	ret->name[name_end - p] = '\0';
	return true;
}

/* Replace all stored names by the names in @text, the content of /etc/passwd. */
static int parse(struct et_users *users, const char *text, size_t size)
{
	const char *p = text, *end = text + size;
	struct user *list;
	size_t lines = 1, count = 0;

	for (size_t i = 0; i < size; i++)
		lines += text[i] == '\n';
	list = calloc(lines, sizeof(*list));
	if (!list)
		return -ENOMEM;
	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		const char *line_end = newline ? newline : end;

		list[count].line = (__u32)count;
		count += parse_line(p, line_end, &list[count]);
		p = newline ? newline + 1 : end;
	}
	qsort(list, count, sizeof(*list), compare);
	free(users->users);
	users->users = list;
	users->count = count;
	users->version++;
	return 0;
}

static int read_file(struct et_users *users)
{
	int fd = open(users->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), r = 0;
	struct stat st;
	char *text = NULL;
	size_t size = 0, room;
	ssize_t n = 0;

	if (fd < 0)
		return 0;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		goto out;
	room = (size_t)st.st_size < FILE_MAX ? (size_t)st.st_size : FILE_MAX;
	text = malloc(room + 1);
	r = text ? 0 : -ENOMEM;
	while (r == 0 && size < room && (n = read(fd, text + size, room - size)) > 0)
		size += (size_t)n;
	if (r == 0 && n >= 0)
		r = parse(users, text, size);
	if (r == 0)
		users->stat = st;
out:
	free(text);
	close(fd);
	return r;
}

int et_users_new(const char *path, int fd, struct et_users **ret)
{
	struct et_users *users = calloc(1, sizeof(*users));
	int r;

	if (!users)
		return -ENOMEM;
	users->path = path;
	users->piped = fd >= 0;
	users->fd = fd;
	r = read_file(users);
	if (r < 0) {
		et_users_free(users);
		return r;
	}
	*ret = users;
	return 0;
}

/* Make room for at least one more byte in users->text. */
static bool make_room(struct et_users *users)
{
	char *text;

	if (users->text_len < users->text_room)
		return true;
	text = realloc(users->text, users->text_room * 2 + 4096);
	if (!text)
		return false;
	users->text = text;
	users->text_room = users->text_room * 2 + 4096;
	return true;
}

/*
 * Parse all complete files in the bytes from the pipe. The last complete file has the current
 * names.
 */
static void take_text(struct et_users *users)
{
	__u32 size;

	while (users->text_len >= sizeof(size)) {
		memcpy(&size, users->text, sizeof(size));
		if (size > FILE_MAX) {
			users->fd = -1;
			return;
		}
		if (users->text_len - sizeof(size) < size)
			return;
		(void)parse(users, users->text + sizeof(size), size);
		users->text_len -= sizeof(size) + size;
		memmove(users->text, users->text + sizeof(size) + size, users->text_len);
	}
}

/*
 * Read all bytes that are in the pipe now. Does not wait for more, because the pipe is
 * non-blocking.
 */
static void read_pipe(struct et_users *users)
{
	ssize_t n = 1;

	while (n > 0 && users->fd >= 0 && make_room(users)) {
		n = read(users->fd, users->text + users->text_len,
			 users->text_room - users->text_len);
		if (n > 0) {
			users->text_len += (size_t)n;
			take_text(users);
		}
	}
	/* The writer has closed the pipe: no further change will come, and the last names stay. */
	if (n == 0)
		users->fd = -1;
}

void et_users_refresh(struct et_users *users, __u64 now_ns)
{
	const struct stat *old = &users->stat;
	struct stat st;

	if (!users->path || now_ns < users->look_at)
		return;
	users->look_at = now_ns + SECOND_NS;
	if (users->piped) {
		read_pipe(users);
		return;
	}
	if (stat(users->path, &st) < 0)
		return;
	if (st.st_dev == old->st_dev && st.st_ino == old->st_ino && st.st_size == old->st_size &&
	    st.st_mtim.tv_sec == old->st_mtim.tv_sec && st.st_mtim.tv_nsec == old->st_mtim.tv_nsec)
		return;
	(void)read_file(users);
}

/* Index of the first user whose uid is at least @uid, by binary search. */
static size_t find(const struct et_users *users, __u32 uid)
{
	size_t low = 0, high = users->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (users->users[middle].uid < uid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_at(const struct et_users *users, size_t at, __u32 uid)
{
	return at < users->count && users->users[at].uid == uid;
}

const char *et_users_name(const struct et_users *users, __u32 uid)
{
	size_t at = find(users, uid);

	return is_at(users, at, uid) ? users->users[at].name : NULL;
}

__u64 et_users_version(const struct et_users *users)
{
	return users->version;
}

int et_users_new_empty(struct et_users **ret)
{
	struct et_users *users = calloc(1, sizeof(*users));

	if (!users)
		return -ENOMEM;
	users->fd = -1;
	*ret = users;
	return 0;
}

/* Insert a user without a name at index @at. */
static int insert(struct et_users *users, size_t at, __u32 uid)
{
	if (users->count == users->room) {
		size_t room = users->room * 2 + 16;
		struct user *grown = realloc(users->users, room * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		users->users = grown;
		users->room = room;
	}
	memmove(&users->users[at + 1], &users->users[at],
		(users->count - at) * sizeof(*users->users));
	users->users[at] = (struct user){ .uid = uid };
	users->count++;
	return 0;
}

int et_users_set(struct et_users *users, __u32 uid, const char *name, size_t len)
{
	size_t at = find(users, uid);
	bool known = is_at(users, at, uid);
	int r = 0;

	users->version++;
	if (!len) {
		if (known)
			memmove(&users->users[at], &users->users[at + 1],
				(--users->count - at) * sizeof(*users->users));
		return 0;
	}
	if (!known)
		r = insert(users, at, uid);
	if (r < 0)
		return r;
	memcpy(users->users[at].name, name, len);
	users->users[at].name[len] = '\0';
	return 0;
}

void et_users_free(struct et_users *users)
{
	if (!users)
		return;
	free(users->text);
	free(users->users);
	free(users);
}
