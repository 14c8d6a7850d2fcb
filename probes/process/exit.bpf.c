// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* PROCESS_EXIT: the last thread of a process has ended. */
#include "probes/core/cgroup.bpf.h"
#include "probes/core/file.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/task.bpf.h"

#define EEXIST            17 /* file or entry exists: include/uapi/asm-generic/errno-base.h */
#define SIGNAL_GROUP_EXIT 0x00000004 /* flag of signal_struct: include/linux/sched/signal.h */

/* si_code of SIGCHLD: include/uapi/asm-generic/siginfo.h */
#define CLD_EXITED 1
#define CLD_DUMPED 3

/*
 * The wait status that wait(2) will store, calculated as in wait_task_zombie(). SIGNAL_GROUP_EXIT
 * is set if a signal or exit_group(2) ended the whole process. Since 5.17 it is also set if the
 * last thread ended by exit(2). Then the status is that of the thread group. Otherwise it is the
 * leader's, even if another thread exits last.
 */
static __always_inline int exit_status(const struct task_struct *task)
{
	if (et_read(task, signal, flags) & SIGNAL_GROUP_EXIT)
		return et_read(task, signal, group_exit_code);
	return et_read(task, group_leader, exit_code);
}

/*
 * ---- exits that are sent later ----
 *
 * A process closes its files after the hook at its exit. So its connections would be reported as
 * closed after its exit. A later hook cannot read all fields of the exit: a process that has closed
 * its files loses its terminal, namespaces and directories. So the exit of a process with sockets
 * is saved at the hook. Another BPF program sends it when the parent is notified. By then all
 * threads of the process have closed their files.
 *
 * Only the cgroups are read when the exit is sent: since 5.2 a task keeps its cgroups until it is
 * freed, commit 6b115bf58e6f ("cgroup: Call cgroup_release() before __exit_signal()").
 */

/*
 * The saved exits of processes that have not closed their sockets yet. The member hdr.ts is the
 * time of the exit.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct et_process);
	__type(value, struct et_process_exit);
} exits_captured SEC(".maps");

/* Number of entries of exits_captured. If it is 0, no lookup is needed. */
volatile __u64 et_exits_captured = 0;

/*
 * User space sets this before it detaches the BPF programs. From then on, each exit is sent
 * immediately.
 */
volatile __u32 et_exits_at_once = 0;

/*
 * Largest number of descriptors that are checked for sockets. A process with a larger descriptor
 * table is assumed to have sockets.
 */
#define EXIT_DESCRIPTORS 256

/*
 * True if one of 64 descriptors is a socket. @files: address of the first descriptor's pointer to
 * its struct file; @open: a mask of the open descriptors.
 */
__weak int exit_have_socket(__u64 files, __u64 open)
{
	for (int i = 0; i < 64 && open >> i; i++) {
		const struct file *file;

		if (!(open >> i & 1))
			continue;
		file = et_pointer_at((void *)(files + i * sizeof(__u64)));
		if (file && et_inode_type(et_read(file, f_inode)) == S_IFSOCK)
			return 1;
	}
	return 0;
}

static __always_inline bool exit_has_sockets(const struct task_struct *task)
{
	const struct fdtable *fdt = et_read(task, files, fdt);
	__u64 files = et_read_address(fdt, fd), open_fds = et_read_address(fdt, open_fds);
	__u32 max = et_read(fdt, max_fds);

	if (max > EXIT_DESCRIPTORS)
		return true;
	/*
	 * Without this barrier, the compiler changes the loop's end condition to one that the
	 * verifier does not understand before 6.2.
	 */
	barrier_var(max);
	for (__u32 i = 0; i < EXIT_DESCRIPTORS && i < max; i += 64) {
		__u64 open = 0;

		/*
		 * Read the word by a helper, so that the verifier knows it as a plain number:
		 * global functions take only numbers.
		 */
		bpf_probe_read_kernel(&open, sizeof(open), (void *)(open_fds + i / 8));
		if (exit_have_socket(files + i * sizeof(__u64), open))
			return true;
	}
	return false;
}

static __always_inline void exit_fill(struct et_process_exit *ev, const struct task_struct *task)
{
	int status = exit_status(task);

	et_fill_task(ev, task);
	ev->exit_code = (status >> 8) & 0xff;
	ev->exit_signal = status & 0x7f;
	ev->core_dumped = !!(status & 0x80);
}

