/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the member "context" of JSON lines, with records that the test builds. */
#include "lib/encode/context.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <yyjson.h>

#include "lib/decode/record_builder.h"

#define BOOT_ID "5d1c7f4e-9e0a-4d53-8a65-0f9c1c0b7e21"
#define LINE    "{\"event_type\":\"X\"}\n"

static struct et_record rec;
static struct et_names *names;
static struct et_context *context;
static struct et_event event;
static char line[sizeof(LINE) + ET_CONTEXT_MAX];

static int set_up(void **state)
{
	int r = et_names_new(-1, -1, &names);

	(void)state;
	if (r == 0)
		r = et_context_new(0, names, &context);
	if (r == 0)
		et_context_set_boot_id(context, BOOT_ID);
	return r;
}

static int tear_down(void **state)
{
	(void)state;
	et_context_free(context);
	et_names_free(names);
	return 0;
}

static struct et_process_exists *begin(__u32 tgid, __u32 ppid)
{
	struct et_process_exists *exists = et_record_begin(&rec, ET_PROCESS_EXISTS);

	exists->hdr.ts = 1000000000;
	exists->pids.tgid = exists->pids.tid = tgid;
	exists->pids.ppid = ppid;
	exists->pids.start_boottime_ns = exists->pids.start_time_ns = tgid * ET_PROCESS_TICK_NS;
	exists->loginuid = ET_NO_LOGIN;
	return exists;
}

static void see(void)
{
	assert_int_equal(et_decode(rec.bytes, et_record_len(&rec), &event), 0);
	event.time_ns = rec.hdr.ts + 1795364573000000000;
	et_process_table_see(et_context_table(context), &event);
}

/*
 * Add the context to a line, and parse the line. The caller frees the document with
 * yyjson_doc_free().
 */
static yyjson_doc *add(void)
{
	yyjson_doc *doc;
	size_t len;

	memcpy(line, LINE, sizeof(LINE));
	len = et_context_add(context, &event, line, sizeof(LINE) - 1);
	assert_true(len < sizeof(line));
	assert_int_equal(line[len - 1], '\n');
	doc = yyjson_read(line, len, 0);
	assert_non_null(doc);
	return doc;
}

static const char *text(yyjson_val *object, const char *pointer)
{
	const char *s = yyjson_get_str(yyjson_ptr_get(object, pointer));

	return s ? s : "";
}

static void members(void **state)
{
	static const char id[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	char path[256] = "/kubepods.slice/kubepods-pod1a_2b.slice/cri-containerd-";
	struct et_process_exists *exists;
	yyjson_val *root;
	yyjson_doc *doc;

	(void)state;
	begin(1, 0);
	et_record_var_str(&rec, ET_VAR_FILENAME, "/sbin/init");
	see();
	exists = begin(20, 1);
	exists->loginuid = 0;
	memcpy(exists->comm, "sh", 2);
	snprintf(path + strlen(path), sizeof(path) - strlen(path), "%s.scope", id);
	et_record_var(&rec, ET_VAR_ARGV, "sh\0-c\0a \"b\"\0", 13);
	et_record_var_str(&rec, ET_VAR_FILENAME, "/bin/sh");
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, path);
	see();
	doc = add();
	root = yyjson_doc_get_root(doc);
	assert_string_equal(text(root, "/event_type"), "X");
	assert_string_equal(text(root, "/context/process/entity_id"), BOOT_ID "-20-20");
	assert_string_equal(text(root, "/context/process/executable"), "/bin/sh");
	assert_string_equal(text(root, "/context/process/comm"), "sh");
	assert_string_equal(text(root, "/context/process/args/2"), "a \"b\"");
	/*
	 * The process started 0.2 s after the boot. see() sets the wall clock 1795364573 s ahead of
	 * the events' clock.
	 */
	assert_string_equal(text(root, "/context/process/start"), "2026-11-22T16:22:53.200000000Z");
	assert_string_equal(text(root, "/context/parent/executable"), "/sbin/init");
	assert_string_equal(text(root, "/context/ancestors/0/entity_id"), BOOT_ID "-1-1");
	assert_int_equal(yyjson_arr_size(yyjson_ptr_get(root, "/context/ancestors")), 1);
	assert_int_equal(yyjson_get_uint(yyjson_ptr_get(root, "/context/login_uid")), 0);
	assert_string_equal(text(root, "/context/container/id"), id);
	assert_string_equal(text(root, "/context/container/runtime"), "containerd");
	assert_string_equal(text(root, "/context/container/pod_uid"), "1a-2b");
	assert_null(yyjson_ptr_get(root, "/context/process/stale"));
	yyjson_doc_free(doc);

	et_process_table_lost(et_context_table(context));
	et_context_set_boot_id(context, "\"}");
	doc = add();
	root = yyjson_doc_get_root(doc);
	assert_true(yyjson_is_true(yyjson_ptr_get(root, "/context/process/stale")));
	assert_string_equal(text(root, "/context/process/entity_id"), "-20-20");
	yyjson_doc_free(doc);
}

