/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/filter/filter.h"

#include <errno.h>
#include <string.h>

#include "lib/api/error.h"

_Static_assert(ET_FILTER_MAX == ET_FILTER_VALUES, "as many values of each kind as in the programs");

/* One more than the largest process ID: PID_MAX_LIMIT of include/linux/threads.h. */
#define PID_LIMIT (4U * 1024 * 1024)

/* Bytes of a thread's name with its NUL byte: the kernel's TASK_COMM_LEN. */
#define COMM_SIZE 16

static const char *const names[ET_FILTER_KINDS] = {
	[ET_FILTER_PID] = "process",   [ET_FILTER_TREE] = "tree",
	[ET_FILTER_UID] = "user",      [ET_FILTER_COMM] = "name",
	[ET_FILTER_CGROUP] = "cgroup", [ET_FILTER_PATH_PREFIX] = "path prefix",
};

static int take_text(const struct et_filter *f, size_t max, void *to, struct et_error *err)
{
	size_t len = f->text ? strlen(f->text) : 0;

	if (!len)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "a filter has an empty %s",
				    names[f->kind]);
	if (len > max)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "a filter's %s is longer than %zu bytes: %s", names[f->kind],
				    max, f->text);
	memcpy(to, f->text, len);
	return 0;
}

static int take_path(const struct et_filter *f, struct et_prefix *to, struct et_error *err)
{
	int r = take_text(f, ET_PREFIX_MAX, to->text, err);

	if (r == 0)
		memset(to->mask, 0xff, strlen(f->text));
	return r;
}

/* Convert a pattern for thread names, such as "ngin*", to the table that BPF programs use. */
static int take_pattern(const struct et_filter *f, struct et_comm_pattern *to, struct et_error *err)
{
	struct et_comm_pattern pattern = { .end = 1 };
	const char *at = f->text ? f->text : "";

	if (!*at)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "a filter has an empty %s",
				    names[f->kind]);
	for (; *at; at++) {
		__u32 here = pattern.end;

		/* Several stars in a row match the same names as one star: skip the others. */
		if (*at == '*' && pattern.stars & here >> 1)
			continue;
		if (here == 1U << ET_COMM_ELEMENTS)
			return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
					    "a filter's pattern has more than %d elements: %s",
					    ET_COMM_ELEMENTS, f->text);
		pattern.end = here << 1;
		if (*at == '*') {
			pattern.stars |= here;
			continue;
		}
		if (*at == '?') {
			for (int i = 1; i < 256; i++)
				pattern.steps[i] |= here;
			continue;
		}
		if (*at == '\\' && at[1])
			at++;
		pattern.steps[(unsigned char)*at] |= here;
	}
	*to = pattern;
	return 0;
}

bool et_comm_pattern__matches(const struct et_comm_pattern *pattern, const char comm[16])
{
	__u32 at = et_comm_closed(pattern->stars, 1);

	for (int i = 0; i < COMM_SIZE && comm[i]; i++)
		at = et_comm_closed(pattern->stars, (at & pattern->steps[(unsigned char)comm[i]])
								    << 1 |
							    (at & pattern->stars));
	return at & pattern->end;
}

static int take_number(const struct et_filter *f, __u64 min, __u64 max, __u32 *to,
		       struct et_error *err)
{
	if (f->number < min || f->number > max)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "a filter's %s cannot be %llu",
				    names[f->kind], (unsigned long long)f->number);
	*to = (__u32)f->number;
	return 0;
}

static int take(const struct et_filter *f, struct et_filter_set *set,
		struct et_prefix_set *prefixes, struct et_error *err)
{
	int form = f->exclude ? ET_EXCEPT : ET_ONLY, r = 0;
	__u32 *count, i;

	if ((unsigned int)f->kind >= ET_FILTER_KINDS)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "there is no such kind of filter: %d", (int)f->kind);
	count = f->kind == ET_FILTER_COMM && f->pattern ? &set->comm_patterns[form]
							: &set->counts[form][f->kind];
	i = *count;
	if (i == ET_FILTER_VALUES)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "a filter has more values than %d: %s", ET_FILTER_VALUES,
				    names[f->kind]);
	switch (f->kind) {
	case ET_FILTER_PID:
		r = take_number(f, 1, PID_LIMIT - 1, &set->pids[form][i], err);
		break;
	case ET_FILTER_TREE:
		r = take_number(f, 1, PID_LIMIT - 1, &set->trees[form][i], err);
		break;
	case ET_FILTER_UID:
		/* The user ID (uid_t)-1 belongs to no user. */
		r = take_number(f, 0, 0xfffffffe, &set->uids[form][i], err);
		break;
	case ET_FILTER_COMM:
		r = f->pattern ? take_pattern(f, &prefixes->comms[form][i], err)
			       : take_text(f, COMM_SIZE - 1, set->comms[form][i], err);
		break;
	case ET_FILTER_CGROUP:
		set->cgroups[form][i] = f->number;
		break;
	case ET_FILTER_PATH_PREFIX:
		r = take_path(f, &prefixes->prefixes[form][i], err);
		break;
	case ET_FILTER_KINDS:
		break;
	}
	(*count)++;
	set->used |= ET_FILTER_BIT(f->kind, form);
	return r;
}

int et_filter_set__make(const struct et_filter *filters, size_t count, struct et_filter_set *ret,
			struct et_prefix_set *ret_prefixes, struct et_error *err)
{
	struct et_filter_set set = { 0 };
	struct et_prefix_set prefixes = { 0 };

	if (count && !filters)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "%zu filters are not given",
				    count);
	for (size_t i = 0; i < count; i++) {
		int r = take(&filters[i], &set, &prefixes, err);

		if (r < 0)
			return r;
	}
	*ret = set;
	*ret_prefixes = prefixes;
	return 0;
}
