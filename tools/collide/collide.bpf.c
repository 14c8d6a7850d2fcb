// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Programs that only make records, with the headers of probes/core. They interrupt each other on
 * purpose. content.h computes each byte of their records, so the reader can check it.
 *
 * The file is built twice: with lanes, and with ET_NO_LANE_GUARD. Without the guard, all programs
 * use the first lane at the same time.
 */
#include "probes/core/cgroup.bpf.h"
#include "probes/core/path.bpf.h"
#include "probes/core/strings.bpf.h"
#include "probes/core/task.bpf.h"

#include "tools/collide/content.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Programs make records only in threads of this process, and on this CPU. */
const volatile __u32 collide_tgid = 0;
const volatile __u32 collide_cpu = 0;
/* A thread makes this system call to run collide_task. */
const volatile __u32 collide_syscall = 0;
/*
 * Addresses in the memory of the test process: bytes, strings, and an array of pointers to the
 * strings, which ends with NULL.
 */
const volatile __u64 collide_bytes = 0;
const volatile __u64 collide_text = 0;
const volatile __u64 collide_strings = 0;

/*
 * Addresses that collide_find_lanes() stores: the lanes of its CPU, and a counter of its programs.
 */
__u64 collide_lanes[ET_LANES] = {};
__u64 collide_counter = 0;

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct collide_depths);
} collisions SEC(".maps");

static __always_inline void fill_fixed(void *rec, __u32 size, __u64 seed)
{
	__u64 *word = rec + sizeof(struct et_header);

	for (__u32 i = 0; i < (size - sizeof(struct et_header)) / sizeof(*word); i++)
		word[i] = collide_word(seed, i);
}

static __always_inline struct et_src bytes_of(__u64 seed, __u32 n, __u32 cap)
{
	return et_src_user(collide_bytes + collide_start(seed, n), collide_len(seed, n, cap), cap);
}

static __always_inline struct et_src path_of(bool cwd, const struct task_struct *task)
{
	struct file *exe;

	if (cwd)
		return et_src_cwd(task);
	exe = BPF_CORE_READ(task, mm, exe_file);
	return et_src_path(&exe->f_path, task);
}

/* Read a page that is absent. The program sleeps until another thread provides the page. */
static __always_inline void take_a_while(__u64 page)
{
	__u64 word;

	bpf_copy_from_user(&word, sizeof(word), (void *)page);
}

/*
 * The body of global functions. The verifier checks a global function once for all programs, and
 * once more for programs that sleep.
 */
static __always_inline int make_exec(__u64 seed, bool sleeps, __u64 page)
{
	const struct task_struct *task = et_current();
	struct et_src argv, env, cwd, filename;
	struct et_src_cgroup cgroup = {};
	struct et_process_exec *ev;
	struct et_emit em;

	if (!sleeps)
		cgroup = et_src_cgroup(task);
	argv = bytes_of(seed, 0, ET_CAP_ARGV);
	env = bytes_of(seed, 1, ET_CAP_ENV);
	cwd = path_of(collide_cwd_first(seed), task);
	filename = path_of(!collide_cwd_first(seed), task);
	ev = et_emit_begin(&em, PROCESS_EXEC, process_exec,
			   (sleeps ? 0 : et_need_cgroup(&cgroup)) + et_need(&argv) + et_need(&env) +
				   et_need(&cwd) + et_need(&filename));
	if (!ev)
		return 0;
	fill_fixed(ev, sizeof(*ev), seed);
	if (!sleeps)
		et_put_cgroup(&em, &cgroup);
	et_put_user(&em, ARGV, &argv);
	if (sleeps)
		take_a_while(page);
	et_put_user(&em, ENV, &env);
	et_put_path(&em, CWD, &cwd);
	et_put_path(&em, FILENAME, &filename);
	et_emit_submit(&em);
	return 0;
}

static __always_inline int make_tty(__u64 seed, bool sleeps, __u64 page)
{
	struct et_src out = bytes_of(seed, 0, ET_CAP_TTY_OUT);
	struct et_process_tty_write *ev;
	struct et_emit em;

	ev = et_emit_begin(&em, PROCESS_TTY_WRITE, process_tty_write, et_need(&out));
	if (!ev)
		return 0;
	fill_fixed(ev, sizeof(*ev), seed);
	if (sleeps)
		take_a_while(page);
	et_put_user(&em, TTY_OUT, &out);
	et_emit_submit(&em);
	return 0;
}