/*
 * A context fits into ET_CONTEXT_MAX bytes, even with the largest fields and the longest escapes.
 */
static void largest(void **state)
{
	static char bytes[ET_CAP_ARGV];
	char name[256] = "/machine-";
	yyjson_doc *doc;

	(void)state;
	memset(bytes, 0xff, sizeof(bytes));
	memset(name + 9, 0xff, 200);
	memcpy(name + 209, ".scope", sizeof(".scope"));
	for (__u32 i = 1; i <= ET_CONTEXT_ANCESTORS + 4; i++) {
		struct et_process_exists *exists = begin(i, i - 1);

		memset(exists->comm, 0xff, sizeof(exists->comm));
		et_record_var(&rec, ET_VAR_ARGV, bytes, sizeof(bytes));
		et_record_var(&rec, ET_VAR_FILENAME, bytes, ET_CAP_FILENAME);
		et_record_var_str(&rec, ET_VAR_CGROUP_PATH, name);
		see();
	}
	doc = add();
	assert_int_equal(
		yyjson_arr_size(yyjson_ptr_get(yyjson_doc_get_root(doc), "/context/ancestors")),
		ET_CONTEXT_ANCESTORS);
	assert_true(yyjson_is_true(
		yyjson_ptr_get(yyjson_doc_get_root(doc), "/context/process/args_truncated")));
	yyjson_doc_free(doc);
}

static void ecs(void **state)
{
	struct et_process_fork *fork;
	struct et_ecs_context got;

	(void)state;
	begin(1, 0);
	et_record_var_str(&rec, ET_VAR_FILENAME, "/sbin/init");
	see();
	begin(20, 1);
	et_record_var_str(&rec, ET_VAR_FILENAME, "/bin/sh");
	see();
	et_context_fill_ecs(context, &event, &got);
	assert_memory_equal(got.executable.data, "/bin/sh", 7);
	assert_memory_equal(got.parent_executable.data, "/sbin/init", 10);
	/* The ECS document of a fork describes the child. */
	fork = et_record_begin(&rec, ET_PROCESS_FORK);
	fork->parent_pids.tgid = 20;
	fork->parent_pids.ppid = 1;
	fork->parent_pids.start_boottime_ns = 20 * ET_PROCESS_TICK_NS;
	fork->child_pids.tgid = 21;
	fork->child_pids.ppid = 20;
	fork->child_pids.start_boottime_ns = 30 * ET_PROCESS_TICK_NS;
	see();
	et_context_fill_ecs(context, &event, &got);
	assert_memory_equal(got.executable.data, "/bin/sh", 7);
	assert_memory_equal(got.parent_executable.data, "/bin/sh", 7);
}

/*
 * Build a random event of one of twelve processes: an exec, a fork, an exit, or a process that was
 * read again from /proc.
 */
static void random_event(__u32 *random, unsigned int round)
{
	const __u32 what = *random >> 8 & 7, tgid = 1 + (*random >> 12) % 12;
	const __u32 other = 1 + (*random >> 20) % 12;
	struct et_process_exists *exists;
	struct et_process_exec *exec;
	struct et_process_exit *end;
	struct et_process_fork *fork;
	char file[32];

	*random = *random * 1103515245 + 12345;
	snprintf(file, sizeof(file), "/bin/%u", *random >> 28);
	if (what < 3) {
		exec = et_record_begin(&rec, ET_PROCESS_EXEC);
		exec->pids = (struct et_pids){
			.tid = tgid,
			.tgid = tgid,
			.ppid = other,
			.start_boottime_ns = tgid * ET_PROCESS_TICK_NS,
		};
		et_record_var_str(&rec, ET_VAR_FILENAME, file);
	} else if (what < 5) {
		fork = et_record_begin(&rec, ET_PROCESS_FORK);
		fork->parent_pids.tgid = tgid;
		fork->parent_pids.start_boottime_ns = tgid * ET_PROCESS_TICK_NS;
		fork->child_pids.tgid = other;
		fork->child_pids.ppid = tgid;
		fork->child_pids.start_boottime_ns = (tgid + round) * ET_PROCESS_TICK_NS;
	} else if (what == 5) {
		end = et_record_begin(&rec, ET_PROCESS_EXIT);
		end->pids.tgid = tgid;
		end->pids.start_boottime_ns = tgid * ET_PROCESS_TICK_NS;
	} else {
		exists = begin(tgid, other);
		exists->again = true;
		et_record_var_str(&rec, ET_VAR_FILENAME, file);
	}
	rec.hdr.ts = round;
	see();
	if (*random >> 24 == 0)
		et_process_table_lost(et_context_table(context));
}

/*
 * The context keeps the JSON text of a process's parent and ancestors. After each event, the kept
 * text must be equal to a text that is written anew.
 */
