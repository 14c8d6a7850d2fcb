/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs BPF programs at system calls from the tracepoints of all system calls
 * (probes/core/calls.bpf.c). These tracepoints need no tracefs, and are detached at once: the
 * tracepoint of a single system call is detached only after RCU grace periods.
 */
#ifndef ET_ATTACH_CALLS_H
#define ET_ATTACH_CALLS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/hooks/plan.h"

struct bpf_program;
struct btf;
struct et_probes;

/* True if the kernel's types @vmlinux have both tracepoints of all system calls. */
bool et_calls__are_possible(const struct btf *vmlinux);

/**
 * et_calls__want() - before the load: select a BPF program for loading
 * @prog:	the BPF program
 * @tracepoint:	the tracepoint of a single system call that it would be attached to otherwise
 *
 * Return: 0 or a negative errno.
 */
int et_calls__want(struct bpf_program *prog, const char *tracepoint);

/*
 * Before the load: select the programs that call other programs, and their maps, as far as the
 * chosen candidates need them. @plan may be NULL: none is needed.
 */
int et_calls__select(struct et_probes *skel, const struct et_plan *plan);

/*
 * After the load: let the BPF program @prog run at the system call of @tracepoint. Returns 0 or a
 * negative errno.
 */
int et_calls__add(struct et_probes *skel, const struct bpf_program *prog, const char *tracepoint);

/*
 * Copy the hooks @hook of a candidate, as text for users, with tracepoints of all system calls in
 * place of those of single ones: "tracepoint/syscalls/sys_exit_x" becomes "tp_btf/sys_exit_x".
 */
void et_calls__name(const char *hook, char *ret, size_t size);

#endif /* ET_ATTACH_CALLS_H */
