/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/kernel/btf_subset.h"

#include <errno.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/btf.h>

/* ---- the names of local types -------------------------------------------------------------- */

/* A hash table of names, with open addressing. */
struct name {
	const char *text; /* NULL: unused */
	size_t len;
};

struct names {
	struct name *slots;
	__u32 mask; /* number of slots, a power of two, less 1 */
};

/*
 * Length of a type's name without its variant: libbpf takes struct task_struct___old for a variant
 * of struct task_struct.
 */
static size_t essential_len(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = len; i >= 5; i--) {
		const char *at = name + i - 5;

		if (at[0] != '_' && at[1] == '_' && at[2] == '_' && at[3] == '_' && at[4] != '_')
			return i - 4;
	}
	return len;
}

static __u32 hash_of(const char *text, size_t len)
{
	__u32 hash = 2166136261U; /* FNV-1a */

	while (len--)
		hash = (hash ^ (unsigned char)*text++) * 16777619U;
	return hash;
}

/* The slot of this name, or the unused slot where it belongs. */
static struct name *find_name(const struct names *names, const char *text, size_t len)
{
	__u32 i = hash_of(text, len) & names->mask;

	while (names->slots[i].text &&
	       (names->slots[i].len != len || memcmp(names->slots[i].text, text, len) != 0))
		i = (i + 1) & names->mask;
	return &names->slots[i];
}

/* True if libbpf searches types of this kind by name. */
static bool is_searched(const struct btf_type *t)
{
	return btf_is_composite(t) || btf_is_any_enum(t) || btf_is_typedef(t) || btf_is_int(t);
}

static int collect_names(const struct btf *local, struct names *ret)
{
	__u32 count = btf__type_cnt(local);
	struct names names = { .mask = 1 };

	while (names.mask < 2 * count)
		names.mask *= 2;
	names.slots = calloc(names.mask, sizeof(*names.slots));
	if (!names.slots)
		return -ENOMEM;
	names.mask--;
	for (__u32 id = 1; id < count; id++) {
		const struct btf_type *t = btf__type_by_id(local, id);
		const char *text = btf__name_by_offset(local, t->name_off);
		struct name *name;
		size_t len;

		if (!is_searched(t) || !text || !*text)
			continue;
		len = essential_len(text);
		name = find_name(&names, text, len);
		name->text = text;
		name->len = len;
	}
	*ret = names;
	return 0;
}

/* ---- the types to copy --------------------------------------------------------------------- */

enum { KEPT = 1, FOLLOWED = 2 };

struct kept {
	const struct btf *vmlinux;
	unsigned char *flags; /* by type ID */
	__u32 last;           /* largest ID of the kept types and of the types they contain */
};

/*
 * Keep a type and the types that it contains. If @follow is true, also keep the types to which its
 * pointers point. For members of structs, @follow is false: libbpf treats any two pointers there as
 * compatible. The recursion ends, because a struct contains itself only through a pointer, and
 * pointers in structs are not followed.
 */
static void keep(struct kept *kept, __u32 id, bool follow)
{
	const struct btf_type *t = btf__type_by_id(kept->vmlinux, id);
	unsigned char flags = follow ? KEPT | FOLLOWED : KEPT;

	if (id > kept->last)
		kept->last = id;
	if ((kept->flags[id] & flags) == flags || (btf_is_ptr(t) && !follow))
		return;
	kept->flags[id] |= flags;
	if (btf_is_composite(t)) {
		for (int i = 0; i < btf_vlen(t); i++)
			keep(kept, btf_members(t)[i].type, false);
	} else if (btf_is_array(t)) {
		keep(kept, btf_array(t)->type, follow);
		keep(kept, btf_array(t)->index_type, follow);
	} else if (btf_is_func_proto(t)) {
		keep(kept, t->type, true);
		for (int i = 0; i < btf_vlen(t); i++)
			keep(kept, btf_params(t)[i].type, true);
	} else if (btf_is_ptr(t) || btf_is_mod(t) || btf_is_typedef(t)) {
		keep(kept, t->type, follow);
	}
}

static void keep_named(struct kept *kept, const struct names *names)
{
	__u32 count = btf__type_cnt(kept->vmlinux);

	for (__u32 id = 1; id < count; id++) {
		const struct btf_type *t = btf__type_by_id(kept->vmlinux, id);
		const char *text = btf__name_by_offset(kept->vmlinux, t->name_off);

		if (is_searched(t) && text && *text &&
		    find_name(names, text, essential_len(text))->text)
			keep(kept, id, true);
	}
}

static int copy(const struct kept *kept, struct btf **ret)
{
	struct btf *btf = btf__new_empty();
	int r = 0;

	if (!btf)
		return -errno;
	for (__u32 id = 1; r >= 0 && id <= kept->last; id++)
		r = kept->flags[id]
			    ? btf__add_type(btf, kept->vmlinux, btf__type_by_id(kept->vmlinux, id))
			    : btf__add_ptr(btf, 0);
	if (r < 0) {
		btf__free(btf);
		return r;
	}
	*ret = btf;
	return 0;
}

int et_btf_subset__make(const struct btf *vmlinux, const struct btf *local, struct btf **ret)
{
	struct kept kept = { .vmlinux = vmlinux };
	struct names names;
	int r;

	r = collect_names(local, &names);
	if (r < 0)
		return r;
	kept.flags = calloc(btf__type_cnt(vmlinux), sizeof(*kept.flags));
	if (!kept.flags)
		r = -ENOMEM;
	if (r == 0) {
		keep_named(&kept, &names);
		r = copy(&kept, ret);
	}
	free(kept.flags);
	free(names.slots);
	return r;
}

/* ---- the file ------------------------------------------------------------------------------ */

const char *et_btf_subset__path(struct et_btf_subset *subset)
{
	if (!subset->vmlinux)
		return NULL;
	if (subset->fd < 0) {
		subset->fd = memfd_create("et_types", MFD_CLOEXEC);
		snprintf(subset->path, sizeof(subset->path), "/proc/self/fd/%d", subset->fd);
	}
	/* Without /proc, libbpf cannot open the file. */
	if (subset->fd >= 0 && access(subset->path, R_OK) == 0)
		return subset->path;
	et_btf_subset__close(subset);
	return NULL;
}

static int write_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);

		if (n < 0)
			return -errno;
		data += n;
		size -= (size_t)n;
	}
	return 0;
}

int et_btf_subset__fill(struct et_btf_subset *subset, const struct btf *local)
{
	struct btf *btf = NULL;
	const void *data;
	__u32 size = 0;
	int r;

	if (subset->filled)
		return 0;
	r = subset->vmlinux && local ? et_btf_subset__make(subset->vmlinux, local, &btf) : -ENOENT;
	if (r == 0) {
		data = btf__raw_data(btf, &size);
		r = data ? write_all(subset->fd, data, size) : -ENOMEM;
	}
	btf__free(btf);
	if (r < 0)
		et_btf_subset__close(subset);
	subset->filled = r == 0;
	return r;
}

void et_btf_subset__close(struct et_btf_subset *subset)
{
	if (subset->fd >= 0)
		close(subset->fd);
	*subset = (struct et_btf_subset)ET_BTF_SUBSET_INIT;
}
