/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/diagnose.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>

#include "lib/hooks/syscall_nr.h"
#include "lib/kernel/btf_args.h"
#include "lib/kernel/kallsyms.h"
#include "lib/kernel/tracefs.h"

/* ---- without loading -------------------------------------------------------------------- */

static int check_tracepoint(struct et_feature_set *features, bool all_calls, const char *tracepoint,
			    char *why, size_t size)
{
	const char *no_tracefs;
	bool at_exit;
	__u64 id;
	int r;

	/*
	 * The program runs from the tracepoint that all system calls share. If this kernel lacks
	 * the program's system call, the program just never runs.
	 */
	if (all_calls && et_hook_syscall_nr(tracepoint, &at_exit) >= 0)
		return 0;
	r = et_feature__check(features, ET_FEATURE_TRACEFS, &no_tracefs);
	if (r < 0) {
		snprintf(why, size, "%s", no_tracefs);
		return r;
	}
	r = et_tracefs__id(features->events_fd, tracepoint, &id);
	if (r == -ENOENT)
		snprintf(why, size, "the kernel has no tracepoint %s", tracepoint);
	else if (r < 0)
		snprintf(why, size, "tracepoint %s: %s", tracepoint, strerror(-r));
	return r;
}

/*
 * True if the kernel has @function. A fentry program needs the function in BTF. A kprobe needs only
 * the function's symbol. BTF lacks functions whose parameters the compiler has changed.
 *
 * Every kernel has commit_creds. If kallsyms shows no address for it, all addresses are hidden.
 * Then the result is true, and only the attempt to attach shows whether the function exists.
 */
static bool has_function(const struct et_feature_set *features, enum et_attach_kind kind,
			 const char *function)
{
	struct et_ksym syms[] = { { function, 0 }, { "commit_creds", 0 } };

	if (btf__find_by_name_kind(features->vmlinux, function, BTF_KIND_FUNC) >= 0)
		return true;
	if (kind == ET_ATTACH_FENTRY)
		return false;
	et_kallsyms__find(syms, sizeof(syms) / sizeof(syms[0]));
	return syms[0].addr || !syms[1].addr;
}

static bool has_type(const struct et_feature_set *features, const struct et_hook_program *entry)
{
	struct btf *module;
	bool has;

	if (btf__find_by_name(features->vmlinux, entry->type) >= 0)
		return true;
	module = btf__load_module_btf(entry->module, features->vmlinux);
	if (!module)
		return false;
	has = btf__find_by_name(module, entry->type) >= 0;
	btf__free(module);
	return has;
}

static int check_place(struct et_feature_set *features, bool all_calls,
		       const struct et_hook_candidate *candidate,
		       const struct et_hook_program *entry, char *why, size_t size)
{
	if (entry->tracepoint)
		return check_tracepoint(features, all_calls, entry->tracepoint, why, size);
	if (entry->type && !has_type(features, entry)) {
		snprintf(why, size, "the kernel's BTF has no %s", entry->type);
		return -ENOENT;
	}
	if (!entry->function || has_function(features, candidate->kind, entry->function))
		return 0;
	snprintf(why, size, "the kernel has no function %s", entry->function);
	return -ENOENT;
}

static bool has_need(const struct btf *vmlinux, const char *need)
{
	return strchr(need, '(') ? et_btf_args__are(vmlinux, need)
				 : btf__find_by_name(vmlinux, need) >= 0;
}

static int check_kind(struct et_feature_set *features, enum et_attach_kind kind,
		      const char **ret_why)
{
	if (kind == ET_ATTACH_FENTRY)
		return et_feature__check(features, ET_FEATURE_FENTRY, ret_why);
	if (kind == ET_ATTACH_KPROBE)
		return et_feature__check(features, ET_FEATURE_KPROBE, ret_why);
	return 0;
}

static void check_row(struct et_plan *plan, struct et_plan_row *row,
		      struct et_feature_set *features, bool all_calls)
{
	const struct et_hook_program *entry;
	const char *why = "";
	int r;

	if (!row->candidate || row->err)
		return;
	r = check_kind(features, row->kind, &why);
	if (r < 0) {
		et_plan__fail(row, r, "%s", why);
		return;
	}
	for (const char *const *need = row->candidate->needs; need && *need; need++) {
		if (has_need(features->vmlinux, *need))
			continue;
		et_plan__fail(row, -ENOENT, "the kernel's BTF has no %s", *need);
		return;
	}
	et_for_each_program(entry, row->candidate)
	{
		char text[200];

		r = check_place(features, all_calls, row->candidate, entry, text, sizeof(text));
		if (r < 0)
			et_plan__fail_program(plan, entry->program, et_hook_place(entry), r, text);
	}
}

void et_diagnose__check(struct et_plan *plan, struct et_feature_set *features, bool all_calls)
{
	for (size_t i = 0; i < plan->count; i++)
		check_row(plan, &plan->rows[i], features, all_calls);
}

/* ---- by loading ------------------------------------------------------------------------- */

/*
 * The BPF program of @entry does not load. True if the cause is the emit mode direct: with varlen,
 * the BPF program loads.
 */
static bool is_for_in_place(const struct et_load_config *load, const struct et_emit_choice *choice,
			    const struct et_hook_program *entry)
{
	struct et_load_config other = *load;
	char why[200];

	if (choice->mode != ET_EMIT_DIRECT)
		return false;
	other.bpf.emit_mode = ET_EMIT_VARLEN;
	return et_load__try(&other, entry, why, sizeof(why)) == 0;
}

/*
 * True if the entry before @entry has the same BPF program, and neither entry names a kernel
 * function. Then both entries load the same code, and the code was already tried.
 */
static bool is_tried(const struct et_hook_candidate *candidate, const struct et_hook_program *entry)
{
	const struct et_hook_program *last = entry - 1;

	return entry > candidate->programs && strcmp(last->program, entry->program) == 0 &&
	       !last->function && !entry->function;
}

int et_diagnose__find_failing_programs(struct et_plan *plan, struct et_load_config *load,
				       struct et_emit_choice *choice)
{
	int found = 0;

	for (size_t i = 0; i < plan->count; i++) {
		const struct et_plan_row *row = &plan->rows[i];
		const struct et_hook_program *entry;

		if (!row->chosen)
			continue;
		et_for_each_program(entry, row->candidate)
		{
			char why[200];
			int r;

			if (is_tried(row->candidate, entry) || !et_plan__uses(plan, entry))
				continue;
			r = et_load__try(load, entry, why, sizeof(why));
			if (r == 0)
				continue;
			if (is_for_in_place(load, choice, entry)) {
				r = et_emit_mode__without_direct(choice, entry->program, why);
				load->bpf.emit_mode = choice->mode;
				return r < 0 ? r : 1;
			}
			et_plan__fail_program(plan, entry->program, entry->function, r, why);
			found = 1;
		}
	}
	return found;
}
