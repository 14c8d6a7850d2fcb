/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs on their hooks: put on, taken off. */
#ifndef ET_LINKS_H
#define ET_LINKS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/attach/fd_store.h"
#include "lib/attach/hooks.h"

struct bpf_object;
struct et_link;

/* Zero it first, all but events_fd. */
struct et_links {
	struct et_link *links;
	size_t count, room;
	struct et_fd_store store; /* of most of them */
	__u64 missed; /* calls of functions that hooks which have been taken off were not told of */
	int events_fd; /* for et_tracefs__id(), if a program goes to a tracepoint */
};

/**
 * et_links__add() - put a loaded program where it goes
 * @links:	what is attached
 * @obj:	the object that has the program
 * @entry:	the program and its place; must outlive @links
 *
 * What is there already is not put there again.
 *
 * Return: 0 or a negative errno.
 */
int et_links__add(struct et_links *links, const struct bpf_object *obj,
		  const struct et_hook_program *entry);

/*
 * Calls of functions that kprobes were not told of: of a kretprobe, those that came while too many
 * others were under way. Known since Linux 6.7, commit 3acf8ace6823 ("bpf: Add missed value to
 * kprobe perf link info"); 0 before. If descriptors are scarce, some hooks are not counted.
 */
__u64 et_links__missed(const struct et_links *links);

/* Take all programs off. Return: whether there was one. */
bool et_links__stop(struct et_links *links);

/* Take all programs off, and free. */
void et_links__done(struct et_links *links);

#endif /* ET_LINKS_H */
