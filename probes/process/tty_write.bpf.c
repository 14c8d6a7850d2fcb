// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * PROCESS_TTY_WRITE: a process has written to a terminal.
 *
 * Some BPF programs of this file hook the exit of the system calls that write user memory (write,
 * writev and pwritev2). Others hook the return of the kernel's write function for terminals. User
 * space attaches one of the two kinds. Data that splice(2) or sendfile(2) move from a file to a
 * terminal are not reported.
 */
#include "probes/core/arch.bpf.h"
#include "probes/core/call_file.bpf.h"
#include "probes/core/feedback.bpf.h"
#include "probes/core/file.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/put.bpf.h"
#include "probes/core/syscall.bpf.h"
#include "probes/core/task.bpf.h"

#define ECHO 0000010 /* a bit of c_lflag: include/uapi/asm-generic/termbits.h */

/* Device numbers of terminals: include/uapi/linux/major.h */
#define TTY_MAJOR               4
#define TTYAUX_MAJOR            5
#define UNIX98_PTY_MASTER_MAJOR 128
#define UNIX98_PTY_SLAVE_LAST   143

/* Largest number of events of one writev(2): further segments count as lost events. */
#define TTY_SEGMENTS 128
/* largest number of segments of a writev(2): UIO_MAXIOV of include/uapi/linux/uio.h */
#define TTY_SEGMENTS_MAX 1024
#define TTY_CHUNK        16 /* segments that one call of tty_count_some() counts */
#define TTY_COUNT_SHIFT  56

static __always_inline bool tty_is_major(__u32 major)
{
	return major == TTY_MAJOR || major == TTYAUX_MAJOR ||
	       (major >= UNIX98_PTY_MASTER_MAJOR && major <= UNIX98_PTY_SLAVE_LAST);
}

/*
 * True if @file is a terminal. Compare its write function or, if the address of the terminals'
 * write function is unknown, its device number.
 */
static __always_inline bool tty_is_one(struct file *file)
{
	__u64 write_iter;
	struct inode *inode;

	if (et_config.tty_write_addr) {
		write_iter = (__u64)et_read(file, f_op, write_iter);
		return write_iter == et_config.tty_write_addr ||
		       (write_iter && write_iter == et_config.redirected_tty_write_addr);
	}
	inode = et_read(file, f_inode);
	if (et_inode_type(inode) != S_IFCHR)
		return false;
	return tty_is_major(et_read(inode, i_rdev) >> 20);
}

static __always_inline struct tty_struct *tty_of(struct file *file)
{
	struct tty_file_private *priv;

	if (!file || !tty_is_one(file) || !(et_read(file, f_mode) & FMODE_WRITE))
		return NULL;
	priv = et_read(file, private_data);
	return et_read(priv, tty);
}

/*
 * True if the terminal @tty is in the table @ttys. An element without the number of a devpts file
 * system matches the ptys with its device number in all devpts file systems.
 */
static __always_inline bool tty_in(__u64 tty, const volatile __u64 *ttys)
{
	for (int i = 0; i < ET_QUIET_TTYS; i++)
		if (ttys[i] && (ttys[i] == tty || ttys[i] == (__u32)tty))
			return true;
	return false;
}

/*
 * True if a write to the terminal @to must not be recorded, because each record would cause another
 * such write. These are writes to the terminal that shows the tracer's output, writes of the
 * tracer's ancestors, and writes of the tracer's pipeline to quiet_pgid_ttys.
 */
static __always_inline bool tty_is_quiet(const struct task_struct *task, const struct et_tty *to)
{
	__u64 tty = ET_TERMINAL(to->devpts, to->major, to->minor);
	__u32 tgid = et_read(task, tgid);

	/*
	 * The list ends at the first 0. The verifier knows the list's values and removes the rest
	 * of the loop.
	 */
	for (int i = 0; i < ET_QUIET_TGIDS && et_config.quiet_tgids[i]; i++)
		if (et_config.quiet_tgids[i] == tgid)
			return true;
	if (tty_in(tty, et_config.quiet_ttys))
		return true;
	return et_config.quiet_pgid && tty_in(tty, et_config.quiet_pgid_ttys) &&
	       et_pgid(task) == et_config.quiet_pgid;
}