static void kept_text(void **state)
{
	static char kept[sizeof(line)];
	__u32 random = 1;

	(void)state;
	for (unsigned int round = 0; round < 20000; round++) {
		size_t len, again;

		random_event(&random, round);
		memcpy(line, LINE, sizeof(LINE));
		len = et_context_add(context, &event, line, sizeof(LINE) - 1);
		memcpy(kept, line, len);
		/* A new boot id discards the kept text. */
		et_context_set_boot_id(context, BOOT_ID);
		memcpy(line, LINE, sizeof(LINE));
		again = et_context_add(context, &event, line, sizeof(LINE) - 1);
		assert_int_equal(len, again);
		assert_memory_equal(line, kept, len);
	}
}

static __u32 random_below(__u32 n)
{
	static __u64 seed = 1;

	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (__u32)(seed >> 33) % n;
}

#define PIDS 24

/*
 * For each process number: a count, from which the start time is calculated, and the number of the
 * parent.
 */
static __u32 uses[PIDS], parents[PIDS];

static struct et_pids random_pids(__u32 i)
{
	return (struct et_pids){
		.tid = 100 + i,
		.tgid = 100 + i,
		.ppid = 100 + parents[i],
		.start_time_ns = (1 + uses[i]) * ET_PROCESS_TICK_NS * 100,
		.start_boottime_ns = (1 + uses[i]) * ET_PROCESS_TICK_NS * 100,
	};
}

/* Make a random record of process number @i. */
static void make_random(__u32 i)
{
	static const char *const groups[] = {
		"/a", "/docker/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	};
	const struct et_creds creds = { .ruid = random_below(8) ? 0 : 1 };
	struct et_process_exists *exists;
	struct et_process_fork *fork;
	struct et_process_exec *exec;
	struct et_process_exit *exit;
	__u32 child;

	switch (random_below(6)) {
	case 0:
		exit = et_record_begin(&rec, ET_PROCESS_EXIT);
		exit->pids = random_pids(i);
		exit->creds = creds;
		break;
	case 1:
		exists = begin(0, 0);
		exists->pids = random_pids(i);
		exists->creds = creds;
		exists->loginuid = random_below(2) ? 0 : ET_NO_LOGIN;
		et_record_var_str(&rec, ET_VAR_CGROUP_PATH, groups[random_below(2)]);
		break;
	case 2:
	case 3:
		fork = et_record_begin(&rec, ET_PROCESS_FORK);
		child = random_below(PIDS);
		fork->parent_pids = random_pids(i);
		fork->creds = creds;
		if (child == i)
			child = (child + 1) % PIDS;
		uses[child] = uses[i] + 1 + random_below(2);
		parents[child] = i;
		fork->child_pids = random_pids(child);
		break;
	default:
		exec = et_record_begin(&rec, ET_PROCESS_EXEC);
		exec->pids = random_pids(i);
		exec->creds = creds;
		exec->comm[0] = (char)('a' + random_below(4));
		et_record_var_str(&rec, ET_VAR_FILENAME, exec->comm);
		et_record_var_str(&rec, ET_VAR_CGROUP_PATH, groups[random_below(2)]);
		break;
	}
	rec.hdr.ts = 1000000000;
}

static void name_randomly(void)
{
	const char name = (char)('a' + random_below(4));

	assert_int_equal(et_names_set(names, random_below(2) ? ET_NAME_USER : ET_NAME_GROUP,
				      random_below(2), &name, 1),
			 0);
}

/* After random changes, a kept text must be equal to the text that would be written now. */
static void kept_texts_are_right(void **state)
{
	static char again[sizeof(line)];
	size_t different = 0, last_len = 0;

	(void)state;
	assert_int_equal(et_names_begin(names, true), 0);
	for (__u32 i = 0; i < 20000; i++) {
		const __u32 at = random_below(PIDS);
		size_t len, again_len;

		if (!random_below(100))
			et_process_table_lost(et_context_table(context));
		if (!random_below(20))
			parents[at] = random_below(PIDS);
		if (!random_below(20))
			name_randomly();
		make_random(at);
		assert_int_equal(et_decode(rec.bytes, et_record_len(&rec), &event), 0);
		if (random_below(2))
			(void)et_process_table_missing(et_context_table(context), &event);
		see();
		memcpy(line, LINE, sizeof(LINE));
		len = et_context_add(context, &event, line, sizeof(LINE) - 1);
		different += len != last_len;
		last_len = len;
		/* A new boot id discards the kept texts, so the next line is written anew. */
		if (!random_below(4)) {
			et_context_set_boot_id(context, BOOT_ID);
			memcpy(again, LINE, sizeof(LINE));
			again_len = et_context_add(context, &event, again, sizeof(LINE) - 1);
			assert_int_equal(again_len, len);
			assert_memory_equal(again, line, len);
		}
	}
	assert_true(different > 1000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = { TEST(members), TEST(largest), TEST(ecs),
					    TEST(kept_text), TEST(kept_texts_are_right) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