__weak int collide_strings_of(__u64 seed)
{
	const struct task_struct *task = et_current();
	struct et_process_exec_failed *ev;
	struct et_src args, cwd, name;
	struct et_emit em;

	args = et_src_user_strings(collide_strings + collide_first_string(seed) * sizeof(__u64),
				   ET_CAP_ARGV);
	cwd = path_of(collide_cwd_first(seed), task);
	name = et_src_user_str(collide_text + collide_one_string(seed) * COLLIDE_STRING_SIZE,
			       ET_CAP_FILENAME);
	ev = et_emit_begin(&em, PROCESS_EXEC_FAILED, process_exec_failed,
			   et_need(&args) + et_need(&cwd) + et_need(&name));
	if (!ev)
		return 0;
	fill_fixed(ev, sizeof(*ev), seed);
	et_put_user_strings(&em, ARGV, &args);
	et_put_path(&em, CWD, &cwd);
	et_put_user_str(&em, FILENAME, &name);
	et_emit_submit(&em);
	return 0;
}

__weak int collide_exec(__u64 seed)
{
	return make_exec(seed, false, 0);
}

__weak int collide_tty(__u64 seed)
{
	return make_tty(seed, false, 0);
}

__weak int collide_exec_sleeps(__u64 seed, __u64 page)
{
	return make_exec(seed, true, page);
}

__weak int collide_tty_sleeps(__u64 seed, __u64 page)
{
	return make_tty(seed, true, page);
}

/* Count the programs that are making a record now, which includes this one. */
static __always_inline struct collide_depths *enter(enum collide_source source)
{
	__u32 zero = 0;
	struct collide_depths *d = bpf_map_lookup_elem(&collisions, &zero);
	__u64 depth;

	if (!d)
		return NULL;
	__sync_fetch_and_add(&d->now, 1);
	depth = *(volatile __u64 *)&d->now;
	__sync_fetch_and_add(&d->seen[source][depth < COLLIDE_DEPTHS ? depth : 0], 1);
	return d;
}

static __always_inline void leave(struct collide_depths *d)
{
	__sync_fetch_and_add(&d->now, -1);
}

static __always_inline int collide(enum collide_source source)
{
	struct collide_depths *d;
	__u64 seed;

	if (bpf_get_current_pid_tgid() >> 32 != collide_tgid ||
	    bpf_get_smp_processor_id() != collide_cpu)
		return 0;
	d = enter(source);
	if (!d)
		return 0;
	seed = collide_seed(source, (__u64)bpf_get_prandom_u32() << 32 | bpf_get_prandom_u32());
	switch (collide_kind_of(seed)) {
	case COLLIDE_EXEC:
		collide_exec(seed);
		break;
	case COLLIDE_TTY:
		collide_tty(seed);
		break;
	default:
		collide_strings_of(seed);
	}
	leave(d);
	return 0;
}

SEC("?syscall")
int collide_sleep(struct collide_args *args)
{
	struct collide_depths *d = enter(COLLIDE_SLEEP);
	__u64 seed = args->seed, page = args->page;

	if (!d)
		return 0;
	if (collide_kind_of(seed) == COLLIDE_EXEC)
		collide_exec_sleeps(seed, page);
	else
		collide_tty_sleeps(seed, page);
	leave(d);
	return 0;
}

SEC("?syscall")
int collide_find_lanes(void *ctx)
{
	struct et_counts *counts;

	for (int i = 0; i < ET_LANES; i++) {
		__u32 key = i;

		collide_lanes[i] = (__u64)bpf_map_lookup_elem(&lanes, &key);
	}
	counts = et_counts_of(bpf_get_smp_processor_id(), ET_PROCESS_TTY_WRITE);
	collide_counter = counts ? (__u64)&counts->sent : 0;
	return 0;
}

SEC("?tp_btf/sys_enter")
int BPF_PROG(collide_task, struct pt_regs *regs, long id)
{
	return id == collide_syscall ? collide(COLLIDE_TASK) : 0;
}

SEC("?tp_btf/softirq_entry")
int BPF_PROG(collide_softirq)
{
	return collide(COLLIDE_SOFTIRQ);
}

SEC("?tp_btf/hrtimer_expire_entry")
int BPF_PROG(collide_hardirq)
{
	return collide(COLLIDE_HARDIRQ);
}

SEC("?perf_event")
int collide_clock(void *ctx)
{
	return collide(COLLIDE_CLOCK);
}

SEC("?perf_event")
int collide_watch(void *ctx)
{
	return collide(COLLIDE_WATCH);
}