enum exit_captured {
	EXIT_HAS_NO_SOCKETS,
	EXIT_IS_CAPTURED,
	EXIT_HAS_NO_ROOM,
};

/*
 * If the current task's process has sockets, save its exit in exits_captured. Returns enum
 * exit_captured.
 */
__weak int exit_capture(void)
{
	static const struct et_process_exit empty = {};
	const struct task_struct *task = et_current();
	struct et_process_exit *captured;
	struct et_process key;

	/*
	 * Test et_config.exit_late first: without it, the map does not exist. Before 6.8 the
	 * verifier also checks global functions that are never called.
	 */
	if (!et_config.exit_late || !exit_has_sockets(task))
		return EXIT_HAS_NO_SOCKETS;
	key = et_process_of(task);
	if (bpf_map_update_elem(&exits_captured, &key, &empty, BPF_NOEXIST)) {
		et_refused(ET_TABLE_EXITS);
		return EXIT_HAS_NO_ROOM;
	}
	captured = bpf_map_lookup_elem(&exits_captured, &key);
	if (!captured)
		return EXIT_HAS_NO_ROOM;
	exit_fill(captured, task);
	captured->hdr.ts = bpf_ktime_get_ns();
	__sync_fetch_and_add(&et_exits_captured, 1);
	return EXIT_IS_CAPTURED;
}

/*
 * Called when the parent is notified, or when the process is freed: send the exit of @task's
 * process, if the exit was saved.
 */
static __always_inline int exit_send(const struct task_struct *task)
{
	struct et_process_exit *captured, *ev;
	struct et_src_cgroup cgroup;
	struct et_process key;
	struct et_emit em;

	if (!et_exits_captured)
		return 0;
	key = et_process_of(task);
	captured = bpf_map_lookup_elem(&exits_captured, &key);
	if (!captured)
		return 0;
	cgroup = et_src_cgroup(task);
	/*
	 * The current task may belong to another process, so name the group leader of @task as the
	 * cause of this event.
	 */
	ev = et_emit_begin_for(&em, PROCESS_EXIT, process_exit, et_need_cgroup(&cgroup),
			       et_read_address(task, group_leader));
	if (ev) {
		__builtin_memcpy((char *)ev + sizeof(ev->hdr), (char *)captured + sizeof(ev->hdr),
				 sizeof(*ev) - sizeof(ev->hdr));
		ev->closing_ns = ev->hdr.ts - captured->hdr.ts;
		et_put_cgroup(&em, &cgroup);
		et_emit_submit(&em);
	}
	__sync_fetch_and_add(&et_exits_captured, -1);
	bpf_map_delete_elem(&exits_captured, &key);
	return 0;
}

/*
 * At the exit of a process: make its record, or save the exit for exit_send(). @late is true if a
 * BPF program is attached that will call exit_send().
 */
static __always_inline int exit_body(const struct task_struct *task, bool late)
{
	struct et_process_exit *ev;
	int captured = EXIT_HAS_NO_SOCKETS;
	struct et_src_cgroup cgroup;
	struct et_emit em;

	if (et_is_kthread(task))
		return 0;
	if (et_skips(ET_PROCESS_EXIT, task))
		return 0;
	if (et_config.failed_only && !exit_status(task)) {
		et_filtered(ET_PROCESS_EXIT);
		return 0;
	}
	if (late && !et_exits_at_once)
		captured = exit_capture();
	if (captured == EXIT_IS_CAPTURED)
		return 0;
	cgroup = et_src_cgroup(task);
	ev = et_emit_begin(&em, PROCESS_EXIT, process_exit, et_need_cgroup(&cgroup));
	if (!ev)
		return 0;
	exit_fill(ev, task);
	ev->sockets_open = captured == EXIT_HAS_NO_ROOM;
	et_put_cgroup(&em, &cgroup);
	et_emit_submit(&em);
	return 0;
}

/*
 * At the entry of do_notify_parent(task, sig). The kernel calls this function when all threads of a
 * process have ended, and when a tracer detaches from the process.
 */
SEC("?fentry")
int BPF_PROG(exit_notify_fentry, struct task_struct *task)
{
	return exit_send(task);
}

