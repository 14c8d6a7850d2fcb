/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests which records of a snapshot pass the filters. */
#include "lib/session/snapshot_filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lib/decode/record_builder.h"

static struct et_record rec;
static _Alignas(8) char records[8192];
static struct et_snapshot snapshot;
static struct et_proc *proc;

static void add(__u32 tgid, __u32 ppid, __u32 ruid, const char *comm, const char *filename)
{
	struct et_process_exists *exists = et_record_begin(&rec, ET_PROCESS_EXISTS);

	exists->pids.tgid = tgid;
	exists->pids.ppid = ppid;
	exists->pids.start_time_ns = tgid * 10000000ULL;
	exists->creds.ruid = ruid;
	strncpy(exists->comm, comm, sizeof(exists->comm));
	et_record_var_str(&rec, ET_VAR_FILENAME, filename);
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, "/system.slice/a.service");
	memcpy(records + snapshot.size, rec.bytes, et_record_len(&rec));
	snapshot.size += (et_record_len(&rec) + 7) & ~7UL;
	assert_true(snapshot.size <= sizeof(records));
}

/* Make a snapshot of init, a shell of user 1000 with a child and a grandchild, and a daemon. */
static void make(bool keep_dropped)
{
	snapshot = (struct et_snapshot){ .records = records, .keep_dropped = keep_dropped };
	add(1, 0, 0, "init", "/sbin/init");
	add(10, 1, 1000, "sh", "/bin/sh");
	add(11, 10, 1000, "make", "/usr/bin/make");
	add(12, 11, 1000, "cc", "/usr/bin/cc");
	add(20, 1, 0, "sshd", "/usr/sbin/sshd");
}

/*
 * Filter the snapshot. The records without `again`, which are printed, must be those of the
 * processes @printed. With @keep_dropped, all records stay.
 */
static void expect(const struct et_filter *filters, size_t count, bool keep_dropped,
		   const char *printed)
{
	char found[64] = "";
	size_t left = 0;

	make(keep_dropped);
	assert_int_equal(et_snapshot_filter(&snapshot, proc, filters, count, NULL), 0);
	for (size_t at = 0; at < snapshot.size; left++) {
		const struct et_process_exists *record = (const void *)(records + at);
		size_t len = strlen(found);

		if (!record->again)
			snprintf(found + len, sizeof(found) - len, "%u ", record->pids.tgid);
		at += (record->hdr.size + 7) & ~7UL;
	}
	assert_string_equal(found, printed);
	if (keep_dropped)
		assert_int_equal(left, 5);
}

static void expect_one(struct et_filter filter, const char *printed)
{
	expect(&filter, 1, false, printed);
	expect(&filter, 1, true, printed);
}

static void each_kind(void **state)
{
	(void)state;
	expect(NULL, 0, false, "1 10 11 12 20 ");
	expect_one((struct et_filter){ .kind = ET_FILTER_PID, .number = 11 }, "11 ");
	expect_one((struct et_filter){ .kind = ET_FILTER_PID, .number = 11, .exclude = true },
		   "1 10 12 20 ");
	expect_one((struct et_filter){ .kind = ET_FILTER_TREE, .number = 10 }, "10 11 12 ");
	expect_one((struct et_filter){ .kind = ET_FILTER_TREE, .number = 11, .exclude = true },
		   "1 10 20 ");
	expect_one((struct et_filter){ .kind = ET_FILTER_UID, .number = 0 }, "1 20 ");
	expect_one((struct et_filter){ .kind = ET_FILTER_COMM, .text = "make" }, "11 ");
	expect_one((struct et_filter){ .kind = ET_FILTER_COMM, .text = "s*", .pattern = true },
		   "10 20 ");
	expect_one((struct et_filter){ .kind = ET_FILTER_PATH_PREFIX, .text = "/usr/" },
		   "11 12 20 ");
}

static void several(void **state)
{
	const struct et_filter filters[] = {
		{ .kind = ET_FILTER_TREE, .number = 10 },
		{ .kind = ET_FILTER_COMM, .text = "cc", .exclude = true },
	};

	(void)state;
	expect(filters, 2, false, "10 11 ");
}

/* In a session, the filter has the number of a cgroup, and the snapshot's records have a path. */
static void cgroups(void **state)
{
	const __u64 root = et_proc_cgroup_id(proc, "/", 1);

	(void)state;
	/* No cgroup has this number. */
	expect_one((struct et_filter){ .kind = ET_FILTER_CGROUP, .number = ~0ULL }, "");
	expect_one((struct et_filter){ .kind = ET_FILTER_CGROUP, .number = ~0ULL, .exclude = true },
		   "1 10 11 12 20 ");
	if (!root)
		return;
	expect_one((struct et_filter){ .kind = ET_FILTER_CGROUP, .number = root },
		   "1 10 11 12 20 ");
	expect_one((struct et_filter){ .kind = ET_FILTER_CGROUP, .number = root, .exclude = true },
		   "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind),
		cmocka_unit_test(several),
		cmocka_unit_test(cgroups),
	};

	if (et_proc_open("/proc", &proc) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
