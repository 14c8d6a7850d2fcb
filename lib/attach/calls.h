/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs BPF programs for single system calls from the two tracepoints that all system calls share:
 * tp_btf/sys_enter and tp_btf/sys_exit (probes/core/calls.bpf.c). These need no tracefs, and are
 * detached at once. A system call's own tracepoint is detached only after RCU grace periods.
 */
#ifndef ET_ATTACH_CALLS_H
#define ET_ATTACH_CALLS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/hooks/plan.h"

struct bpf_program;
struct btf;
struct et_probes;

/* True if the kernel's types @vmlinux have both shared tracepoints. */
bool et_calls__are_possible(const struct btf *vmlinux);

/**
 * et_calls__want() - before the load: select a BPF program for loading
 * @prog:	the BPF program
 * @tracepoint:	the system call's own tracepoint, which is not used; it names the system call
 *
 * Return: 0 or a negative errno.
 */
int et_calls__want(struct bpf_program *prog, const char *tracepoint);

/*
 * Before the load: select calls_enter_tp_btf and calls_exit_tp_btf, with their maps, if the chosen
 * candidates need them. These two BPF programs run at all system calls, and call the BPF programs
 * for single system calls. @plan may be NULL: then they are not needed. Returns 0 or a negative
 * errno.
 */
int et_calls__select(struct et_probes *skel, const struct et_plan *plan);

/*
 * After the load: let the BPF program @prog run at the system call of @tracepoint. Returns 0 or a
 * negative errno.
 */
int et_calls__add(struct et_probes *skel, const struct bpf_program *prog, const char *tracepoint);

/*
 * Copy the text @hook, which names a candidate's hooks for users. The tracepoint of a system call
 * gets the name of the shared one: "tracepoint/syscalls/sys_exit_x" -> "tp_btf/sys_exit_x".
 */
void et_calls__name(const char *hook, char *ret, size_t size);

#endif /* ET_ATTACH_CALLS_H */
