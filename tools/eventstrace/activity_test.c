/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the sums by program, with events that the test makes. */
#include "tools/eventstrace/activity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lib/decode/slots.h"
#include "lib/include/eventstrace.h"

#define SECOND 1000000000ULL
#define ALL    (~0ULL)

union record {
	struct et_header hdr;
	struct et_process_fork fork;
	struct et_process_exec exec;
	struct et_process_exit exit;
	struct et_process_exec_failed exec_failed;
	struct et_file_create create;
	struct et_file_modify modify;
	struct et_network_connection_attempted attempted;
};

/* All event types but fork begin with these members. */
static union record make(enum et_event_type type, uint32_t tgid, uint64_t seconds)
{
	union record r;

	memset(&r, 0, sizeof(r));
	r.hdr.type = type;
	r.hdr.ts = seconds * SECOND;
	r.exec.pids.tgid = tgid;
	r.exec.pids.start_time_ns = tgid * 10ULL;
	return r;
}

static void add(struct activity *a, const union record *r, size_t slot, const char *text)
{
	struct et_event event = { .hdr = &r->hdr };

	if (text)
		event.vars[slot] = (struct et_field_view){
			.data = text,
			.size = (__u32)strlen(text),
			.orig = (__u32)strlen(text),
		};
	activity_event(a, &event);
}

static void add_fork(struct activity *a, uint32_t parent, uint32_t child, uint64_t seconds)
{
	union record r = make(ET_PROCESS_FORK, parent, seconds);

	r.fork.child_pids.tgid = child;
	r.fork.child_pids.start_time_ns = child * 10ULL;
	add(a, &r, 0, NULL);
}

static void add_exec(struct activity *a, uint32_t tgid, const char *name, uint64_t seconds)
{
	const union record r = make(ET_PROCESS_EXEC, tgid, seconds);

	add(a, &r, ET_SLOT_process_exec_filename, name);
}

static void add_plain(struct activity *a, enum et_event_type type, uint32_t tgid, uint64_t seconds)
{
	const union record r = make(type, tgid, seconds);

	add(a, &r, 0, NULL);
}

static void add_modify(struct activity *a, uint32_t tgid, const char *path)
{
	const union record r = make(ET_FILE_MODIFY, tgid, 1);

	add(a, &r, ET_SLOT_file_modify_path, path);
}

/* Compare the printed row of a program, with single spaces between its columns. */
static void expect_row(const struct activity *a, uint64_t events, uint64_t end, const char *name,
		       const char *expected)
{
	const struct activity_times none = { .known = false };
	char *text = NULL, *rest, *line, row[512] = "";
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(activity_print(a, events, end * SECOND, &none, out), 0);
	fclose(out);
	rest = text;
	while ((line = strsep(&rest, "\n"))) {
		size_t len = strlen(line), n = 0, want = strlen(name);

		if (len < want || strcmp(line + len - want, name) != 0)
			continue;
		for (size_t i = 0; i < len; i++)
			if (line[i] != ' ' || (n && row[n - 1] != ' '))
				row[n++] = line[i];
		row[n] = '\0';
	}
	free(text);
	assert_string_equal(row, expected);
}

static void programs(void **state)
{
	struct activity *a = activity_new();

	(void)state;
	assert_non_null(a);
	add_exec(a, 1, "/bin/make", 10);
	add_fork(a, 1, 2, 11);
	add_exec(a, 2, "/bin/cc", 11);
	add_fork(a, 2, 3, 12);
	add_plain(a, ET_PROCESS_EXEC_FAILED, 3, 12);
	add_exec(a, 3, "/bin/as", 13);
	add_plain(a, ET_FILE_CREATE, 3, 13);
	add_plain(a, ET_PROCESS_EXIT, 3, 15);
	add_plain(a, ET_PROCESS_EXIT, 2, 16);
	/* Until its exec, a forked process runs its parent's program. */
	add_fork(a, 1, 4, 20);
	add_plain(a, ET_NETWORK_CONNECTION_ATTEMPTED, 4, 21);
	add_plain(a, ET_PROCESS_EXIT, 4, 22);
	/* One process runs two programs. */
	add_fork(a, 1, 5, 22);
	add_exec(a, 5, "/bin/cc", 22);
	add_exec(a, 5, "/bin/as", 23);
	add_plain(a, ET_PROCESS_EXIT, 5, 24);
	expect_row(a, ALL, 30, "/bin/make", "2 0 0 0 0 0 1 22.000 /bin/make");
	expect_row(a, ALL, 30, "/bin/cc", "2 1 0 0 0 0 0 6.000 /bin/cc");
	expect_row(a, ALL, 30, "/bin/as", "2 0 1 0 0 0 0 3.000 /bin/as");
	expect_row(a, ALL, 30, "total", "6 1 1 0 0 0 1 31.000 total");
	/* /bin/make ends. */
	add_plain(a, ET_PROCESS_EXIT, 1, 25);
	expect_row(a, ALL, 30, "/bin/make", "2 0 0 0 0 0 1 17.000 /bin/make");
	activity_free(a);
}

