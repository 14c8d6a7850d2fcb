/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/kernel/init_pidns.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/kernel/btf_subset.h"
#include "lib/kernel/insn.h"
#include "probes/self/et_self.skel.h"

__u32 et_init_pidns__tgid(void)
{
	const struct bpf_insn insns[] = {
		ET_INSN_CALL(BPF_FUNC_get_current_pid_tgid),
		ET_INSN_RSH_IMM(BPF_REG_0, 32),
		ET_INSN_EXIT(),
	};
	LIBBPF_OPTS(bpf_test_run_opts, run);
	int prog, r;

	prog = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "et_self", "GPL", insns,
			     sizeof(insns) / sizeof(insns[0]), NULL);
	if (prog < 0)
		return (__u32)getpid();
	/*
	 * Since 5.10 (commit 1b4d60ec162f), a test run executes a raw tracepoint program at once,
	 * in the calling task.
	 */
	r = bpf_prog_test_run_opts(prog, &run);
	close(prog);
	return r < 0 || !run.retval ? (__u32)getpid() : run.retval;
}

/*
 * Open the object of probes/self. libbpf then reads the kernel's types from the small copy @types.
 * Returns NULL if no copy can be made.
 */
static struct et_self *open_with_copy(struct et_btf_subset *types)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .btf_custom_path = et_btf_subset__path(types));
	struct et_self *skel = opts.btf_custom_path ? et_self__open_opts(&opts) : NULL;

	if (!skel || et_btf_subset__fill(types, bpf_object__btf(skel->obj)) == 0)
		return skel;
	et_self__destroy(skel);
	return NULL;
}

/*
 * Load the BPF programs of @skel, run them in this process, and copy their results to @look.
 * If @with_iterator is true, also run the iterator self_wanted, which translates process IDs.
 */
static int load_and_run(struct et_self *skel, struct et_own_task *look, bool with_iterator)
{
	LIBBPF_OPTS(bpf_test_run_opts, run);
	struct bpf_link *link = NULL;
	char nothing[64];
	int r, fd;
	ssize_t n;

	skel->bss->look = *look;
	bpf_program__set_autoload(skel->progs.self_wanted, with_iterator);
	r = et_self__load(skel);
	if (r == 0)
		r = bpf_prog_test_run_opts(bpf_program__fd(skel->progs.self_look), &run);
	if (r < 0 || !with_iterator)
		goto out;
	link = bpf_program__attach(skel->progs.self_wanted);
	r = link ? 0 : -errno;
	fd = link ? bpf_iter_create(bpf_link__fd(link)) : -1;
	if (link && fd < 0)
		r = fd;
	if (fd < 0)
		goto out;
	do
		n = read(fd, nothing, sizeof(nothing));
	while (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)));
	r = n < 0 ? -errno : 0;
	close(fd);
out:
	if (r == 0)
		*look = skel->bss->look;
	bpf_link__destroy(link);
	return r;
}

/*
 * Open the BPF programs of probes/self, and run them. First try with a copy of the kernel's types.
 * The copy lacks the types of modules, and a kernel may have struct unix_sock in a module. So if
 * that fails, let libbpf search all types.
 */
static int look_once(struct et_own_task *look, const struct btf *vmlinux, bool with_iterator)
{
	struct et_btf_subset types = ET_BTF_SUBSET_INIT;
	struct et_self *skel;
	int r = -ENOENT;

	types.vmlinux = vmlinux;
	skel = open_with_copy(&types);
	if (skel)
		r = load_and_run(skel, look, with_iterator);
	et_self__destroy(skel);
	et_btf_subset__close(&types);
	if (r == 0)
		return 0;

	skel = et_self__open();
	if (!skel)
		return -errno;
	r = load_and_run(skel, look, with_iterator);
	et_self__destroy(skel);
	return r;
}

int et_init_pidns__own_task(struct et_own_task *look, const struct btf *vmlinux)
{
	int r;

	look->tgid = et_init_pidns__tgid();
	look->ttys = 0;
	for (int i = 0; i < ET_SELF_FDS; i++)
		if (look->fds[i] >= 0 && isatty(look->fds[i]))
			look->ttys |= 1U << i;
	r = look_once(look, vmlinux, false);
	if (r < 0)
		return r;
	memcpy(look->found, look->wanted, sizeof(look->found));
	if (!look->level || !look->wanted_count)
		return 0;
	memset(look->found, 0, sizeof(look->found));
	return look_once(look, vmlinux, true);
}