SEC("?kprobe")
int BPF_KPROBE(exit_notify_kprobe, struct task_struct *task)
{
	return exit_send(task);
}

/*
 * At the signal by which the kernel notifies the parent of an exit. The kernel sends no signal if
 * the parent ignores SIGCHLD, or if the process has no exit signal.
 */
SEC("?tp_btf/signal_generate")
int exit_notify_tp_btf(__u64 *ctx)
{
	const struct kernel_siginfo *info = (void *)ctx[1];
	const struct task_struct *leader;
	int code;

	/* The values 0 and 1 are not addresses: SEND_SIG_NOINFO and SEND_SIG_PRIV. */
	if (!et_exits_captured || ctx[1] <= 1)
		return 0;
	code = et_read(info, si_code);
	if (code < CLD_EXITED || code > CLD_DUMPED)
		return 0;
	leader = et_read(et_current(), group_leader);
	if (ctx[2] != (__u64)et_read(leader, parent))
		return 0;
	return exit_send(leader);
}

/*
 * Runs when the kernel frees a task. If the parent ignores SIGCHLD, this is soon after the task's
 * exit. Only the group leader matters here, because it is freed after the other threads. A former
 * leader, which another thread has replaced by execve, is ignored: its pid is no longer the tgid.
 */
SEC("?tp_btf/sched_process_free")
int exit_free_tp_btf(__u64 *ctx)
{
	const struct task_struct *task = (void *)ctx[0];

	if (!et_exits_captured || et_read(task, pid) != et_read(task, tgid))
		return 0;
	return exit_send(task);
}

/*
 * False if the process has no exit signal. Such a process can stay a zombie for ever, and no hook
 * would send its saved exit.
 */
static __always_inline bool exit_signals(const struct task_struct *task)
{
	return et_read(task, group_leader, exit_signal) > 0;
}

/*
 * Processes whose exit is already reported. New entries replace the oldest.
 *
 * Before 6.16 the tracepoint sched_process_exit has no argument that tells whether the thread is
 * the last of its process. The tracepoint runs some time after the thread has decremented the count
 * of live threads. If several threads end together, for example by exit_group(2), more than one may
 * read a count of 0. The first one that adds the process to this map reports the exit.
 *
 * Process ID and start time identify a process until the next boot. User space creates the map only
 * on kernels that need it.
 */
struct exit_once {
	__u64 start_time_ns;
	__u64 tgid;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct exit_once);
	__type(value, __u8);
} exits_sent SEC(".maps");

/* True if another thread already reported this exit; exactly one concurrent caller gets false. */
static __always_inline bool exit_is_sent(const struct task_struct *task)
{
	struct exit_once key = {
		.start_time_ns = BPF_CORE_READ(task, group_leader, start_time),
		.tgid = BPF_CORE_READ(task, tgid),
	};
	__u8 yes = 1;

	/*
	 * Any other error than EEXIST means that memory is lacking. Then the exit is perhaps
	 * reported twice, but never lost. Before 6.4 only the lower half of the result is valid:
	 * commit d7ba4cc900bf ("bpf: return long from bpf_map_ops funcs").
	 */
	return (int)bpf_map_update_elem(&exits_sent, &key, &yes, BPF_NOEXIST) == -EEXIST;
}

SEC("?tp_btf/sched_process_exit")
int exit_tp_btf(__u64 *ctx)
{
	const struct task_struct *task = (void *)ctx[0];

	if (et_config.exit_has_group_dead) {
		if (!(ctx[1] & 0xff))
			return 0;
	} else if (et_read(task, signal, live.counter) || exit_is_sent(task)) {
		return 0;
	}
	return exit_body(task, et_config.exit_late && exit_signals(task));
}

/*
 * At the entry of taskstats_exit(task, group_dead), which the kernel calls for each thread that
 * exits. @group_dead is true if the thread is the last of its process.
 */
SEC("?fentry")
int BPF_PROG(exit_fentry, struct task_struct *task, int group_dead)
{
	return group_dead ? exit_body(task, et_config.exit_late) : 0;
}

SEC("?kprobe")
int BPF_KPROBE(exit_kprobe, struct task_struct *task, int group_dead)
{
	return group_dead ? exit_body(task, et_config.exit_late) : 0;
}
