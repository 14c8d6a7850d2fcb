/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Drops events because of their path, for the option --path-prefix. Events without a path are not
 * affected.
 *
 *	struct et_src path = et_src_path(&file->f_path, task);
 *
 *	if (et_path_skips(ET_FILE_DELETE, &path, NULL))
 *		return 0;		(the event is counted as filtered, or as lost)
 *
 * Call et_path_skips() after et_skips(), and before any other source is measured. Its arguments are
 * the sources (struct et_src) of the event's path:
 *
 *	et_path_skips(type, &path, NULL)	a file; path is from et_src_path()
 *	et_path_skips(type, NULL, &name)	a path as the process gave it; name is from
 *						et_src_user_str()
 *	et_path_skips(type, &dir, &name)	a name in the directory dir. If the name begins
 *						with a slash, dir is ignored. The name may also
 *						be in kernel memory
 *	et_paths_skip(type, a, b, c, d)		two paths, (a, b) and (c, d): the event passes if
 *						the filters let one of them pass
 *
 * The filter runs before a record is begun. The kernel keeps a path as a chain of names from its
 * last name to its first. So the path's length is measured first. Then the names are copied into a
 * buffer for the first ET_PREFIX_TEXT_BYTES bytes of the path.
 */
#ifndef ET_PATH_FILTER_BPF_H
#define ET_PATH_FILTER_BPF_H

#include "probes/core/filter.bpf.h"
#include "probes/core/path.bpf.h"

#define ET_PREFIX_TEXT_BYTES (ET_PREFIX_MAX + 1)

/*
 * The path prefixes of the user's filters: ET_FILTER_VALUES wanted ones (ET_ONLY), then as many
 * excluded ones (ET_EXCEPT). User space creates this map and path_prefix_texts only if there is
 * such a filter.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * ET_FILTER_VALUES);
	__type(key, __u32);
	__type(value, struct et_prefix);
} path_prefixes __weak SEC(".maps");

/*
 * The beginning of a path, which is compared with the prefixes. The BPF program that holds lane n
 * (a work area of the CPU) uses element n of path_prefix_texts.
 */
struct et_prefix_text {
	/*
	 * Only names that begin in the first half are copied. The second half holds the end of a
	 * name that begins just before it.
	 */
	char text[2 * ET_PREFIX_TEXT_BYTES];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ET_LANES);
	__type(key, __u32);
	__type(value, struct et_prefix_text);
} path_prefix_texts __weak SEC(".maps");

/*
 * True if there is a path filter. Only then the maps of this file exist. Kernels before 6.8 also
 * verify global functions that are never called (commit 2afae08c9dcb, "bpf: Validate global
 * subprogs lazily"). So this check must precede each use of the maps.
 */
static __always_inline bool et_filters_paths(void)
{
	return et_config.filters.used & ET_FILTER_BITS(ET_FILTER_PATH_PREFIX);
}

static __always_inline struct et_prefix_text *et_prefix_text_at(__u32 lane)
{
	return et_filters_paths() ? bpf_map_lookup_elem(&path_prefix_texts, &lane) : NULL;
}

/*
 * Length in bytes of a file's whole path, before any cut. The state is in the lane (work area)
 * @lane of this CPU.
 */
__weak int et_prefix_text_measure(__u32 lane, __u64 at, __u64 mount, __u64 fs)
{
	struct et_walk *walk = et_walk_of(lane);

	if (!walk)
		return 0;
	/* With room 0 nothing is copied, and only the lengths are added up. */
	et_path_walk(walk, at, mount, fs, 0);
	for (int i = 0; i < ET_PATH_STEPS; i++)
		if (et_path_part(lane, i) & ET_PART_LAST)
			break;
	return walk->orig;
}

/*
 * Copy the beginning of a file's path into the buffer of this CPU with the index @lane. @whole is
 * the path's length in bytes, from et_prefix_text_measure(). Returns the length, or -1 if the path
 * has more than ET_PATH_STEPS components. The caller measures the path, because nested function
 * calls share 512 bytes of stack.
 */
__weak int et_prefix_text_of_path(__u32 lane, __u64 at, __u64 mount, __u64 fs, __u32 whole)
{
	struct et_prefix_text *start = et_prefix_text_at(lane);
	struct et_walk *walk = et_walk_of(lane);

	if (!walk || !start)
		return -1;
	et_path_walk(walk, at, mount, fs, whole);
	start->text[0] = '/'; /* the whole path of the root directory, which has no name */
	for (int i = 0; i < ET_PATH_STEPS; i++) {
		int part = et_path_part(lane, i);
		__u32 pos = walk->pos, len = walk->place.len;

		barrier_var(pos);
		barrier_var(len);
		if (part & ET_PART_NAME && pos < ET_PREFIX_TEXT_BYTES && len <= ET_NAME_MAX) {
			start->text[pos] = '/';
			bpf_probe_read_kernel(start->text + pos + 1, len, (void *)walk->place.name);
		}
		if (part & ET_PART_LAST)
			return whole ? whole : 1;
	}
	return -1;
}

