/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/tell.h"

#include <string.h>
#include <sys/sysmacros.h>

#include <bpf/btf.h>

#include "lib/attach/arguments.h"
#include "lib/attach/kallsyms.h"
#include "lib/attach/self.h"
#include "lib/attach/stack.h"
#include "lib/wire/schema.h"
#include "lib/wire/shared.h"

static size_t to_devs(__u64 *to, const uint64_t *from, size_t count, const struct et_log *log)
{
	if (count > ET_QUIET_TTYS_MAX) {
		et_log__say(log, ET_LOG_WARNING, "of %zu terminals to leave out only %d are", count,
			    ET_QUIET_TTYS_MAX);
		count = ET_QUIET_TTYS_MAX;
	}
	for (size_t i = 0; i < count; i++)
		to[i] = ET_DEV(major(from[i]), minor(from[i]));
	return count;
}

/* sched_process_exit got a third parameter, behind the one that every tracepoint has, in 6.16. */
static bool exit_has_group_dead(const struct btf *vmlinux)
{
	const struct btf_type *t;
	int id;

	id = btf__find_by_name_kind(vmlinux, "btf_trace_sched_process_exit", BTF_KIND_TYPEDEF);
	if (id < 0)
		return false;
	t = btf__type_by_id(vmlinux, btf__type_by_id(vmlinux, (__u32)id)->type);
	if (!t || !btf_is_ptr(t))
		return false;
	t = btf__type_by_id(vmlinux, t->type);
	return t && btf_is_func_proto(t) && btf_vlen(t) >= 3;
}

static void tell_terminals(struct et_load_config *load, const struct et_log *log)
{
	struct et_ksym syms[] = { { "tty_write", 0 }, { "redirected_tty_write", 0 } };

	if (!et_kallsyms__find(syms, sizeof(syms) / sizeof(syms[0])))
		et_log__say(log, ET_LOG_INFO,
			    "/proc/kallsyms is hidden: terminals are told by device number");
	load->tty_write_addr = syms[0].addr;
	load->redirected_tty_write_addr = syms[1].addr;
}

void et_tell(struct et_told *told, const struct et_attach_config *config,
	     const struct et_feature_set *features, const struct et_log *log)
{
	struct et_load_config *load = &told->load;

	load->wakeup_always = config->wakeup_always;
	load->measure = config->trial;
	memcpy(load->ring_sizes, config->ring_sizes, sizeof(load->ring_sizes));
	load->memory_budget = config->memory_budget;
	load->filters = config->filters;
	load->self_tgid = et_self__tgid();
	load->stack_regs = et_stack__registers(features->vmlinux);
	load->exit_has_group_dead = exit_has_group_dead(features->vmlinux);
	et_arguments__fill(features->vmlinux, load->args);
	load->quiet_ttys = told->quiet_ttys;
	load->quiet_tty_count =
		to_devs(told->quiet_ttys, config->quiet_ttys, config->quiet_tty_count, log);
	load->quiet_pgid = config->quiet_pgid;
	load->quiet_pgid_ttys = told->quiet_pgid_ttys;
	load->quiet_pgid_tty_count = to_devs(told->quiet_pgid_ttys, config->quiet_pgid_ttys,
					     config->quiet_pgid_tty_count, log);
	load->quiet_tgids = told->quiet_tgids;
	load->quiet_tgid_count = et_self__ancestors(told->quiet_tgids, ET_QUIET_TGIDS_MAX);

	if (config->events & ET_EVENT_BIT(ET_PROCESS_TTY_WRITE))
		tell_terminals(load, log);
}