/*
 * Fill @ret with the terminal that the event names. For a pty this is the slave, whichever side is
 * written to. Returns false if the write is no event. Input through the master is no event if
 * neither side echoes it, because it may be a password.
 */
static __always_inline bool tty_resolve(struct tty_struct *tty, struct et_tty *ret)
{
	struct tty_struct *slave = tty;
	bool master = et_tty_is_master(et_read(tty, driver));

	if (master)
		slave = et_read(tty, link);
	if (!slave)
		return false;
	et_fill_tty(ret, slave);
	if (!ret->major && !ret->minor)
		return false;
	return !master || ret->termios_c_lflag & ECHO || et_read(tty, termios.c_lflag) & ECHO;
}

static __always_inline int tty_emit(const struct task_struct *task, const struct et_tty *tty,
				    __u64 base, __u64 len)
{
	struct et_src out = et_src_user(base, len, ET_CAP_TTY_OUT);
	struct et_process_tty_write *ev;
	struct et_emit em;

	ev = et_emit_begin(&em, PROCESS_TTY_WRITE, process_tty_write, et_need(&out));
	if (!ev)
		return 0;
	et_fill_pids(&ev->pids, task);
	ev->tty = *tty;
	et_fill_comm(ev->comm, task);
	ev->ruid = et_read(task, cred, uid.val);
	ev->cgroup_id = et_cgroup_id(task);
	et_put_user(&em, TTY_OUT, &out);
	et_emit_submit(&em);
	return 0;
}

/* If a write to @file must be recorded: fill @ret with the terminal, and return true. */
static __always_inline bool tty_begin(const struct task_struct *task, struct file *file,
				      struct et_tty *ret)
{
	struct tty_struct *tty = tty_of(file);

	if (!tty)
		return false;
	if (et_skips(ET_PROCESS_TTY_WRITE, task))
		return false;
	if (!tty_resolve(tty, ret))
		return false;
	if (tty_is_quiet(task, ret)) {
		et_filtered(ET_PROCESS_TTY_WRITE);
		return false;
	}
	return !et_feeds_back(ET_PROCESS_TTY_WRITE);
}

/*
 * Make the record of one segment of a writev(2). A global function: the verifier checks it once and
 * not for each segment.
 */
__weak int tty_segment(__u64 file, __u64 base, __u64 len)
{
	const struct task_struct *task = et_current();
	struct tty_struct *tty = tty_of((struct file *)file);
	struct et_tty to = {};

	if (tty && tty_resolve(tty, &to))
		tty_emit(task, &to, base, len);
	return 0;
}

/*
 * Skip up to TTY_CHUNK segments at the user address @iov. The result has two parts. From bit
 * TTY_COUNT_SHIFT on: the number of these segments that are not empty. Below this bit: @written
 * less the bytes of these segments. The result is ~0 if the segments cannot be read.
 */
__weak __u64 tty_count_some(__u64 iov, __u64 count, __u64 written)
{
	__u64 lost = 0, len;
	struct iovec segment;

	for (int i = 0; i < TTY_CHUNK && i < count && written; i++) {
		if (et_probe_read_user(&segment, sizeof(segment), iov + i * sizeof(segment)))
			return ~0ULL;
		len = segment.iov_len < written ? segment.iov_len : written;
		lost += !!len;
		written -= len;
	}
	return lost << TTY_COUNT_SHIFT | written;
}

/*
 * Count as lost one event for each of the @count segments at the user address @iov, which together
 * have @written bytes. An empty segment is no event.
 */
__weak int tty_lost(__u64 iov, __u64 count, __u64 written)
{
	__u64 lost = 0, some;

	for (int i = 0; i < TTY_SEGMENTS_MAX / TTY_CHUNK && count && written; i++) {
		some = tty_count_some(iov, count, written);
		/*
		 * The segments cannot be read: count the largest number of events that they can
		 * cause.
		 */
		if (some == ~0ULL) {
			et_lost_as(ET_PROCESS_TTY_WRITE, ET_LOST_CAUSE_FAULT,
				   count < written ? count : written);
			break;
		}
		lost += some >> TTY_COUNT_SHIFT;
		written = some & ((1ULL << TTY_COUNT_SHIFT) - 1);
		iov += TTY_CHUNK * sizeof(struct iovec);
		count = count > TTY_CHUNK ? count - TTY_CHUNK : 0;
	}
	if (lost)
		et_lost_as(ET_PROCESS_TTY_WRITE, ET_LOST_CAUSE_SEGMENTS, lost);
	return 0;
}

