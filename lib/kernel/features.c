/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/kernel/features.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "lib/kernel/insn.h"
#include "lib/kernel/tracefs.h"

#define BTF_PATH    "/sys/kernel/btf/vmlinux"
#define KPROBE_TYPE "/sys/bus/event_source/devices/kprobe/type"

/*
 * Kernel functions for the tests of fentry and kprobes; the first one that works is used.
 * bpf_fentry_test1 exists only for such tests. commit_creds exists in every kernel. The kernel
 * seldom calls these functions.
 */
static const char *const trial_functions[] = { "bpf_fentry_test1", "commit_creds" };

typedef int (*try_fn)(struct et_feature_set *set, char *why, size_t size);

static int try_btf(struct et_feature_set *set, char *why, size_t size)
{
	char text[128];
	int r;

	if (access(BTF_PATH, R_OK) < 0) {
		r = -errno;
		snprintf(why, size, "the kernel has no BTF: %s: %s (CONFIG_DEBUG_INFO_BTF=y)",
			 BTF_PATH, strerror(-r));
		return r;
	}
	set->vmlinux = btf__parse(BTF_PATH, NULL);
	if (set->vmlinux)
		return 0;
	r = -errno;
	/* Unlike strerror(), libbpf_strerror() also knows the error numbers that libbpf adds. */
	libbpf_strerror(r, text, sizeof(text));
	snprintf(why, size, "the kernel's BTF cannot be read: %s: %s", BTF_PATH, text);
	return r;
}

static int try_ringbuf(struct et_feature_set *set, char *why, size_t size)
{
	int fd, r;

	(void)set;
	fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "et_trial", 0, 0, (__u32)sysconf(_SC_PAGESIZE),
			    NULL);
	if (fd >= 0) {
		close(fd);
		return 0;
	}
	r = fd;
	if (r == -EINVAL)
		snprintf(why, size, "the kernel has no BPF ring buffers: they came with Linux 5.8");
	else
		snprintf(why, size, "the kernel refuses a BPF ring buffer: %s", strerror(-r));
	return r;
}

/* An error number of the kernel alone: include/linux/errno.h. strerror() has no text for it. */
#define ENOTSUPP 524

static int try_fentry(struct et_feature_set *set, char *why, size_t size)
{
	const struct bpf_insn insns[] = {
		ET_INSN_MOV_IMM(BPF_REG_0, 0),
		ET_INSN_EXIT(),
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_FENTRY);
	const char *no_btf;
	int prog, link, id = -ENOENT, r;

	r = et_feature__check(set, ET_FEATURE_BTF, &no_btf);
	if (r < 0) {
		snprintf(why, size, "%s", no_btf);
		return r;
	}
	for (size_t i = 0; id < 0 && i < sizeof(trial_functions) / sizeof(trial_functions[0]); i++)
		id = btf__find_by_name_kind(set->vmlinux, trial_functions[i], BTF_KIND_FUNC);
	if (id < 0) {
		snprintf(why, size, "the kernel's BTF names no functions");
		return id;
	}

	/*
	 * Refuse kernels that lack commit e21aa341785c, "bpf: Fix fexit trampoline.", of 5.12 and
	 * some stable kernels. The commit added struct bpf_tramp_image. In kernels without it, a
	 * fexit program may be detached while a task sleeps in the function. The task then returns
	 * to freed memory.
	 */
	if (btf__find_by_name_kind(set->vmlinux, "bpf_tramp_image", BTF_KIND_STRUCT) < 0) {
		snprintf(why, size,
			 "before Linux 5.12 fexit programs cannot be taken off without danger");
		return -EOPNOTSUPP;
	}

	opts.attach_btf_id = (__u32)id;
	prog = bpf_prog_load(BPF_PROG_TYPE_TRACING, "et_trial", "GPL", insns,
			     sizeof(insns) / sizeof(insns[0]), &opts);
	if (prog < 0) {
		snprintf(why, size, "the kernel does not load fentry programs: %s",
			 strerror(-prog));
		return prog;
	}
	link = bpf_raw_tracepoint_open(NULL, prog);
	close(prog);
	if (link == -ENOTSUPP) {
		/*
		 * arm64 has trampolines since 6.0 (commit efc9909fdce0). Since 6.4 they can be
		 * attached to functions: CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS.
		 */
		snprintf(why, size, "the kernel attaches no fentry programs on this processor; %s",
			 "on arm64 it does since Linux 6.4");
		return -EOPNOTSUPP;
	}
	if (link < 0) {
		snprintf(why, size, "the kernel does not attach fentry programs: %s",
			 strerror(-link));
		return link;
	}
	close(link);
	return 0;
}

