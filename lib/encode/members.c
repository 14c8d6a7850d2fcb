/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Removes from a finished JSON line the members that the user has not chosen. The JSON encoder
 * itself always writes all members. Few users choose members, so this second step may be slow.
 *
 * The step understands only lines of this encoder. These have no blanks, and an object such as
 * "pids" contains no further object.
 */
#include "lib/encode/members.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/encode/encode.h"
#include "lib/include/eventstrace.h"

/*
 * NAMES_MAX: largest number of names in a list. NAME_MAX_: size of a name with its terminating 0.
 */
#define NAMES_MAX 64
#define NAME_MAX_ 64

/* A list of member names, such as "argv" or "pids.tgid". */
struct list {
	size_t count;
	char names[NAMES_MAX][NAME_MAX_];
};

struct et_members {
	/* true: only members in `only` are printed. Members in `except` are never printed. */
	bool chosen;
	struct list only, except;
};

/* ---- names -------------------------------------------------------------------------------- */

static bool is(const char *name, const char *text, size_t len)
{
	return strlen(name) == len && !memcmp(name, text, len);
}

/* True if @name, such as "argv" or "pids.tgid", is the name of the field @f. */
static bool is_field(const struct et_field_info *f, const char *name, size_t len)
{
	size_t parent = f->parent ? strlen(f->parent) : 0;

	if (!parent)
		return is(f->name, name, len);
	return len > parent && !memcmp(f->parent, name, parent) && name[parent] == '.' &&
	       is(f->name, name + parent + 1, len - parent - 1);
}