/*
 * Report a write of the @written bytes at the user address @base. @slot: address of a pointer to
 * the terminal's struct file.
 */
static __always_inline int tty_piece(const struct task_struct *task, struct file **slot, __u64 base,
				     __u64 written)
{
	struct et_tty tty = {};

	if (!slot || !tty_begin(task, et_pointer_at(slot), &tty))
		return 0;
	return tty_emit(task, &tty, base, written);
}

/*
 * Report a writev(2) of @written bytes in @count segments at the user address @iov: each segment is
 * an event. @slot: address of a pointer to the terminal's struct file.
 */
static __always_inline int tty_vector(const struct task_struct *task, struct file **slot, __u64 iov,
				      __u64 count, __u64 written)
{
	struct et_tty tty = {};
	struct iovec segment;
	__u64 file = 0, i, len;

	if (!slot || !tty_begin(task, et_pointer_at(slot), &tty))
		return 0;
	/*
	 * Read the address by a helper, so that the verifier knows it as a number: global functions
	 * take only numbers.
	 */
	bpf_probe_read_kernel(&file, sizeof(file), slot);
	for (i = 0; i < TTY_SEGMENTS && i < count && written; i++) {
		if (et_probe_read_user(&segment, sizeof(segment), iov + i * sizeof(segment)))
			break;
		len = segment.iov_len < written ? segment.iov_len : written;
		if (len)
			tty_segment(file, (__u64)segment.iov_base, len);
		written -= len;
	}
	if (i < count && written)
		tty_lost(iov + i * sizeof(segment), count - i, written);
	return 0;
}

/*
 * All BPF programs below except tty_write_kprobe run after the write. So they know the number of
 * bytes written. The kernel has read the data by then, so the data's pages are in memory. A BPF
 * program could not wait for a page.
 */

/*
 * Address of a pointer to the file that the system call wrote to; NULL: the file is already closed.
 * @call: the result of call_file_exit(). @fd: the system call's descriptor.
 */
static __always_inline struct file **tty_slot(const struct task_struct *task,
					      struct call_file *call, __u32 fd)
{
	if (!call)
		return et_file_slot_of(task, fd);
	if (call_file_is_there(call))
		return (struct file **)&call->file;
	if ((call->mode & S_IFMT) == S_IFCHR && tty_is_major(call->major))
		et_lost_as(ET_PROCESS_TTY_WRITE, ET_LOST_CAUSE_UNKNOWN, 1);
	return NULL;
}

/* ---- at the exit of system calls ------------------------------------------------------ */

SEC("?tracepoint")
int tty_write_tp(void *ctx)
{
	const struct task_struct *task = et_current();
	struct call_file *call = call_file_exit(task, CALL_FILE_TTY);
	const struct pt_regs *regs;
	long ret = et_exit_ret(ctx);

	if (ret <= 0)
		return 0;
	regs = et_syscall_regs(task);
	return tty_piece(task, tty_slot(task, call, et_syscall_arg1(regs)), et_syscall_arg2(regs),
			 ret);
}

/*
 * At the exit of writev(2), and of pwritev2(2) without an offset: with an offset, a write to a
 * terminal fails.
 */
SEC("?tracepoint")
int tty_writev_tp(void *ctx)
{
	const struct task_struct *task = et_current();
	struct call_file *call = call_file_exit(task, CALL_FILE_TTY);
	const struct pt_regs *regs;
	long ret = et_exit_ret(ctx);

	if (ret <= 0)
		return 0;
	regs = et_syscall_regs(task);
	return tty_vector(task, tty_slot(task, call, et_syscall_arg1(regs)), et_syscall_arg2(regs),
			  et_syscall_arg3(regs), ret);
}

/* ---- at the return of the terminals' write function ----------------------------------- */

/*
 * True if the running BPF program must report a write to the file at *@slot. /dev/console has its
 * own write function, which may call the write function of other terminals. So one write may run
 * the BPF programs of both functions. Only the BPF program of the outer function reports the write.
 * @console: true if the running BPF program hooks the function of /dev/console.
 */
static __always_inline bool tty_is_for(struct file **slot, bool console)
{
	struct file *file = et_pointer_at(slot);
	__u64 write_iter = (__u64)et_read(file, f_op, write_iter);

	return console == (et_config.redirected_tty_write_addr &&
			   write_iter == et_config.redirected_tty_write_addr);
}