static int read_number(const char *path, unsigned int *ret)
{
	unsigned int number;
	FILE *f;
	int n;

	f = fopen(path, "re");
	if (!f)
		return -errno;
	n = fscanf(f, "%u", &number);
	fclose(f);
	if (n != 1)
		return -EBADMSG;
	*ret = number;
	return 0;
}

static int try_kprobe(struct et_feature_set *set, char *why, size_t size)
{
	struct perf_event_attr attr = { .size = sizeof(attr) };
	unsigned int type = 0;
	int fd = -1, r;

	(void)set;
	r = read_number(KPROBE_TYPE, &type);
	if (r < 0) {
		snprintf(why, size, "the kernel has no kprobes: %s: %s (CONFIG_KPROBE_EVENTS=y)",
			 KPROBE_TYPE, strerror(-r));
		return r;
	}
	attr.type = type;
	for (size_t i = 0; fd < 0 && i < sizeof(trial_functions) / sizeof(trial_functions[0]);
	     i++) {
		/*
		 * Pass the address of the function's name as kprobe_func, which is in a union with
		 * config1.
		 */
		attr.config1 = (__u64)(uintptr_t)trial_functions[i];
		fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	}
	if (fd < 0) {
		r = -errno;
		snprintf(why, size, "the kernel sets no kprobes: %s", strerror(-r));
		return r;
	}
	close(fd);
	return 0;
}

static int try_tracefs(struct et_feature_set *set, char *why, size_t size)
{
	int r;

	r = et_tracefs__open(&set->events_fd);
	if (r == -EACCES)
		snprintf(why, size, "tracefs may not be read: needs CAP_DAC_READ_SEARCH, or root");
	else if (r == -EPERM)
		snprintf(why, size,
			 "tracefs is not mounted, and mounting it needs CAP_SYS_ADMIN, or root");
	else if (r < 0)
		snprintf(why, size, "no tracefs: %s", strerror(-r));
	return r;
}

static int try_ipv6(struct et_feature_set *set, char *why, size_t size)
{
	int fd, r;

	(void)set;
	fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		close(fd);
		return 0;
	}
	r = -errno;
	snprintf(why, size, "no IPv6 sockets: %s", strerror(-r));
	return r;
}

/*
 * Test whether the kernel has the functions that BPF programs call to build packed records in the
 * ring (ET_EMIT_DIRECT). The verifier may still refuse the BPF programs: only loading them shows
 * that.
 */
static int try_direct(struct et_feature_set *set, char *why, size_t size)
{
	static const char *const functions[] = {
		"bpf_iter_num_new",           /* since 6.4 */
		"bpf_probe_read_user_dynptr", /* since 6.16, like the next two */
		"bpf_probe_read_user_str_dynptr",
		"bpf_probe_read_kernel_dynptr",
	};
	const char *no_btf;
	int r;

	r = et_feature__check(set, ET_FEATURE_BTF, &no_btf);
	if (r < 0) {
		snprintf(why, size, "%s", no_btf);
		return r;
	}
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		r = btf__find_by_name_kind(set->vmlinux, functions[i], BTF_KIND_FUNC);
		if (r >= 0)
			continue;
		snprintf(why, size, "the kernel has no %s(): it came with Linux %s", functions[i],
			 i ? "6.16" : "6.4");
		return r;
	}
	return 0;
}

/*
 * Create a socket storage map. Its key and value need BTF types. Returns a descriptor or a negative
 * errno.
 */
static int sock_storage_map(void)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_NO_PREALLOC);
	struct btf *btf = btf__new_empty();
	int type, fd;

	if (!btf)
		return -errno;
	type = btf__add_int(btf, "int", sizeof(int), BTF_INT_SIGNED);
	fd = type < 0 ? type : btf__load_into_kernel(btf);
	if (fd == 0) {
		opts.btf_fd = (__u32)btf__fd(btf);
		opts.btf_key_type_id = opts.btf_value_type_id = (__u32)type;
		fd = bpf_map_create(BPF_MAP_TYPE_SK_STORAGE, "et_trial", sizeof(int), sizeof(int),
				    0, &opts);
	}
	btf__free(btf);
	return fd;
}

