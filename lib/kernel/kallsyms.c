/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/kernel/kallsyms.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "lib/kernel/insn.h"

/*
 * The context of the BPF program that looks up a symbol: the argument (name) and the result
 * (address).
 */
struct lookup {
	__u64 addr;
	char name[56];
};

#define NAME_WORDS (sizeof(((struct lookup *)0)->name) / 8)
#define NAME_AT    (-16 - (int)sizeof(((struct lookup *)0)->name))

/*
 * Load the BPF program that looks up a symbol. The helper bpf_kallsyms_lookup_name() exists since
 * 5.16, commit d6aef08a872b, only for BPF programs of type syscall. User space runs these on
 * demand, in the calling task.
 */
static int load_lookup(void)
{
	struct bpf_insn insns[32];
	size_t n = 0;
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_flags = BPF_F_SLEEPABLE);

	insns[n++] = ET_INSN_MOV(BPF_REG_6, BPF_REG_1);
	/*
	 * Copy the name from the context to the stack: the helper accepts no address in the
	 * context.
	 */
	for (size_t i = 0; i < NAME_WORDS; i++) {
		insns[n++] = ET_INSN_LOAD64(BPF_REG_1, BPF_REG_6,
					    (__s16)(offsetof(struct lookup, name) + i * 8));
		insns[n++] = ET_INSN_STORE64(BPF_REG_10, (__s16)(NAME_AT + (int)i * 8), BPF_REG_1);
	}
	insns[n++] = ET_INSN_STORE64_IMM(BPF_REG_10, -8, 0);
	insns[n++] = ET_INSN_MOV(BPF_REG_1, BPF_REG_10);
	insns[n++] = ET_INSN_ADD_IMM(BPF_REG_1, NAME_AT);
	insns[n++] = ET_INSN_MOV_IMM(BPF_REG_2, NAME_WORDS * 8);
	insns[n++] = ET_INSN_MOV_IMM(BPF_REG_3, 0);
	insns[n++] = ET_INSN_MOV(BPF_REG_4, BPF_REG_10);
	insns[n++] = ET_INSN_ADD_IMM(BPF_REG_4, -8);
	insns[n++] = ET_INSN_CALL(BPF_FUNC_kallsyms_lookup_name);
	insns[n++] = ET_INSN_LOAD64(BPF_REG_1, BPF_REG_10, -8);
	insns[n++] = ET_INSN_STORE64(BPF_REG_6, offsetof(struct lookup, addr), BPF_REG_1);
	insns[n++] = ET_INSN_MOV_IMM(BPF_REG_0, 0);
	insns[n++] = ET_INSN_EXIT();

	return bpf_prog_load(BPF_PROG_TYPE_SYSCALL, "et_ksym", "GPL", insns, n, &opts);
}

/*
 * Look up @count symbols by a BPF program. Returns 0 or a negative errno. *ret_found is the number
 * of symbols found.
 */
static int ask_kernel(struct et_ksym *syms, size_t count, size_t *ret_found)
{
	size_t found = 0;
	int prog = load_lookup();

	if (prog < 0)
		return prog;
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(syms[i].name);
		struct lookup lookup = { 0 };
		LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = &lookup,
			    .ctx_size_in = sizeof(lookup));

		if (len >= sizeof(lookup.name))
			continue;
		memcpy(lookup.name, syms[i].name, len);
		if (bpf_prog_test_run_opts(prog, &run) < 0 || !lookup.addr)
			continue;
		syms[i].addr = lookup.addr;
		found++;
	}
	close(prog);
	*ret_found = found;
	return 0;
}

size_t et_kallsyms__read(const char *path, struct et_ksym *syms, size_t count)
{
	unsigned long long addr;
	char line[256], name[128];
	size_t found = 0, zeroes = 0;
	FILE *f;

	f = fopen(path, "re");
	if (!f)
		return 0;
	while (found < count && fgets(line, sizeof(line), f)) {
		/*
		 * A line is "ffffffff81cfbb80 t tty_write". Symbols of modules come last and end
		 * with "[module]".
		 */
		if (strchr(line, '['))
			break;
		if (sscanf(line, "%llx %*c %127s", &addr, name) != 2)
			continue;
		/*
		 * If the kernel hides addresses, every symbol has address 0: stop after 100
		 * symbols. Otherwise only the first few symbols (per-CPU data) have address 0.
		 */
		if (!addr) {
			if (++zeroes == 100)
				break;
			continue;
		}
		for (size_t i = 0; i < count; i++) {
			if (strcmp(name, syms[i].name) != 0)
				continue;
			syms[i].addr = addr;
			found++;
			break;
		}
	}
	fclose(f);
	return found;
}

size_t et_kallsyms__find(struct et_ksym *syms, size_t count)
{
	size_t found;

	if (ask_kernel(syms, count, &found) == 0)
		return found;
	return et_kallsyms__read("/proc/kallsyms", syms, count);
}
