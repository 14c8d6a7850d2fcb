/* SPDX-License-Identifier: BSD-2-Clause */
/* Attaches BPF programs to their hooks, and detaches them. */
#ifndef ET_LINKS_H
#define ET_LINKS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/attach/fd_store.h"
#include "lib/hooks/hooks.h"

struct bpf_object;
struct et_link;
struct et_probes;

/*
 * The attached BPF programs. Before the first use, the caller sets `events_fd` and `calls`, and all
 * other members to 0.
 */
struct et_links {
	struct et_link *links;
	size_t count, room;
	struct et_fd_store store; /* keeps most BPF links open without descriptors */
	__u64 missed;             /* calls that kprobes had missed when they were detached */
	int events_fd;            /* from et_tracefs__open(), if a BPF program uses a tracepoint */
	/* the skeleton, if BPF programs run at system calls by tail calls (calls.h); else NULL */
	struct et_probes *calls;
};

/**
 * et_links__add() - attach a loaded BPF program to its hook
 * @links:	the attached BPF programs
 * @obj:	the object that contains the BPF program
 * @entry:	the BPF program and its hook; must outlive @links
 *
 * Does nothing if the BPF program is already attached to this hook.
 *
 * Return: 0 or a negative errno.
 */
int et_links__add(struct et_links *links, const struct bpf_object *obj,
		  const struct et_hook_program *entry);

/*
 * Attach the BPF programs that call other programs at system calls, after all called programs were
 * added. Does nothing if `calls` is NULL. Returns 0 or a negative errno.
 */
int et_links__add_calls(struct et_links *links, const struct bpf_object *obj);

/*
 * Number of function calls that kprobes have missed. A kretprobe misses calls while too many other
 * calls have not returned. The kernel counts them since 6.7, commit 3acf8ace6823 ("bpf: Add missed
 * value to kprobe perf link info"). On older kernels, the result is 0. If descriptors are scarce,
 * the calls that some kprobes miss are not counted.
 */
__u64 et_links__missed(const struct et_links *links);

/* Detach all BPF programs. Returns true if any was attached. */
bool et_links__stop(struct et_links *links);

/* Detach all BPF programs, and free the memory of @links. */
void et_links__done(struct et_links *links);

#endif /* ET_LINKS_H */
