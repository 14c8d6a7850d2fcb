/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests lib/kernel on the running kernel; needs root. */
#include <asm/ptrace.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <cmocka.h>

#include "lib/kernel/features.h"
#include "lib/kernel/kallsyms.h"
#include "lib/kernel/init_pidns.h"
#include "lib/kernel/pt_regs_offset.h"
#include "lib/kernel/tracefs.h"
#include "lib/wire/schema.h"
#include "lib/wire/shared.h"

/* The BPF program and /proc/kallsyms give the same addresses. */
static void test_kallsyms(void **state)
{
	struct et_ksym asked[] = { { "tty_write", 0 }, { "no_such_function", 1 } };
	struct et_ksym read[] = { { "tty_write", 0 }, { "no_such_function", 1 } };

	(void)state;
	assert_int_equal(et_kallsyms__find(asked, 2), 1);
	assert_int_equal(et_kallsyms__read("/proc/kallsyms", read, 2), 1);
	assert_true(read[0].addr > 0xffff000000000000);
	assert_int_equal(asked[0].addr, read[0].addr);
	assert_int_equal(asked[1].addr, 1);
	assert_int_equal(read[1].addr, 1);
}

static size_t read_text(const char *text, struct et_ksym *syms, size_t count)
{
	char path[] = "/tmp/kallsyms.XXXXXX";
	int fd = mkstemp(path);
	size_t found;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	found = et_kallsyms__read(path, syms, count);
	unlink(path);
	return found;
}

static void test_kallsyms_text(void **state)
{
	struct et_ksym syms[] = { { "one", 0 }, { "two", 0 } };

	(void)state;
	/* In kallsyms, per-CPU variables have the address 0, and symbols of modules come last. */
	assert_int_equal(read_text("0000000000000000 A percpu\nffffffff81000010 t one_more\n"
				   "ffffffff81000020 T two\nffffffffc0000000 t one\t[mod]\n",
				   syms, 2),
			 1);
	assert_int_equal(syms[0].addr, 0);
	assert_int_equal(syms[1].addr, 0xffffffff81000020);

	/* If kallsyms hides addresses, no symbol is found. */
	syms[1].addr = 0;
	assert_int_equal(read_text("0000000000000000 T one\n0000000000000000 T two\n", syms, 2), 0);
	assert_int_equal(et_kallsyms__read("/no/such/file", syms, 2), 0);
}

