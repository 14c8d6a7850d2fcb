/* SPDX-License-Identifier: BSD-2-Clause */
/* Attaches programs to their hooks, and detaches them. */
#ifndef ET_LINKS_H
#define ET_LINKS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/attach/fd_store.h"
#include "lib/hooks/hooks.h"

struct bpf_object;
struct et_link;

/* The attached programs. Initialize all members with 0, and events_fd. */
struct et_links {
	struct et_link *links;
	size_t count, room;
	struct et_fd_store store; /* keeps the files of most links open */
	__u64 missed;             /* calls that kprobes missed before they were detached */
	int events_fd;            /* from et_tracefs__open(), if a program uses a tracepoint */
};

/**
 * et_links__add() - attach a loaded program to its hook
 * @links:	the attached programs
 * @obj:	the object that contains the program
 * @entry:	the program and its hook; must outlive @links
 *
 * Does nothing if the program is already attached to this hook.
 *
 * Return: 0 or a negative errno.
 */
int et_links__add(struct et_links *links, const struct bpf_object *obj,
		  const struct et_hook_program *entry);

/*
 * Number of function calls that kprobes missed. A kretprobe misses calls while too many other calls
 * are active. Known since Linux 6.7, commit 3acf8ace6823 ("bpf: Add missed value to kprobe perf
 * link info"); 0 before. If descriptors are scarce, some hooks are not counted.
 */
__u64 et_links__missed(const struct et_links *links);

/* Detach all programs. Return: true if any was attached. */
bool et_links__stop(struct et_links *links);

/* Detach all programs, and free the memory of @links. */
void et_links__done(struct et_links *links);

#endif /* ET_LINKS_H */