/* True for the members that all events have. et_event_fields() does not contain them. */
static bool is_common(const char *name, size_t len)
{
	static const char *const names[] = { "event_type", "timestamp", "ts_ns",  "time_unix_ns",
					     "seq",        "host",      "boot_id" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (is(names[i], name, len))
			return true;
	return false;
}

static bool exists(const char *name, size_t len)
{
	size_t events;
	const struct et_event_info *infos = et_event_infos(&events);

	if (is_common(name, len))
		return true;
	for (size_t e = 0; e < events; e++) {
		size_t count;
		const struct et_field_info *fields = et_event_fields(infos[e].id, &count);

		for (size_t i = 0; i < count; i++)
			if (is_field(&fields[i], name, len))
				return true;
	}
	return false;
}

const char *et_members_bad(const char *list, size_t *ret_len)
{
	for (;; list++) {
		size_t len = strcspn(list, ",");

		if (len >= NAME_MAX_ || !exists(list, len)) {
			*ret_len = len;
			return list;
		}
		list += len;
		if (!*list)
			return NULL;
	}
}

static int take(struct list *names, const char *list)
{
	size_t bad;

	if (et_members_bad(list, &bad))
		return -EINVAL;
	for (;; list++) {
		size_t len = strcspn(list, ",");

		if (names->count == NAMES_MAX)
			return -EINVAL;
		memcpy(names->names[names->count], list, len);
		names->names[names->count++][len] = '\0';
		list += len;
		if (!*list)
			return 0;
	}
}

int et_members_new(const char *only, const char *except, struct et_members **ret)
{
	struct et_members *m = calloc(1, sizeof(*m));
	int r = 0;

	if (!m)
		return -ENOMEM;
	m->chosen = only;
	if (only)
		r = take(&m->only, only);
	if (r == 0 && except)
		r = take(&m->except, except);
	if (r < 0) {
		free(m);
		return r;
	}
	*ret = m;
	return 0;
}

/* ---- lines -------------------------------------------------------------------------------- */

/* The part of a JSON member that a list of names selects. */
enum match {
	MATCH_NONE,
	MATCH_PART, /* the list names some members of the object, such as "pids.tgid" for "pids" */
	MATCH_ALL,  /* the list names the whole member */
};

static enum match match_name(const struct list *list, const char *key, size_t len)
{
	enum match found = MATCH_NONE;

	for (size_t i = 0; i < list->count; i++) {
		const char *name = list->names[i];

		if (strncmp(name, key, len) != 0)
			continue;
		if (!name[len])
			return MATCH_ALL;
		if (name[len] == '.')
			found = MATCH_PART;
	}
	return found;
}

/*
 * Return the part of the member @key that the list @list selects. The name "argv" also selects
 * "argv_truncated", "argv_size" and "argv_flags".
 */
static enum match match_member(const struct list *list, const char *key, size_t len)
{
	static const char *const suffixes[] = { "_truncated", "_size", "_flags" };
	enum match found = match_name(list, key, len);

	for (size_t i = 0; !found && i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		size_t suffix = strlen(suffixes[i]);

		if (len > suffix && !memcmp(key + len - suffix, suffixes[i], suffix))
			found = match_name(list, key, len - suffix);
	}
	return found;
}

/*
 * Return the address after the JSON value at @p: a string, array, object, number, or a word such as
 * true.
 */
static const char *skip_value(const char *p)
{
	unsigned int depth = 0;

	do {
		if (*p == '"') {
			for (p++; *p != '"'; p++)
				p += *p == '\\';
		} else if (*p == '{' || *p == '[') {
			depth++;
		} else if (*p == '}' || *p == ']') {
			if (!depth)
				return p;
			depth--;
		} else if (*p == ',' && !depth) {
			return p;
		}
		p++;
	} while (depth || (*p != ',' && *p != '}'));
	return p;
}

/*
 * An object of the JSON line, such as "pids". `only` is the part of the object that et_members.only
 * selects, and `except` the part that et_members.except selects.
 */
struct parent {
	char name[NAME_MAX_];
	size_t len;
	enum match only, except;
};

/* True if the member @key stays in the line. @parent is the object that contains the member. */
static bool stays(const struct et_members *m, const struct parent *parent, const char *key,
		  size_t len)
{
	char name[2 * NAME_MAX_];

	if (parent->len + 1 + len >= sizeof(name))
		return true;
	memcpy(name, parent->name, parent->len);
	name[parent->len] = '.';
	memcpy(name + parent->len + 1, key, len);
	len += parent->len + 1;
	if (parent->only == MATCH_PART && match_name(&m->only, name, len) == MATCH_NONE)
		return false;
	return match_name(&m->except, name, len) == MATCH_NONE;
}

static struct parent make_parent(const struct et_members *m, const char *key, size_t len)
{
	struct parent parent = {
		.len = len < NAME_MAX_ ? len : 0,
		.only = m->chosen ? match_member(&m->only, key, len) : MATCH_ALL,
		.except = match_member(&m->except, key, len),
	};

	memcpy(parent.name, key, parent.len);
	return parent;
}

/*
 * Copy @n bytes from @in to @out. Both are in the same buffer, and @out is not after @in. Return
 * the address after the copy.
 */
static char *copy(char *out, const char *in, size_t n)
{
	memmove(out, in, n);
	return out + n;
}

/*
 * Copy the chosen members of the JSON object at @p. @parent describes the object; NULL: the object
 * is the whole line.
 */
static char *copy_object(const struct et_members *m, char *out, const char *p,
			 const struct parent *parent)
{
	bool first = true;

	*out++ = '{';
	for (p++; *p != '}';) {
		const char *member = p + (*p == ','), *key = member + 1;
		size_t len = strcspn(key, "\"");
		const char *value = key + len + 2, *end = skip_value(value);
		struct parent self = make_parent(m, key, len);
		bool part = !parent && (self.only == MATCH_PART || self.except == MATCH_PART);
		bool keep = parent ? stays(m, parent, key, len)
				   : self.only != MATCH_NONE && self.except != MATCH_ALL;

		p = end;
		if (!keep || (part && self.only == MATCH_PART && *value != '{'))
			continue;
		if (!first)
			*out++ = ',';
		first = false;
		out = copy(out, member, (size_t)(value - member));
		if (part && *value == '{')
			out = copy_object(m, out, value, &self);
		else
			out = copy(out, value, (size_t)(end - value));
	}
	*out++ = '}';
	return out;
}

size_t et_members_apply(const struct et_members *m, char *line, size_t len)
{
	static const char lost[] = "{\"event_type\":\"LOST\"";
	char *end;

	if (len >= sizeof(lost) && !memcmp(line, lost, sizeof(lost) - 1))
		return len;
	end = copy_object(m, line, line, NULL);
	*end++ = '\n';
	return (size_t)(end - line);
}
