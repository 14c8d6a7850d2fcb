/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/match/lineage.h"

#include <errno.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Largest number of ancestors to follow. In a damaged recording, they could form a circle. */
#define LEVELS_MAX 65536

struct known {
	__u64 start_time_ns;
	__u32 ppid;
	/*
	 * true if only a PROCESS_EXISTS event has named the process: its exact start is not known
	 */
	bool rough;
	/* start of the parent, from a fork event; 0: unknown, only the parent's ID is known */
	__u64 parent_start_ns;
};

/* The processes that had the same process ID, one after the other. */
struct holders {
	__u32 tgid;
	size_t count, room;
	struct known *known; /* ordered by start_time_ns */
};

struct et_lineage {
	void *by_tgid; /* a tree of tsearch(3) with struct holders */
};

static int compare(const void *a, const void *b)
{
	const struct holders *x = a, *y = b;

	return x->tgid < y->tgid ? -1 : x->tgid > y->tgid;
}

int et_lineage_new(struct et_lineage **ret)
{
	struct et_lineage *l = calloc(1, sizeof(*l));

	if (!l)
		return -ENOMEM;
	*ret = l;
	return 0;
}

static struct holders *holders_of(const struct et_lineage *l, __u32 tgid)
{
	const struct holders key = { .tgid = tgid };
	struct holders **found = tfind(&key, &l->by_tgid, compare);

	return found ? *found : NULL;
}

static struct holders *make_holders(struct et_lineage *l, __u32 tgid)
{
	struct holders *h = holders_of(l, tgid);

	if (h)
		return h;
	h = calloc(1, sizeof(*h));
	if (!h)
		return NULL;
	h->tgid = tgid;
	if (!tsearch(h, &l->by_tgid, compare)) {
		free(h);
		return NULL;
	}
	return h;
}

/* The number of processes in @h that started at @start_time_ns or before. */
static size_t started(const struct holders *h, __u64 start_time_ns)
{
	size_t n = h->count;

	while (n && h->known[n - 1].start_time_ns > start_time_ns)
		n--;
	return n;
}

/* The last process with this ID that started at @start_time_ns or before; NULL: none is known. */
static struct known *find_started(const struct et_lineage *l, __u32 tgid, __u64 start_time_ns)
{
	struct holders *h = holders_of(l, tgid);
	size_t n = h ? started(h, start_time_ns) : 0;

	return n ? &h->known[n - 1] : NULL;
}

/*
 * True if the process that /proc says to have started at @rough (0: unknown) can be the process
 * that started at @exact.
 */
static bool is_near(__u64 rough, __u64 exact)
{
	return !rough || (exact >= rough && exact - rough <= ET_LINEAGE_STEP_NS);
}

static struct known *find(const struct et_lineage *l, const struct et_process *process)
{
	struct known *k = find_started(l, (__u32)process->tgid, process->start_time_ns);

	if (!k || k->start_time_ns == process->start_time_ns)
		return k;
	return k->rough && is_near(k->start_time_ns, process->start_time_ns) ? k : NULL;
}

/* Find a process, or add it. NULL: no memory. */
static struct known *make(struct et_lineage *l, const struct et_process *process, __u32 ppid)
{
	struct known *k = find(l, process);
	struct holders *h;
	size_t at;

	if (k) {
		/*
		 * The exact start replaces the one from /proc. The array stays in order: the exact
		 * start is later, but before the start of the next process in the array.
		 */
		k->start_time_ns = process->start_time_ns;
		k->rough = false;
		return k;
	}
	h = make_holders(l, (__u32)process->tgid);
	if (!h)
		return NULL;
	if (h->count == h->room) {
		size_t room = h->room ? 2 * h->room : 1;
		struct known *more = reallocarray(h->known, room, sizeof(*more));

		if (!more)
			return NULL;
		h->known = more;
		h->room = room;
	}
	at = started(h, process->start_time_ns);
	k = &h->known[at];
	memmove(k + 1, k, (h->count++ - at) * sizeof(*k));
	*k = (struct known){ .start_time_ns = process->start_time_ns, .ppid = ppid };
	return k;
}

int et_lineage_see(struct et_lineage *l, const struct et_process *process, __u32 ppid)
{
	return make(l, process, ppid) ? 0 : -ENOMEM;
}

int et_lineage_exists(struct et_lineage *l, const struct et_process *process, __u32 ppid)
{
	const struct holders *h = holders_of(l, (__u32)process->tgid);
	struct known *k;

	/* Another event may already have named this process. */
	for (size_t i = 0; h && i < h->count; i++)
		if (is_near(process->start_time_ns, h->known[i].start_time_ns))
			return 0;
	k = make(l, process, ppid);
	if (!k)
		return -ENOMEM;
	k->rough = true;
	return 0;
}

int et_lineage_fork(struct et_lineage *l, const struct et_process *parent,
		    const struct et_process *child)
{
	struct known *k = make(l, child, (__u32)parent->tgid);

	if (!k)
		return -ENOMEM;
	k->ppid = (__u32)parent->tgid;
	k->parent_start_ns = parent->start_time_ns;
	return 0;
}

/*
 * Check whether @tgid is the root of a tree of the filters. Return: a mask: 1 << ET_ONLY for a
 * wanted tree, 1 << ET_EXCEPT for an excluded tree.
 */
static __u32 begins(const struct et_filter_set *set, __u32 tgid)
{
	__u32 trees = 0;

	for (int form = 0; form < 2; form++)
		for (__u32 i = 0; i < set->counts[form][ET_FILTER_TREE]; i++)
			if (set->trees[form][i] == tgid)
				trees |= 1U << form;
	return trees;
}

/* The parent of @k; NULL: the recording has no record of it. */
static const struct known *parent_of(const struct et_lineage *l, const struct known *k)
{
	const struct et_process exact = { .tgid = k->ppid, .start_time_ns = k->parent_start_ns };

	return k->parent_start_ns ? find(l, &exact) : find_started(l, k->ppid, k->start_time_ns);
}

__u32 et_lineage_trees(const struct et_lineage *l, const struct et_filter_set *set,
		       const struct et_process *process)
{
	const struct known *k = find(l, process);
	__u32 trees = 0, tgid = (__u32)process->tgid;

	for (int i = 0; k && i < LEVELS_MAX; i++) {
		const struct holders *h = holders_of(l, tgid);

		if (k == h->known)
			trees |= begins(set, tgid);
		tgid = k->ppid;
		k = tgid ? parent_of(l, k) : NULL;
		/*
		 * The first process of a tree may have no event of its own. Then only its children
		 * name its ID.
		 */
		if (!k && tgid && !holders_of(l, tgid))
			trees |= begins(set, tgid);
	}
	return trees;
}

static void free_holders(void *node)
{
	struct holders *h = node;

	free(h->known);
	free(h);
}

void et_lineage_free(struct et_lineage *l)
{
	if (!l)
		return;
	tdestroy(l->by_tgid, free_holders);
	free(l);
}
