/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks the format "trace" against the rules of the Trace Event Format. */
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <yyjson.h>

#include "lib/decode/record_builder.h"
#include "lib/encode/encode.h"
#include "lib/encode/golden_cases.h"
#include "lib/encode/identity.h"
#include "lib/encode/trace.h"

static struct et_record rec;
static struct et_identity identity;
static struct et_encoder enc;
static char *text; /* the output so far */
static size_t size;

static int begin(void **state)
{
	char header[ET_HEADER_MAX];

	(void)state;
	et_identity_set(&identity, "a\"host", "");
	et_encoder_init(&enc, &et_trace_encoder);
	enc.identity = &identity;
	enc.trace = calloc(1, sizeof(*enc.trace));
	size = et_trace_encoder.header(&enc, header);
	text = malloc(size);
	if (!enc.trace || !text)
		return -1;
	memcpy(text, header, size);
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(enc.trace);
	free(text);
	return 0;
}

static void put(const struct et_event *event)
{
	const size_t bound = et_encode_bound(&enc, event);
	/*
	 * Allocate exactly the bound: the address sanitizer then detects a bound that is too small.
	 */
	char *line = malloc(bound), *longer;
	size_t len;

	assert_non_null(line);
	assert_true(bound <= et_trace_encoder.bound_max);
	len = et_encode(&enc, event, line);
	assert_true(len <= bound);
	assert_ptr_equal(memchr(line, '\n', len), line + len - 1);
	longer = realloc(text, size + len);
	if (!longer)
		abort();
	text = longer;
	memcpy(text + size, line, len);
	size += len;
	free(line);
}

static void put_record(__u64 ts)
{
	struct et_event event;

	rec.hdr.ts = ts;
	assert_int_equal(et_decode(&rec, et_record_len(&rec), &event), 0);
	put(&event);
}

/* Number of slices that each process has open, by process ID. */
static unsigned char depth[ET_TRACE_PIDS];

static void check_slice(yyjson_val *obj, const char *phase)
{
	const uint64_t pid = yyjson_get_uint(yyjson_obj_get(obj, "pid"));

	assert_true(pid < ET_TRACE_PIDS);
	assert_int_equal(yyjson_get_uint(yyjson_obj_get(obj, "tid")), pid);
	if (*phase == 'B') {
		assert_true(yyjson_is_str(yyjson_obj_get(obj, "name")));
		assert_int_equal(depth[pid]++, 0);
	} else {
		assert_int_equal(depth[pid]--, 1);
	}
}

static void check_object(yyjson_val *obj)
{
	const char *phase = yyjson_get_str(yyjson_obj_get(obj, "ph"));
	const char *name = yyjson_get_str(yyjson_obj_get(obj, "name"));

	assert_non_null(phase);
	assert_true(yyjson_is_uint(yyjson_obj_get(obj, "pid")));
	assert_true(yyjson_is_uint(yyjson_obj_get(obj, "tid")));
	if (!strcmp(phase, "M")) {
		assert_string_equal(name, "process_name");
		assert_true(yyjson_is_str(yyjson_ptr_get(obj, "/args/name")));
		return;
	}
	assert_true(yyjson_is_num(yyjson_obj_get(obj, "ts")));
	if (!strcmp(phase, "B") || !strcmp(phase, "E")) {
		check_slice(obj, phase);
		return;
	}
	assert_string_equal(phase, "i");
	assert_non_null(name);
	assert_non_null(strchr("gt", *yyjson_get_str(yyjson_obj_get(obj, "s"))));
	assert_true(yyjson_is_obj(yyjson_obj_get(obj, "args")));
}

/*
 * Parse the first @len bytes of the output, which end with a whole line. Add the bracket that ends
 * the array.
 */
static yyjson_doc *parse(size_t len)
{
	char *whole = malloc(len + 1);
	yyjson_doc *doc;

	assert_non_null(whole);
	memcpy(whole, text, len);
	whole[len] = ']';
	doc = yyjson_read(whole, len + 1, 0);
	if (!doc)
		fail_msg("not JSON: %.2000s", whole);
	free(whole);
	return doc;
}

static void check(void)
{
	yyjson_doc *doc = parse(size);
	size_t at, count;
	yyjson_val *obj;

	memset(depth, 0, sizeof(depth));
	yyjson_arr_foreach(yyjson_doc_get_root(doc), at, count, obj) check_object(obj);
	yyjson_doc_free(doc);
}

static void put_fork(unsigned int pid, __u64 ts)
{
	struct et_process_fork *fork = et_record_begin(&rec, ET_PROCESS_FORK);

	fork->child_pids.tgid = pid;
	memcpy(fork->comm, "sh", 2);
	put_record(ts);
}

