/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/syscall_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tools/eventstrace/output_flags.h"

/* A permitted system call. If arg.op is not 0, the call is permitted only with this argument. */
struct permitted {
	int call;
	struct scmp_arg_cmp arg;
};

/* Argument @n must have none of these bits. */
#define WITHOUT(n, bits) { (n), SCMP_CMP_MASKED_EQ, (bits), 0 }
#define IS(n, value)     { (n), SCMP_CMP_EQ, (value), 0 }

#define WRITES (O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND)

static const struct permitted permitted[] = {
	/* For rings, output and messages. The most frequent calls come first. */
	{ SCMP_SYS(epoll_wait), { 0 } },
	{ SCMP_SYS(write), { 0 } },
	{ SCMP_SYS(read), { 0 } },
	{ SCMP_SYS(poll), { 0 } },
	{ SCMP_SYS(timerfd_settime), { 0 } },
	{ SCMP_SYS(clock_gettime), { 0 } }, /* for kernels whose vDSO cannot read the clock */
	{ SCMP_SYS(gettimeofday), { 0 } },
	{ SCMP_SYS(writev), { 0 } },
	{ SCMP_SYS(pread64), { 0 } },
	{ SCMP_SYS(pwrite64), { 0 } },
	{ SCMP_SYS(lseek), { 0 } },
	{ SCMP_SYS(epoll_pwait), { 0 } },
	{ SCMP_SYS(epoll_ctl), { 0 } },
	{ SCMP_SYS(ppoll), { 0 } },
	{ SCMP_SYS(close), { 0 } },
	/* To read files for the summary. Landlock restricts these files. */
	{ SCMP_SYS(openat), WITHOUT(2, WRITES) },
	{ SCMP_SYS(newfstatat), { 0 } },
	{ SCMP_SYS(fstat), { 0 } },
	{ SCMP_SYS(fcntl), IS(1, F_GETFL) },
	{ SCMP_SYS(fcntl), IS(1, F_GETFD) },
	/* For isatty(3), and for libbpf, which disables a perf event before it closes the event. */
	{ SCMP_SYS(ioctl), IS(1, TCGETS) },
	{ SCMP_SYS(ioctl), IS(1, PERF_EVENT_IOC_DISABLE) },
	/* Width of the terminal, for text lines. */
	{ SCMP_SYS(ioctl), IS(1, TIOCGWINSZ) },
	/* Number of bytes that the output's reader has not read. */
	{ SCMP_SYS(ioctl), IS(1, FIONREAD) },
	{ SCMP_SYS(ioctl), IS(1, TIOCOUTQ) },
	/* Memory must not be executable. */
	{ SCMP_SYS(mmap), WITHOUT(2, PROT_EXEC) },
	{ SCMP_SYS(mprotect), WITHOUT(2, PROT_EXEC) },
	{ SCMP_SYS(munmap), { 0 } },
	{ SCMP_SYS(mremap), { 0 } },
	{ SCMP_SYS(madvise), { 0 } },
	{ SCMP_SYS(brk), { 0 } },
	/*
	 * Threads detach the programs. CLONE_THREAD must be set, so that no process can be started.
	 */
	{ SCMP_SYS(clone), { 0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD } },
	{ SCMP_SYS(set_robust_list), { 0 } },
	{ SCMP_SYS(rseq), { 0 } },
	{ SCMP_SYS(futex), { 0 } },
	{ SCMP_SYS(exit), { 0 } },
	{ SCMP_SYS(sched_yield), { 0 } },
	{ SCMP_SYS(sched_getaffinity), { 0 } },
	{ SCMP_SYS(membarrier), { 0 } },
	{ SCMP_SYS(nanosleep), { 0 } },
	{ SCMP_SYS(clock_nanosleep), { 0 } },
	/* For signals and the exit. */
	{ SCMP_SYS(rt_sigaction), { 0 } },
	{ SCMP_SYS(rt_sigprocmask), { 0 } },
	{ SCMP_SYS(rt_sigreturn), { 0 } },
	{ SCMP_SYS(restart_syscall), { 0 } },
	{ SCMP_SYS(getpid), { 0 } },
	{ SCMP_SYS(gettid), { 0 } },
	{ SCMP_SYS(exit_group), { 0 } },
};

/* This program never makes these calls. A process that makes one executes foreign code. */
static const int fatal[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(fork),
	SCMP_SYS(vfork),
	SCMP_SYS(socket),
	SCMP_SYS(socketpair),
	SCMP_SYS(connect),
	SCMP_SYS(bind),
	SCMP_SYS(listen),
	SCMP_SYS(accept),
	SCMP_SYS(accept4),
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(pidfd_open),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(pidfd_send_signal),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(delete_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(kexec_file_load),
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(move_mount),
	SCMP_SYS(fsopen),
	SCMP_SYS(fsmount),
	SCMP_SYS(open_tree),
	SCMP_SYS(pivot_root),
	SCMP_SYS(chroot),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	SCMP_SYS(open_by_handle_at),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(io_uring_enter),
	SCMP_SYS(io_uring_register),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(keyctl),
};

/*
 * Commands of bpf(2) on descriptors that are already open. The maps have counters, and the
 * processes that read the output. The iterator finds these processes.
 */
static const enum bpf_cmd commands[] = {
	BPF_MAP_LOOKUP_ELEM, BPF_MAP_GET_NEXT_KEY,   BPF_MAP_UPDATE_ELEM,
	BPF_MAP_DELETE_ELEM, BPF_OBJ_GET_INFO_BY_FD, BPF_ITER_CREATE,
};

static int permit(scmp_filter_ctx ctx, int call, struct scmp_arg_cmp arg)
{
	return seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, call, arg.op ? 1 : 0, &arg);
}

