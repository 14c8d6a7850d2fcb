// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * PROCESS_LOAD_MODULE: a process loads a kernel module.
 *
 * The event is reported when the module is complete in memory, just before its own code runs for
 * the first time. So a module whose init function then fails is reported too. All system calls that
 * load modules are covered, also for compressed modules.
 */
#include "probes/core/args.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/kernel_str.bpf.h"
#include "probes/core/task.bpf.h"

static __always_inline int load_module_body(const struct module *mod)
{
	const struct task_struct *task = et_current();
	struct et_src name, version, srcversion;
	struct et_process_load_module *ev;
	struct et_emit em;

	if (et_skips(ET_PROCESS_LOAD_MODULE, task))
		return 0;
	name = et_src_kernel_str((__u64)&mod->name, ET_CAP_FILENAME);
	/* Both addresses are NULL for a module without a version. */
	version = et_src_kernel_str(et_read_address(mod, version), ET_CAP_MOD_VERSION);
	srcversion = et_src_kernel_str(et_read_address(mod, srcversion), ET_CAP_MOD_SRCVERSION);
	ev = et_emit_begin(&em, PROCESS_LOAD_MODULE, process_load_module,
			   et_need(&name) + et_need(&version) + et_need(&srcversion));
	if (!ev)
		return 0;
	et_fill_pids(&ev->pids, task);
	et_fill_filtered(ev, task);
	et_put_kernel_str(&em, FILENAME, &name);
	et_put_kernel_str(&em, MOD_VERSION, &version);
	et_put_kernel_str(&em, MOD_SRCVERSION, &srcversion);
	et_emit_submit(&em);
	return 0;
}

/*
 * At the entry of do_init_module(mod), which the kernel calls right after the tracepoint
 * module_load. The compiler never inlines this function.
 */
SEC("?fentry")
int load_module_fentry(__u64 *ctx)
{
	return load_module_body((void *)et_ctx_address(ctx, 0));
}

SEC("?kprobe")
int BPF_KPROBE(load_module_kprobe, struct module *mod)
{
	return load_module_body(mod);
}

SEC("?tp_btf/module_load")
int load_module_tp_btf(__u64 *ctx)
{
	return load_module_body((void *)et_ctx_address(ctx, 0));
}