static void put_exec(unsigned int pid, __u64 ts, const char *name)
{
	struct et_process_exec *exec = et_record_begin(&rec, ET_PROCESS_EXEC);

	exec->pids.tgid = pid;
	et_record_var(&rec, ET_VAR_ARGV, "ls\0-l\0", 6);
	et_record_var_str(&rec, ET_VAR_FILENAME, name);
	put_record(ts);
}

static void put_exit(unsigned int pid, __u64 ts)
{
	struct et_process_exit *exit = et_record_begin(&rec, ET_PROCESS_EXIT);

	exit->pids.tgid = pid;
	exit->exit_code = 3;
	put_record(ts);
}

static void expect(size_t index, const char *phase, const char *name, double ts)
{
	yyjson_doc *doc = parse(size);
	yyjson_val *obj = yyjson_arr_get(yyjson_doc_get_root(doc), index);

	assert_string_equal(yyjson_get_str(yyjson_obj_get(obj, "ph")), phase);
	if (name)
		assert_string_equal(yyjson_get_str(yyjson_obj_get(obj, "name")), name);
	assert_true(yyjson_get_num(yyjson_obj_get(obj, "ts")) == ts);
	yyjson_doc_free(doc);
}

/*
 * A fork begins a slice. An exec ends this slice and begins a second one. An exit ends the second
 * slice.
 */
static void slices(void **state)
{
	(void)state;
	put_fork(7, 1000);
	put_exec(7, 2500, "/bin/ls");
	put_exit(7, 4000001);
	/* Objects 0, 1 and 4 only give names to processes. */
	expect(2, "B", "sh", 1);
	expect(3, "E", NULL, 2.5);
	expect(5, "B", "ls", 2.5);
	expect(6, "E", NULL, 4000.001);
	check();
	assert_int_equal(depth[7], 0);
}

/*
 * The events that begin or end some slices are missing. A process then still has at most one open
 * slice, and no slice ends twice.
 */
static void incomplete(void **state)
{
	(void)state;
	put_exit(7, 1);
	put_exec(7, 2, "a");
	put_exec(7, 3, "b");
	put_fork(7, 4);
	put_exit(7, 5);
	put_exit(7, 6);
	put_fork(8, 7);
	/* This process ID is larger than the kernel's largest one. */
	put_fork(0xffffffff, 8);
	put_exec(0xffffffff, 9, "c");
	put_exit(0xffffffff, 10);
	check();
	assert_int_equal(depth[7], 0);
	assert_int_equal(depth[8], 1);
}

/* Encode each event type. After each line, the output and a closing bracket are valid JSON. */
static void every_event(void **state)
{
	const struct et_lost lost = {
		.hdr = { .ts = 3, .size = sizeof(lost), .type = ET_LOST, .fixed = sizeof(lost) },
		.count = UINT64_MAX,
	};
	struct et_event event;

	(void)state;
	for (size_t n = 0; et_golden_event(n, &event) > 0; n++)
		put(&event);
	put(&(struct et_event){ .hdr = &lost.hdr });
	check();
	for (size_t i = 0; i < size; i++)
		if (text[i] == '\n')
			yyjson_doc_free(parse(i + 1));
}

static __u64 noise(__u64 *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	return *x ^= *x << 17;
}

/* Append a field. In the first two rounds it has the largest size, later at most 49 bytes. */
static void add_var(enum et_var_type type, size_t cap, unsigned int round, __u64 *seed)
{
	static char bytes[64 * 1024];

	for (size_t i = 0; i < cap; i++)
		bytes[i] = round ? (char)noise(seed) : '\xff';
	et_record_var(&rec, type, bytes, round > 1 ? noise(seed) % 50 : cap);
}

/*
 * Any record gives a valid line. put() checks that the line is not longer than et_encode_bound().
 */
static void hostile(void **state)
{
	__u64 seed = 20261130;

	(void)state;
	for (unsigned int round = 0; round < 20; round++) {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc)                            \
	{                                                                                    \
		unsigned char *fixed = et_record_begin(&rec, ET_##NAME);                     \
                                                                                             \
		for (size_t i = sizeof(struct et_header); i < sizeof(struct et_##name); i++) \
			fixed[i] = round ? (unsigned char)noise(&seed) : 0xff;
#define ET_VAR(owner, NAME, name, doc) add_var(ET_VAR_##NAME, ET_CAP_##NAME, round, &seed);
#define ET_EVENT_END(name)        \
	put_record(noise(&seed)); \
	}
#include "lib/wire/schema.def"
	}
	check();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(slices, begin, end),
		cmocka_unit_test_setup_teardown(incomplete, begin, end),
		cmocka_unit_test_setup_teardown(every_event, begin, end),
		cmocka_unit_test_setup_teardown(hostile, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
