/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/calls.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "lib/hooks/syscall_nr.h"
#include "lib/wire/bpf_config.h"
#include "lib/wire/shared.h"
#include "probes/et_probes.skel.h"

bool et_calls__are_possible(const struct btf *vmlinux)
{
	return btf__find_by_name_kind(vmlinux, "btf_trace_sys_enter", BTF_KIND_TYPEDEF) >= 0 &&
	       btf__find_by_name_kind(vmlinux, "btf_trace_sys_exit", BTF_KIND_TYPEDEF) >= 0;
}

int et_calls__want(struct bpf_program *prog, const char *tracepoint)
{
	bool at_exit = false;
	int r = et_hook_syscall_nr(tracepoint, &at_exit);

	if (r >= 0)
		r = bpf_program__set_type(prog, BPF_PROG_TYPE_TRACING);
	if (r >= 0)
		r = bpf_program__set_expected_attach_type(prog, BPF_TRACE_RAW_TP);
	if (r >= 0)
		r = bpf_program__set_attach_target(prog, 0, at_exit ? "sys_exit" : "sys_enter");
	return r < 0 ? r : 0;
}

int et_calls__select(struct et_probes *skel, const struct et_plan *plan)
{
	bool used[2] = { false, false };
	int r;

	for (size_t i = 0; plan && i < plan->count; i++) {
		const struct et_hook_program *entry;
		bool at_exit = false;

		if (!plan->rows[i].chosen)
			continue;
		et_for_each_program(
			entry, plan->rows[i].candidate) if (entry->tracepoint &&
							    et_plan__uses(plan, entry) &&
							    et_hook_syscall_nr(entry->tracepoint,
									       &at_exit) >= 0)
			used[at_exit] = true;
	}
	bpf_program__set_autoload(skel->progs.calls_enter_tp_btf, used[false]);
	bpf_program__set_autoload(skel->progs.calls_exit_tp_btf, used[true]);
	r = bpf_map__set_autocreate(skel->maps.enter_programs, used[false]);
	return r < 0 ? r : bpf_map__set_autocreate(skel->maps.exit_programs, used[true]);
}

int et_calls__add(struct et_probes *skel, const struct bpf_program *prog, const char *tracepoint)
{
	const struct bpf_map *programs;
	int fd = bpf_program__fd(prog), nr, r;
	bool at_exit = false;
	__u32 layer = 0, slot;
	__u8 *layers;

	nr = et_hook_syscall_nr(tracepoint, &at_exit);
	if (nr < 0)
		return nr;
	if (nr >= ET_CALLS)
		return -ERANGE;
	programs = at_exit ? skel->maps.exit_programs : skel->maps.enter_programs;
	layers = at_exit ? &skel->bss->exit_layers[nr] : &skel->bss->enter_layers[nr];
	while (layer < ET_CALL_LAYERS && *layers & 1U << layer)
		layer++;
	if (layer == ET_CALL_LAYERS)
		return -ENOSPC;
	slot = layer * ET_CALLS + (__u32)nr;
	r = bpf_map_update_elem(bpf_map__fd(programs), &slot, &fd, BPF_ANY);
	if (r < 0)
		return r;
	*layers |= (__u8)(1U << layer);
	return 0;
}

void et_calls__name(const char *hook, char *ret, size_t size)
{
	static const char single[] = "tracepoint/syscalls/";
	const char *at = strstr(hook, single);

	if (at)
		snprintf(ret, size, "%.*stp_btf/%s", (int)(at - hook), hook,
			 at + sizeof(single) - 1);
	else
		snprintf(ret, size, "%s", hook);
}
