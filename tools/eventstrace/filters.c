/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/filters.h"

#include <errno.h>
#include <limits.h>
#include <mntent.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tools/eventstrace/number.h"
#include "tools/eventstrace/users.h"

/* PID_MAX_LIMIT of the kernel: the number of a process is smaller. */
#define PID_LIMIT (4UL * 1024 * 1024)

struct parser {
	const struct filter_option *option;
	const char *arg; /* argument of the option, for messages */
	char *err;
	size_t err_size;
};

__attribute__((format(printf, 2, 3))) static int fail(const struct parser *p, const char *fmt, ...)
{
	int n = snprintf(p->err, p->err_size, "--%s=%s", p->option->name, p->arg);
	va_list ap;

	va_start(ap, fmt);
	if (n >= 0 && (size_t)n < p->err_size)
		vsnprintf(p->err + n, p->err_size - (size_t)n, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

/* Return: 0; 1 for "self"; or -EINVAL. */
static int take_pid(const struct parser *p, const char *text, uint64_t *ret)
{
	uint64_t n = 0;

	/* "self" is the parent of this process: a shell or sudo. */
	if (!strcmp(text, "self")) {
		n = (uint64_t)getppid();
		*ret = n;
		return n ? 1
			 : fail(p, ": the process that started eventstrace is not in this PID "
				   "namespace");
	}
	if (parse_count(text, &n) || !n || n >= PID_LIMIT)
		return fail(p, ": \"%s\" is not the number of a process", text);
	*ret = n;
	return 0;
}

static int take_uid(const struct parser *p, const char *text, uint64_t *ret)
{
	uint64_t n = 0;
	uint32_t uid = 0;
	int r = parse_count(text, &n);

	if (r == 0 && n >= UINT32_MAX)
		r = -ERANGE;
	if (r == -ERANGE)
		return fail(p, ": %s is too large for the number of a user", text);
	if (r == 0)
		*ret = n;
	else if (!users_find(text, &uid))
		return fail(p, ": no user is called \"%s\" in /etc/passwd; a number will do", text);
	else
		*ret = uid;
	return 0;
}

/* The number of a pattern's elements: bytes, `?` and `*`. */
static size_t elements(const char *pattern)
{
	size_t n = 0;

	for (; *pattern; pattern++, n++)
		pattern += *pattern == '\\' && pattern[1];
	return n;
}

#define ELEMENTS_MAX 31 /* limit of et_filter.pattern */

/*
 * Parse a thread's name or a pattern. In @text, backslashes escape `*`, `?` and backslashes. A
 * pattern keeps its backslashes, because the library interprets them.
 */
static int take_comm(const struct parser *p, const char *text, struct filter *f)
{
	char name[sizeof(f->comm)];
	size_t len = 0;

	for (const char *at = text; *at; at++) {
		f->pattern |= *at == '*' || *at == '?';
		at += *at == '\\' && at[1];
		if (len < sizeof(name) - 1)
			name[len++] = *at;
	}
	name[len] = '\0';
	if (f->pattern && elements(text) > ELEMENTS_MAX)
		return fail(p, ": a pattern has at most %d bytes and signs", ELEMENTS_MAX);
	if (!f->pattern && len > 15)
		return fail(p,
			    ": \"%s\" is longer than the 15 bytes that the kernel keeps of a name",
			    name);
	snprintf(f->comm, sizeof(f->comm), "%s", f->pattern ? text : name);
	return 0;
}

/*
 * Find the mount point of cgroup version 2. If version 1 is mounted, too, this is not
 * /sys/fs/cgroup.
 */
static bool find_cgroups(char *ret, size_t size)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	const struct mntent *m = NULL;

	if (!f)
		return false;
	do
		m = getmntent(f);
	while (m && strcmp(m->mnt_type, "cgroup2") != 0);
	if (m)
		snprintf(ret, size, "%s", m->mnt_dir);
	endmntent(f);
	return m;
}

static int find_cgroup(const struct parser *p, uint64_t *ret)
{
	char mount[PATH_MAX], path[2 * PATH_MAX];
	int r;

	if (*p->arg == '/' && et_cgroup_id(p->arg, ret) == 0)
		return 0;
	if (!find_cgroups(mount, sizeof(mount)))
		return fail(p, ": no cgroups of version 2 are mounted here");
	snprintf(path, sizeof(path), "%s/%s", mount, p->arg + (*p->arg == '/'));
	r = et_cgroup_id(path, ret);
	if (r == -ENOENT)
		return fail(p, ": there is no such cgroup of version 2; they are below %s", mount);
	if (r < 0)
		return fail(p, " is no cgroup of version 2: %s", strerror(-r));
	return 0;
}

static int take_path(const struct parser *p, const char **ret)
{
	if (*p->arg != '/')
		return fail(p, ": paths of events begin with a slash");
	if (strlen(p->arg) > 255)
		return fail(p, ": no more than 255 bytes can be compared");
	*ret = p->arg;
	return 0;
}

static int take(const struct parser *p, struct filters *filters, const char *text)
{
	struct filter *f = &filters->values[filters->count];
	size_t same = 0;
	int r = -EINVAL;

	for (size_t i = 0; i < filters->count; i++)
		same += filters->values[i].kind == p->option->kind &&
			filters->values[i].exclude == p->option->exclude;
	if (same == ET_FILTER_MAX)
		return fail(p, ": --%s cannot have more than %d values", p->option->name,
			    ET_FILTER_MAX);
	*f = (struct filter){ .kind = p->option->kind, .exclude = p->option->exclude };
	switch (f->kind) {
	case ET_FILTER_PID:
	case ET_FILTER_TREE:
		r = take_pid(p, text, &f->number);
		f->self = r > 0;
		r = r > 0 ? 0 : r;
		break;
	case ET_FILTER_UID:
		r = take_uid(p, text, &f->number);
		break;
	case ET_FILTER_COMM:
		r = take_comm(p, text, f);
		break;
	case ET_FILTER_CGROUP:
		f->path = p->arg;
		r = 0;
		break;
	case ET_FILTER_PATH_PREFIX:
		r = take_path(p, &f->path);
		break;
	case ET_FILTER_KINDS:
		break;
	}
	filters->count += r == 0;
	return r;
}

/*
 * Copy the value at @at, up to the next comma, into @text. @room: bytes of @text. Only in a
 * thread's name, a backslash escapes a comma, `*`, `?` or a backslash; before other characters, it
 * is an ordinary character. @text keeps the backslash, except before a comma.
 *
 * Return: bytes of the argument that the value takes; at least @room: the value is too long.
 */
static size_t next_value(const struct parser *p, const char *at, char *text, size_t room)
{
	bool escapes = p->option->kind == ET_FILTER_COMM;
	size_t used = 0, len = 0;

	for (; at[used] && at[used] != ','; used++) {
		if (len + 2 >= room)
			return room;
		if (escapes && at[used] == '\\') {
			bool escaped = at[used + 1] && strchr(",*?\\", at[used + 1]);

			used += escaped;
			if (at[used] != ',')
				text[len++] = '\\';
		}
		text[len++] = at[used];
	}
	text[len] = '\0';
	return used;
}

/*
 * Parse values that are separated by commas. Paths of files and cgroups may contain commas, so an
 * option has only one of them.
 */
static int take_list(const struct parser *p, struct filters *filters)
{
	const char *at = p->arg;
	char text[256];

	if (p->option->kind == ET_FILTER_CGROUP || p->option->kind == ET_FILTER_PATH_PREFIX)
		return *at ? take(p, filters, at) : fail(p, " has no value");
	for (;;) {
		size_t used = next_value(p, at, text, sizeof(text));
		int r;

		if (!used)
			return fail(p, " has an empty value");
		if (used >= sizeof(text))
			return fail(p, " has a value that is too long");
		r = take(p, filters, text);
		if (r < 0 || !at[used])
			return r;
		at += used + 1;
	}
}

int filters_add(struct filters *filters, const struct filter_option *option, const char *arg,
		char *err, size_t err_size)
{
	const struct parser p = { option, arg, err, err_size };
	size_t before = filters->count;
	int r = take_list(&p, filters);

	if (r < 0)
		filters->count = before;
	return r;
}

int filters_find_cgroups(struct filters *filters, char *err, size_t err_size)
{
	for (size_t i = 0; i < filters->count; i++) {
		struct filter *f = &filters->values[i];
		const struct filter_option option = {
			.kind = f->kind,
			.exclude = f->exclude,
			.name = f->exclude ? "exclude-cgroup" : "cgroup",
		};
		const struct parser p = { &option, f->path, err, err_size };

		if (f->kind == ET_FILTER_CGROUP && find_cgroup(&p, &f->number) < 0)
			return -EINVAL;
	}
	return 0;
}

/* The part of a cgroup's path that events contain: without the usual mount points of cgroups. */
static const char *without_mount(const char *path)
{
	static const char *const mounts[] = { "/sys/fs/cgroup/unified", "/sys/fs/cgroup" };

	for (size_t i = 0; i < sizeof(mounts) / sizeof(*mounts); i++) {
		size_t len = strlen(mounts[i]);

		if (strncmp(path, mounts[i], len) != 0 || (path[len] && path[len] != '/'))
			continue;
		return path[len] ? path + len : "/";
	}
	return path;
}

void filters_give(const struct filters *filters, struct et_filter ret[FILTERS_MAX])
{
	for (size_t i = 0; i < filters->count; i++) {
		const struct filter *f = &filters->values[i];

		ret[i] = (struct et_filter){
			.kind = f->kind,
			.exclude = f->exclude,
			.pattern = f->pattern,
			.number = f->number,
			.text = f->kind == ET_FILTER_COMM     ? f->comm
				: f->kind == ET_FILTER_CGROUP ? without_mount(f->path)
							      : f->path,
		};
	}
}
