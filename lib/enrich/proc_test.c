/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the reading of processes with a directory of files like those of /proc. */
#define _GNU_SOURCE
#include "lib/enrich/proc.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "lib/decode/decode.h"
#include "lib/decode/slots.h"

static char root[PATH_MAX];

static void make_dir(const char *name)
{
	char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void make_file(const char *name, const char *data, size_t size)
{
	char path[PATH_MAX + 64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	f = fopen(path, "w");
	if (!f)
		abort();
	assert_int_equal(fwrite(data, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}

static void make_text(const char *name, const char *text)
{
	make_file(name, text, strlen(text));
}

static void make_link(const char *name, const char *target)
{
	char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	assert_int_equal(symlink(target, path), 0);
}

/*
 * Make the files of a shell of user 1000. In /proc/PID/stat, a name ends with ")". The name of this
 * shell contains ") S (".
 */
static void make_shell(void)
{
	make_dir("42");
	make_dir("42/ns");
	make_text("42/stat", "42 (a) S (b) S 7 42 41 34817 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 "
			     "12345 1000 10\n");
	make_text("42/status", "Name:\ta) S (b\nUid:\t1000\t1001\t1002\t1003\n"
			       "Gid:\t100\t101\t102\t103\nCapPrm:\t00000000000000ff\n"
			       "CapEff:\t0000000000000001\n");
	make_text("42/cgroup", "5:cpu,pids:/v1/of shell\n1:name=systemd:/x\n0::/v2/of shell\n");
	make_text("42/loginuid", "1000");
	make_file("42/cmdline", "-sh\0-c\0exit\0", 12);
	make_link("42/cwd", "/home/user");
	make_link("42/exe", "/tmp/sh (deleted)");
	make_link("42/ns/uts", "uts:[4026531838]");
	make_link("42/ns/pid", "pid:[4026531836]");
}

static int set_up(void **state)
{
	const char *tmp = getenv("TEST_TMPDIR");

	(void)state;
	snprintf(root, sizeof(root), "%s/proc.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(root))
		return -1;
	make_shell();
	/*
	 * Process 2 is a kernel thread, and process 50 a zombie. The first thread of process 60 has
	 * ended, a second one runs, and the process's other files cannot be read.
	 */
	make_dir("2");
	make_text("2/stat", "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 3 0 0\n");
	make_dir("50");
	make_text("50/stat", "50 (gone) Z 42 42 41 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 99 0\n");
	make_dir("60");
	make_text("60/stat", "60 (kept) Z 42 42 41 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 2 0 99 0\n");
	make_dir("notes");
	return 0;
}

static const struct et_process_exists *decode(const void *record, int len, struct et_event *event)
{
	assert_true(len > 0);
	assert_int_equal(et_decode(record, (size_t)len, event), 0);
	assert_int_equal(event->hdr->type, ET_PROCESS_EXISTS);
	return (const void *)event->hdr;
}

#define VAR(event, name) (&(event).vars[ET_SLOT_process_exists_##name])

static void check_var(const struct et_field_view *v, const char *text, size_t size)
{
	assert_int_equal(v->size, size);
	assert_int_equal(v->orig, size);
	assert_memory_equal(v->data, text, size);
}

static void whole_process(void **state)
{
	const struct et_process_exists *exists;
	struct et_proc *proc = NULL;
	const void *record = NULL;
	struct et_event event;
	int len;

	(void)state;
	assert_int_equal(et_proc_open(root, &proc), 0);
	len = et_proc_read(proc, 42, true, 77, &record);
	exists = decode(record, len, &event);
	assert_int_equal(exists->hdr.ts, 77);
	/*
	 * The format "ecs" uses hdr.seq in event.id. Records of the same snapshot must have
	 * different ids.
	 */
	assert_int_equal(exists->hdr.seq, 42);
	assert_true(exists->again);
	assert_int_equal(exists->pids.tid, 42);
	assert_int_equal(exists->pids.tgid, 42);
	assert_int_equal(exists->pids.ppid, 7);
	assert_int_equal(exists->pids.pgid, 42);
	assert_int_equal(exists->pids.sid, 41);
	assert_int_equal(exists->pids.start_boottime_ns, 123450000000);
	assert_string_equal(exists->comm, "a) S (b");
	assert_int_equal(exists->ctty.major, 136);
	assert_int_equal(exists->ctty.minor, 1);
	assert_int_equal(exists->creds.ruid, 1000);
	assert_int_equal(exists->creds.euid, 1001);
	assert_int_equal(exists->creds.suid, 1002);
	assert_int_equal(exists->creds.egid, 101);
	assert_int_equal(exists->creds.cap_permitted, 255);
	assert_int_equal(exists->creds.cap_effective, 1);
	assert_int_equal(exists->loginuid, 1000);
	assert_int_equal(exists->ns.uts, 4026531838);
	assert_int_equal(exists->ns.pid, 4026531836);
	assert_int_equal(exists->ns.mnt, 0);
	check_var(VAR(event, pids_ss_cgroup_path), "/v1/of shell", 12);
	check_var(VAR(event, cgroup_path), "/v2/of shell", 12);
	check_var(VAR(event, argv), "-sh\0-c\0exit\0", 12);
	check_var(VAR(event, cwd), "/home/user", 10);
	check_var(VAR(event, filename), "/tmp/sh", 7);
	assert_int_equal(VAR(event, filename)->flags, ET_VAR_F_DELETED);
	assert_int_equal(et_proc_read(proc, 43, true, 77, &record), -ESRCH);
	et_proc_free(proc);
}

/*
 * The snapshot leaves out the kernel thread and the zombie. It has the process whose first thread
 * has ended, and the shell.
 */
static void all_processes(void **state)
{
	struct et_proc *proc = NULL;
	unsigned int seen = 0;
	void *records = NULL;
	size_t size = 0;

	(void)state;
	assert_int_equal(et_proc_open(root, &proc), 0);
	assert_int_equal(et_proc_read_all(proc, 78, &records, &size), 0);
	for (size_t at = 0; at < size;) {
		const struct et_header *hdr = (const void *)((char *)records + at);
		const struct et_process_exists *exists;
		struct et_event event;

		exists = decode(hdr, (int)hdr->size, &event);
		assert_false(exists->again);
		seen += exists->pids.tgid;
		if (exists->pids.tgid == 60) {
			assert_int_equal(exists->loginuid, 4294967295);
			assert_int_equal(VAR(event, filename)->flags, ET_VAR_F_FAULT);
			assert_int_equal(VAR(event, argv)->flags, ET_VAR_F_FAULT);
			assert_int_equal(VAR(event, cgroup_path)->size, 0);
		}
		at += (hdr->size + 7) & ~7UL;
	}
	assert_int_equal(seen, 42 + 60);
	free(records);
	et_proc_free(proc);
}

/* The arguments are longer than their cap. The record keeps their original length. */
static void long_arguments(void **state)
{
	static char argv[ET_CAP_ARGV + 10000];
	struct et_proc *proc = NULL;
	const void *record = NULL;
	struct et_event event;
	int len;

	(void)state;
	memset(argv, 'x', sizeof(argv) - 1);
	make_file("60/cmdline", argv, sizeof(argv));
	assert_int_equal(et_proc_open(root, &proc), 0);
	len = et_proc_read(proc, 60, false, 0, &record);
	decode(record, len, &event);
	assert_int_equal(VAR(event, argv)->size, ET_CAP_ARGV);
	assert_int_equal(VAR(event, argv)->orig, sizeof(argv));
	assert_int_equal(VAR(event, argv)->flags, ET_VAR_F_TRUNCATED);
	et_proc_free(proc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_process),
		cmocka_unit_test(all_processes),
		cmocka_unit_test(long_arguments),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