/* A file counts once for each program that changes it. */
static void changed_files(void **state)
{
	struct activity *a = activity_new();
	char path[32];

	(void)state;
	add_exec(a, 1, "/a", 0);
	add_exec(a, 2, "/b", 0);
	for (int i = 0; i < 10000; i++) {
		snprintf(path, sizeof(path), "/file%d", i % 5000);
		add_modify(a, 1, path);
	}
	add_modify(a, 2, "/file1");
	expect_row(a, ET_EVENT_BIT(ET_FILE_MODIFY), 1, "/a", "5000 /a");
	expect_row(a, ET_EVENT_BIT(ET_FILE_MODIFY), 1, "/b", "1 /b");
	activity_free(a);
}

/* A process that started before the recording is known only by its thread's name. */
static void older_processes(void **state)
{
	struct activity *a = activity_new();
	union record r = make(ET_FILE_CREATE, 7, 1);

	(void)state;
	memcpy(r.create.comm, "old\033[1m", 8);
	add(a, &r, 0, NULL);
	expect_row(a, ALL, 2, "[old\\u001b[1m]", "0 0 1 0 0 0 0 0.000 [old\\u001b[1m]");
	activity_free(a);
}

/* The record of a fork may come after the record of the child's exec, from another CPU. */
static void late_records(void **state)
{
	struct activity *a = activity_new();

	(void)state;
	add_exec(a, 1, "/parent", 1);
	add_exec(a, 2, "/child", 2);
	add_fork(a, 1, 2, 2);
	add_plain(a, ET_PROCESS_EXIT, 2, 5);
	expect_row(a, ALL, 6, "/child", "1 0 0 0 0 0 0 3.000 /child");
	expect_row(a, ALL, 6, "/parent", "1 0 0 0 0 0 0 5.000 /parent");
	activity_free(a);
}

#define ALIVE 50000

/* While many processes start and end, each is found until its end. */
static void many_processes(void **state)
{
	struct activity *a = activity_new();

	(void)state;
	add_exec(a, 1, "/root", 0);
	for (uint32_t i = 2; i < 200000; i++) {
		add_fork(a, 1, i, 1);
		add_exec(a, i, "/p", 1);
		if (i > ALIVE)
			add_plain(a, ET_PROCESS_EXIT, i - ALIVE + 1, 2);
	}
	for (uint32_t i = 200000 - ALIVE + 1; i < 200000; i++)
		add_plain(a, ET_PROCESS_EXIT, i, 2);
	expect_row(a, ALL, 2, "/p", "199998 0 0 0 0 0 0 199998.000 /p");
	expect_row(a, ALL, 2, "/root", "1 0 0 0 0 0 0 2.000 /root");
	activity_free(a);
}

/* The tables have a maximum size. */
static void bounds(void **state)
{
	struct activity *a = activity_new();
	const struct activity_times times = { true, 2 * SECOND, 1500000, 250000 };
	char name[32], *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	for (uint32_t i = 1; i <= ACTIVITY_PROCESSES_MAX + 5; i++) {
		snprintf(name, sizeof(name), "/p%u", i % 5000);
		add_exec(a, i, name, 1);
	}
	assert_int_equal(activity_print(a, ALL, 2 * SECOND, &times, out), 0);
	fclose(out);
	assert_non_null(strstr(text, " other programs)\n"));
	assert_non_null(strstr(text, "processes without room, whose time is unknown: 5\n"));
	assert_non_null(strstr(text, "COMMAND: wall 2.000 s; with the descendants that it waited "
				     "for: user 1.500 s, system 0.250 s\n"));
	free(text);
	expect_row(a, ALL, 2, "total", "65536 0 0 0 0 0 0 65536.000 total");
	activity_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs),        cmocka_unit_test(changed_files),
		cmocka_unit_test(older_processes), cmocka_unit_test(late_records),
		cmocka_unit_test(many_processes),  cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests_name("activity", tests, NULL, NULL);
}