/* et_tracefs__open() finds tracefs whether it is mounted or not. */
static void test_tracefs(void **state)
{
	__u64 id = 0, id2 = 0;
	int fd = -1, status;
	pid_t pid;

	(void)state;
	assert_int_equal(et_tracefs__open(&fd), 0);
	assert_int_equal(et_tracefs__id(fd, "syscalls/sys_exit_setsid", &id), 0);
	assert_true(id > 0);
	assert_int_equal(et_tracefs__id(fd, "syscalls/sys_enter_setsid", &id2), 0);
	assert_int_not_equal(id, id2);
	assert_int_equal(et_tracefs__id(fd, "syscalls/sys_exit_nothing", &id2), -ENOENT);
	assert_int_equal(et_tracefs__id(fd, "../events", &id2), -ENOENT);
	close(fd);

	pid = fork();
	if (pid == 0) {
		id2 = 0;
		if (unshare(CLONE_NEWNS) < 0 ||
		    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
			_exit(2);
		/* Mount an empty /sys/kernel, so that neither path of tracefs exists. */
		if (mount("none", "/sys/kernel", "tmpfs", 0, NULL) < 0)
			_exit(3);
		if (et_tracefs__open(&fd) < 0)
			_exit(4);
		if (et_tracefs__id(fd, "syscalls/sys_exit_setsid", &id2) < 0 || id2 != id)
			_exit(5);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* The first process of a PID namespace has the ID 1 there. BPF programs see another ID. */
static void test_self(void **state)
{
	__u32 *seen = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;
	int status;

	(void)state;
	assert_ptr_not_equal(seen, MAP_FAILED);
	pid = fork();
	if (pid == 0) {
		seen[0] = et_init_pidns__tgid();
		seen[1] = (__u32)getpid();
		if (unshare(CLONE_NEWPID) < 0)
			_exit(2);
		pid = fork();
		if (pid == 0) {
			seen[2] = et_init_pidns__tgid();
			seen[3] = (__u32)getpid();
			_exit(0);
		}
		seen[4] = (__u32)pid; /* process ID in the new PID namespace */
		waitpid(pid, &status, 0);
		_exit(status ? 3 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(seen[3], 1);
	/* If the test runs in the initial PID namespace, it knows the IDs that BPF programs see. */
	if (et_init_pidns__tgid() == (__u32)getpid()) {
		assert_int_equal(seen[0], seen[1]);
		assert_int_equal(seen[2], seen[4]);
	}
	assert_int_not_equal(seen[2], 1);
	munmap(seen, 4096);
}

static struct btf *vmlinux; /* the kernel's types */

static int load_types(void **state)
{
	(void)state;
	vmlinux = btf__load_vmlinux_btf();
	return vmlinux ? 0 : -1;
}

static int free_types(void **state)
{
	(void)state;
	btf__free(vmlinux);
	return 0;
}

/* Get the facts about this process that BPF programs need. @fd is its only output descriptor. */
static struct et_own_task look_with(int fd)
{
	struct et_own_task look = { .fds = { fd, -1, -1, -1 } };

	assert_int_equal(et_init_pidns__own_task(&look, vmlinux), 0);
	return look;
}

static void test_ancestors(void **state)
{
	struct et_own_task mine = look_with(-1), childs;
	int fds[2], status;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		childs = look_with(-1);
		_exit(write(fds[1], &childs, sizeof(childs)) == sizeof(childs) ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(read(fds[0], &childs, sizeof(childs)), sizeof(childs));
	assert_true(mine.ancestor_count < ET_SELF_ANCESTORS);
	assert_int_equal(childs.ancestor_count, mine.ancestor_count + 1);
	assert_int_equal(childs.ancestors[0], mine.tgid);
	assert_memory_equal(childs.ancestors + 1, mine.ancestors, (size_t)mine.ancestor_count * 4);
	assert_true(childs.start_time_ns > mine.start_time_ns);
	if (!mine.level) {
		assert_int_equal(mine.tgid, getpid());
		assert_int_equal(mine.pgid, getpgrp());
		if (mine.ancestor_count)
			assert_int_equal(mine.ancestors[0], getppid());
	}
	close(fds[0]);
	close(fds[1]);
}

/*
 * et_own_task::wanted has IDs of the PID namespace of the calling process. et_own_task::found gets
 * the IDs of the same processes in the initial PID namespace; 0: there is no such process.
 */
static void test_wanted(void **state)
{
	struct et_own_task *seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE,
					MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;
	int status;

	(void)state;
	assert_ptr_not_equal(seen, MAP_FAILED);
	pid = fork();
	if (pid == 0) {
		if (unshare(CLONE_NEWPID) < 0)
			_exit(2);
		pid = fork();
		if (pid == 0) {
			*seen = (struct et_own_task){
				.fds = { -1, -1, -1, -1 },
				.wanted_count = 2,
				.wanted = { 77777, 1 },
			};
			_exit(et_init_pidns__own_task(seen, vmlinux) < 0 ? 4 : 0);
		}
		waitpid(pid, &status, 0);
		_exit(status ? 3 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(seen->level > 0);
	assert_int_equal(seen->found[0], 0);
	assert_int_equal(seen->found[1], seen->tgid);
	assert_int_not_equal(seen->tgid, 1);
	munmap(seen, sizeof(*seen));
}

/*
 * The facts are the same with a copy of some of the kernel's types, without a copy, and with a copy
 * that lacks needed types. In the last two cases, libbpf reads all types.
 */
static void test_types(void **state)
{
	struct btf *lacking = btf__new_empty();
	const struct btf *const types[] = { vmlinux, NULL, lacking };
	struct et_own_task looks[3];

	(void)state;
	assert_non_null(lacking);
	for (int i = 0; i < 3; i++) {
		looks[i] = (struct et_own_task){ .fds = { STDIN_FILENO, -1, -1, -1 } };
		assert_int_equal(et_init_pidns__own_task(&looks[i], types[i]), 0);
	}
	assert_int_not_equal(looks[0].start_time_ns, 0);
	assert_memory_equal(&looks[0], &looks[1], sizeof(looks[0]));
	assert_memory_equal(&looks[0], &looks[2], sizeof(looks[0]));
	btf__free(lacking);
}

static void test_descriptors(void **state)
{
	int pair[2], master, slave;
	struct et_own_task a, b;
	unsigned int number;
	struct stat st;
	char name[64];

	(void)state;
	assert_int_equal(pipe(pair), 0);
	a = look_with(pair[0]);
	b = look_with(pair[1]);
	assert_int_not_equal(a.files[0].inode, 0);
	assert_true(a.files[0].inode == b.files[0].inode);
	assert_true(a.files[0].tty == 0 && a.files[0].peer == 0);
	assert_true(S_ISFIFO(a.files[0].mode));
	close(pair[0]);
	close(pair[1]);

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	a = look_with(pair[0]);
	b = look_with(pair[1]);
	assert_int_not_equal(a.files[0].inode, 0);
	assert_true(a.files[0].peer == b.files[0].inode && b.files[0].peer == a.files[0].inode);
	close(pair[0]);
	close(pair[1]);

	master = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(master >= 0);
	assert_int_equal(unlockpt(master), 0);
	assert_int_equal(ioctl(master, TIOCGPTN, &number), 0);
	snprintf(name, sizeof(name), "/dev/pts/%u", number);
	slave = open(name, O_RDWR | O_NOCTTY);
	if (slave < 0 || fstat(slave, &st))
		fail_msg("%s: %s", name, strerror(errno));
	a = look_with(slave);
	b = look_with(master);
	assert_true(a.files[0].tty == ET_TERMINAL(st.st_dev, major(st.st_rdev), minor(st.st_rdev)));
	assert_true(b.files[0].tty == a.files[0].tty);
	close(slave);
	close(master);
}

/* Between the registers and the stack's end there are at most some bytes of alignment. */
static void test_stack(void **state)
{
	struct btf *empty = btf__new_empty();
	__s32 id = btf__find_by_name_kind(vmlinux, "pt_regs", BTF_KIND_STRUCT);
	__u32 at = et_pt_regs__offset(vmlinux);

	(void)state;
	assert_true(at > 4096);
	assert_true(id > 0);
	assert_true((at + btf__resolve_size(vmlinux, id) + 16) % 4096 <= 16);
	assert_int_equal(et_pt_regs__offset(empty), 0);
	btf__free(empty);
}

static void test_features(void **state)
{
	struct et_feature_set set = ET_FEATURE_SET_INIT;
	const char *why = NULL;
	int r;

	(void)state;
	assert_int_equal(et_feature__check(&set, ET_FEATURE_BTF, NULL), 0);
	assert_non_null(set.vmlinux);
	assert_int_equal(et_feature__check(&set, ET_FEATURE_RINGBUF, NULL), 0);
	assert_int_equal(et_feature__check(&set, ET_FEATURE_TRACEFS, NULL), 0);
	assert_true(set.events_fd >= 0);
	/*
	 * On every kernel, a missing feature has a reason, and a second query gives the same
	 * result.
	 */
	for (int i = 0; i < ET_FEATURES; i++) {
		why = NULL;
		r = et_feature__check(&set, i, &why);
		assert_int_equal(!r, !why);
		assert_int_equal(et_feature__check(&set, i, NULL), r);
		assert_true(!why || *why);
	}
	et_feature__done(&set);
	assert_null(set.vmlinux);
	/* A query after et_feature__done() opens tracefs again. */
	assert_int_equal(et_feature__check(&set, ET_FEATURE_TRACEFS, NULL), 0);
	assert_true(set.events_fd >= 0);
	et_feature__done(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kallsyms),    cmocka_unit_test(test_kallsyms_text),
		cmocka_unit_test(test_tracefs),     cmocka_unit_test(test_self),
		cmocka_unit_test(test_ancestors),   cmocka_unit_test(test_wanted),
		cmocka_unit_test(test_descriptors), cmocka_unit_test(test_stack),
		cmocka_unit_test(test_features),    cmocka_unit_test(test_types),
	};

	return cmocka_run_group_tests(tests, load_types, free_types);
}