/*
 * Load a BPF program that uses the socket storage map @map. The program is for the tracepoint with
 * the BTF ID @tracepoint, whose first argument is a socket. Returns a descriptor or a negative
 * errno.
 */
static int sock_storage_program(int map, int tracepoint)
{
	const struct bpf_insn insns[] = {
		ET_INSN_LOAD64(BPF_REG_2, BPF_REG_1, 0),
		ET_INSN(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map),
		ET_INSN(0, 0, 0, 0, 0),
		ET_INSN_MOV_IMM(BPF_REG_3, 0),
		ET_INSN_MOV_IMM(BPF_REG_4, 0),
		ET_INSN_CALL(BPF_FUNC_sk_storage_get),
		ET_INSN_MOV_IMM(BPF_REG_0, 0),
		ET_INSN_EXIT(),
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_RAW_TP,
		    .attach_btf_id = (__u32)tracepoint);

	return bpf_prog_load(BPF_PROG_TYPE_TRACING, "et_trial", "GPL", insns,
			     sizeof(insns) / sizeof(insns[0]), &opts);
}

static int try_sock_storage(struct et_feature_set *set, char *why, size_t size)
{
	const char *no_btf;
	int map, prog, id, r;

	r = et_feature__check(set, ET_FEATURE_BTF, &no_btf);
	if (r < 0) {
		snprintf(why, size, "%s", no_btf);
		return r;
	}
	id = btf__find_by_name_kind(set->vmlinux, "btf_trace_inet_sock_set_state",
				    BTF_KIND_TYPEDEF);
	map = id < 0 ? id : sock_storage_map();
	if (map < 0) {
		snprintf(why, size, "the kernel has no storage for sockets: %s", strerror(-map));
		return map;
	}
	prog = sock_storage_program(map, id);
	close(map);
	if (prog < 0) {
		snprintf(why, size, "tracing programs cannot store things with sockets: %s",
			 strerror(-prog));
		return prog;
	}
	close(prog);
	return 0;
}

/*
 * Test the map type, and the helper function that reads such a map: Linux 5.11 has the map type,
 * but allows the helper only in BPF programs of type LSM.
 */
static int try_task_storage(struct et_feature_set *set, char *why, size_t size)
{
	int r;

	(void)set;
	r = libbpf_probe_bpf_map_type(BPF_MAP_TYPE_TASK_STORAGE, NULL);
	if (r > 0)
		r = libbpf_probe_bpf_helper(BPF_PROG_TYPE_TRACEPOINT, BPF_FUNC_task_storage_get,
					    NULL);
	if (r > 0)
		return 0;
	snprintf(why, size,
		 "the kernel has no storage of tasks for tracing programs: "
		 "it came with Linux 5.12");
	return r < 0 ? r : -EOPNOTSUPP;
}

static const try_fn tries[ET_FEATURES] = {
	[ET_FEATURE_BTF] = try_btf,
	[ET_FEATURE_RINGBUF] = try_ringbuf,
	[ET_FEATURE_FENTRY] = try_fentry,
	[ET_FEATURE_KPROBE] = try_kprobe,
	[ET_FEATURE_TRACEFS] = try_tracefs,
	[ET_FEATURE_IPV6] = try_ipv6,
	[ET_FEATURE_DIRECT] = try_direct,
	[ET_FEATURE_SOCK_STORAGE] = try_sock_storage,
	[ET_FEATURE_TASK_STORAGE] = try_task_storage,
};

int et_feature__check(struct et_feature_set *set, enum et_feature feature, const char **ret_why)
{
	struct et_feature_state *state = &set->states[feature];

	if (!state->tried) {
		state->tried = true;
		state->err = tries[feature](set, state->why, sizeof(state->why));
	}
	if (state->err && ret_why)
		*ret_why = state->why;
	return state->err;
}

void et_feature__done(struct et_feature_set *set)
{
	btf__free(set->vmlinux);
	set->vmlinux = NULL;
	set->states[ET_FEATURE_BTF].tried = false;
	if (set->events_fd >= 0)
		close(set->events_fd);
	set->events_fd = -1;
	set->states[ET_FEATURE_TRACEFS].tried = false;
}