static int add_rules(scmp_filter_ctx ctx, bool maps)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(permitted) / sizeof(*permitted); i++)
		r = permit(ctx, permitted[i].call, permitted[i].arg);
	for (size_t i = 0; r == 0 && i < sizeof(fatal) / sizeof(*fatal); i++)
		r = seccomp_rule_add_array(ctx, SCMP_ACT_KILL_PROCESS, fatal[i], 0, NULL);
	/*
	 * A filter cannot read the flags of clone3(2), because they are in memory. After ENOSYS,
	 * the C library uses clone(2), which this filter restricts to threads.
	 */
	if (r == 0)
		r = seccomp_rule_add_array(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0, NULL);
	/* For raise(3) and abort(3): the target must be this process. */
	if (r == 0)
		r = permit(ctx, SCMP_SYS(tgkill),
			   (struct scmp_arg_cmp)IS(0, (scmp_datum_t)getpid()));
	for (size_t i = 0; r == 0 && maps && i < sizeof(commands) / sizeof(*commands); i++)
		r = permit(ctx, SCMP_SYS(bpf), (struct scmp_arg_cmp)IS(0, commands[i]));
	return r;
}

/* Permit send(2) without an address, on a socket that is already open. */
static int permit_sending(scmp_filter_ctx ctx, int fd)
{
	const struct scmp_arg_cmp args[] = {
		IS(0, (scmp_datum_t)fd),
		IS(4, 0),
	};

	return seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, SCMP_SYS(sendto), 2, args);
}

/* openat() in one folder, with these flags exactly. */
static int permit_opening(scmp_filter_ctx ctx, int folder, int flags)
{
	const struct scmp_arg_cmp args[] = {
		IS(0, (scmp_datum_t)folder),
		IS(2, (scmp_datum_t)flags),
	};

	return seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, SCMP_SYS(openat), 2, args);
}

/* Permit to rename and remove files in one folder. */
static int permit_renaming(scmp_filter_ctx ctx, int folder)
{
	const struct scmp_arg_cmp both[] = {
		IS(0, (scmp_datum_t)folder),
		IS(2, (scmp_datum_t)folder),
	};
	const struct scmp_arg_cmp file[] = {
		IS(0, (scmp_datum_t)folder),
		IS(2, 0),
	};
	int r = seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, SCMP_SYS(renameat), 2, both);

	if (r < 0)
		return r;
	return seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, SCMP_SYS(unlinkat), 2, file);
}

/* What the thread that writes segments does with open files. */
static int permit_segments(scmp_filter_ctx ctx, int folder)
{
	int r = permit(ctx, SCMP_SYS(flock),
		       (struct scmp_arg_cmp)IS(1, (scmp_datum_t)(LOCK_EX | LOCK_NB)));

	if (r == 0)
		r = permit(ctx, SCMP_SYS(fdatasync), (struct scmp_arg_cmp){ 0 });
	if (r == 0)
		r = permit(ctx, SCMP_SYS(fsync), (struct scmp_arg_cmp)IS(0, (scmp_datum_t)folder));
	return r;
}

static int permit_files(scmp_filter_ctx ctx, const struct privileges_files *files)
{
	int r = 0;

	if (files->modes)
		r = permit(ctx, SCMP_SYS(ioctl), (struct scmp_arg_cmp)IS(1, TCSETS));
	if (!files->count || r < 0)
		return r;
	r = permit(ctx, SCMP_SYS(geteuid), (struct scmp_arg_cmp){ 0 });
	for (size_t i = 0; r == 0 && i < files->count; i++) {
		int folder = files->folders[i].fd;
		bool known = false;

		for (size_t before = 0; before < i; before++)
			known |= files->folders[before].mode == files->folders[i].mode;
		if (!known)
			r = permit(ctx, SCMP_SYS(fchmod),
				   (struct scmp_arg_cmp)IS(1, files->folders[i].mode));
		if (r == 0)
			r = permit_opening(ctx, folder, OUTPUT_MAKE);
		if (r == 0)
			r = permit_opening(ctx, folder, OUTPUT_CONTINUE);
		if (r == 0 && files->folders[i].rename)
			r = permit_renaming(ctx, folder);
		if (r == 0 && files->folders[i].segments)
			r = permit_segments(ctx, folder);
	}
	return r;
}

int syscall_filter_load(bool maps, const int *sockets, size_t count,
			const struct privileges_files *files)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int r;

	if (!ctx)
		return -ENOMEM;
	r = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	/*
	 * Before Linux 5.16, a seccomp filter enables the mitigation of Speculative Store Bypass,
	 * which slows down the process. This attribute prevents that. The mitigation protects
	 * programs that run code of other users, which this program does not.
	 */
	if (r == 0)
		(void)seccomp_attr_set(ctx, SCMP_FLTATR_CTL_SSB, 1);
	if (r == 0)
		r = add_rules(ctx, maps);
	for (size_t i = 0; r == 0 && i < count; i++)
		r = permit_sending(ctx, sockets[i]);
	if (r == 0)
		r = permit_files(ctx, files);
	/* Return the kernel's errno, not libseccomp's. */
	if (r == 0)
		(void)seccomp_attr_set(ctx, SCMP_FLTATR_API_SYSRAWRC, 1);
	if (r == 0)
		r = seccomp_load(ctx);
	seccomp_release(ctx);
	return r;
}