/*
 * Report the write of the current system call, if it is one of the system calls below. Its
 * arguments give the address of the data.
 */
static __always_inline int tty_call(const struct task_struct *task, const struct pt_regs *regs,
				    struct file **slot, __u64 written)
{
	__u64 nr = et_syscall_nr(regs);

	if (et_syscall_is_compat(task))
		return 0;
	if (nr == ET_NR_WRITE)
		return tty_piece(task, slot, et_syscall_arg2(regs), written);
	if (nr == ET_NR_WRITEV || nr == ET_NR_PWRITEV2)
		return tty_vector(task, slot, et_syscall_arg2(regs), et_syscall_arg3(regs),
				  written);
	return 0;
}

/*
 * At the return of the terminals' write function: report the write. The file is in @iocb. If the
 * data are one piece of memory, @from has the data's address since 6.0 (commit fcb14cb1bdac, "new
 * iov_iter flavour - ITER_UBUF"). This includes writes of 32-bit programs and of io_uring. In other
 * cases @from no longer has the addresses of the data, so the system call's arguments are used.
 */
static __always_inline int tty_traced(struct kiocb *iocb, struct iov_iter *from, long ret,
				      bool console)
{
	const struct task_struct *task = et_current();
	struct file **slot = &iocb->ki_filp;

	if (ret <= 0 || !tty_is_for(slot, console))
		return 0;
	if (bpf_core_enum_value_exists(enum iter_type, ITER_UBUF) &&
	    et_read(from, iter_type) == bpf_core_enum_value(enum iter_type, ITER_UBUF))
		return tty_piece(task, slot, et_read_address(from, ubuf), ret);
	return tty_call(task, et_syscall_regs(task), slot, ret);
}

SEC("?fexit")
int BPF_PROG(tty_write_fexit, struct kiocb *iocb, struct iov_iter *from, long ret)
{
	return tty_traced(iocb, from, ret, false);
}

SEC("?fexit")
int BPF_PROG(tty_console_fexit, struct kiocb *iocb, struct iov_iter *from, long ret)
{
	return tty_traced(iocb, from, ret, true);
}

/*
 * At the return of the terminals' write function: report the write. A kretprobe knows only the
 * return value, so the file is found by the descriptor of the system call.
 */
static __always_inline int tty_probed(long ret, bool console)
{
	const struct task_struct *task = et_current();
	struct call_file *call = call_file_exit(task, CALL_FILE_TTY);
	const struct pt_regs *regs;
	struct file **slot;

	if (ret <= 0)
		return 0;
	regs = et_syscall_regs(task);
	slot = tty_slot(task, call, et_syscall_arg1(regs));
	if (!slot || !tty_is_for(slot, console))
		return 0;
	return tty_call(task, regs, slot, ret);
}

/*
 * At the entry of the terminals' write function. If other tasks share the descriptor table, save
 * the file, because the kretprobe cannot get it. A write to /dev/console may call this function
 * with the file of another terminal; that file is not saved.
 */
SEC("?kprobe")
int tty_write_kprobe(struct pt_regs *ctx)
{
	const struct kiocb *iocb = (const struct kiocb *)PT_REGS_PARM1(ctx);
	const struct task_struct *task = et_current();
	struct call_file *call;
	struct file **slot;

	if (!call_file_is_shared(task)) {
		/*
		 * Forget a file that an earlier write has saved, in case the kretprobe was not
		 * called.
		 */
		call_file_exit(task, CALL_FILE_TTY);
		return 0;
	}
	call = call_files_make();
	if (!call)
		return 0;
	call->readers = 0;
	slot = et_file_slot_of(task, et_syscall_arg1(et_syscall_regs(task)));
	if (!slot || !tty_is_for(slot, true))
		call_file_fill(call, et_read(iocb, ki_filp), CALL_FILE_TTY);
	return 0;
}

SEC("?kretprobe")
int tty_write_kretprobe(struct pt_regs *ctx)
{
	return tty_probed(PT_REGS_RC(ctx), false);
}

SEC("?kretprobe")
int tty_console_kretprobe(struct pt_regs *ctx)
{
	return tty_probed(PT_REGS_RC(ctx), true);
}