/*
 * Append a string at offset @off of this CPU's buffer with the index @lane. Do nothing if the
 * buffer is full. The address @str is a kernel address if its highest bit is set, else a user
 * address. A user string that begins with a slash is an absolute path and replaces the buffer's
 * contents.
 */
__weak int et_prefix_text_add_name(__u32 lane, __u64 str, __u32 off)
{
	struct et_prefix_text *start = et_prefix_text_at(lane);
	bool user = et_is_user(str);
	char first = 0;

	if (!start)
		return 0;
	if (user)
		et_probe_read_user(&first, sizeof(first), str);
	if (first == '/')
		off = 0;
	barrier_var(off);
	if (off >= ET_PREFIX_TEXT_BYTES)
		return 0;
	if (off > 1) /* a path of one byte is "/", the root directory */
		start->text[off++] = '/';
	barrier_var(off);
	if (off > ET_PREFIX_TEXT_BYTES)
		return 0;
	if (user)
		et_probe_read_user_str(start->text + off, ET_PREFIX_TEXT_BYTES, str);
	else
		bpf_probe_read_kernel_str(start->text + off, ET_PREFIX_TEXT_BYTES, (void *)str);
	return 0;
}

/* True if the path in this CPU's buffer with the index @lane begins with prefix number @prefix. */
__weak int et_prefix_text_has(__u32 lane, __u32 prefix)
{
	struct et_prefix_text *start = et_prefix_text_at(lane);
	const __u64 *words = (const __u64 *)start;
	struct et_prefix *p;

	if (!start)
		return 0;
	p = bpf_map_lookup_elem(&path_prefixes, &prefix);
	if (!p)
		return 0;
	for (int i = 0; i < ET_PREFIX_WORDS; i++) {
		if ((words[i] ^ p->text[i]) & p->mask[i])
			return 0;
		if (p->mask[i] != ~0ULL)
			break;
	}
	return 1;
}

static __always_inline bool et_prefix_text_among(__u32 lane, enum et_filter_form form)
{
	for (__u32 i = 0;
	     i < ET_FILTER_VALUES && i < et_config.filters.counts[form][ET_FILTER_PATH_PREFIX]; i++)
		if (et_prefix_text_has(lane, form * ET_FILTER_VALUES + i))
			return true;
	return false;
}

/*
 * True if the path filters let a path pass. The path is @path with the string @name appended;
 * either may be NULL. A path with more than ET_PATH_STEPS components matches no prefix.
 */
static __always_inline bool et_path_wanted(__u32 lane, const struct et_src *path,
					   const struct et_src *name)
{
	struct et_prefix_text *start = et_prefix_text_at(lane);
	int len = 0;

	if (!start)
		return false;
	__builtin_memset(start->text, 0, ET_PREFIX_TEXT_BYTES);
	if (path)
		len = et_prefix_text_of_path(
			lane, path->at, path->mount, path->fs,
			et_prefix_text_measure(lane, path->at, path->mount, path->fs));
	if (len < 0)
		__builtin_memset(start->text, 0, ET_PREFIX_TEXT_BYTES);
	if (name)
		et_prefix_text_add_name(lane, name->at, len < 0 ? ET_PREFIX_TEXT_BYTES : len);
#define MATCHES(form) et_prefix_text_among(lane, form)
	return !et_drops(ET_FILTER_PATH_PREFIX, MATCHES);
#undef MATCHES
}

static __always_inline bool et_paths_skip(enum et_event_type type, const struct et_src *a,
					  const struct et_src *b, const struct et_src *c,
					  const struct et_src *d)
{
	struct et_lane *lane;
	__u32 index;
	bool wanted;

	if (!et_filters_paths())
		return false;
	index = et_lane_claim();
	lane = bpf_map_lookup_elem(&lanes, &index);
	if (!lane) {
		et_lost_as(type, ET_LOST_CAUSE_NO_LANE, 1);
		return true;
	}
	wanted = et_path_wanted(index, a, b);
	if (!wanted && (c || d))
		wanted = et_path_wanted(index, c, d);
	et_lane_release(lane);
	if (!wanted)
		et_filtered(type);
	return !wanted;
}

static __always_inline bool et_path_skips(enum et_event_type type, const struct et_src *path,
					  const struct et_src *name)
{
	return et_paths_skip(type, path, name, NULL, NULL);
}

#endif /* ET_PATH_FILTER_BPF_H */
