/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests the decoder with valid records, with every kind of malformed record, and with random bytes.
 */
#include <errno.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/decode/decode.h"
#include "lib/decode/hostile.h"
#include "lib/decode/record_builder.h"
#include "lib/decode/slots.h"
#include "lib/wire/vars.h"

static struct et_record rec;

static int decode(struct et_event *ret)
{
	return et_decode(rec.bytes, et_record_len(&rec), ret);
}

/* Build a PROCESS_EXEC record with all its variable-length fields. */
static void build_exec(void)
{
	struct et_process_exec *exec = et_record_begin(&rec, ET_PROCESS_EXEC);

	exec->hdr.ts = 5;
	exec->pids.tgid = 42;
	memcpy(exec->comm, "ls", 3);
	et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH, "/user.slice");
	et_record_var(&rec, ET_VAR_ARGV, "ls\0-l", 6);
	et_record_var(&rec, ET_VAR_ENV, "", 0);
	et_record_var_str(&rec, ET_VAR_CWD, "/");
	et_record_var_str(&rec, ET_VAR_FILENAME, "/bin/ls");
}

/*
 * Return the header of variable-length field number @n of the record, for a test that changes this
 * header.
 */
static struct et_var *var_at(unsigned int n)
{
	struct et_var_iter it;

	ET_FOR_EACH_VAR (&it, rec.bytes, et_record_len(&rec)) {
		if (!n--)
			return (struct et_var *)(uintptr_t)it.var;
	}
	fail_msg("no such field");
	return NULL;
}

static void expect_rejected(int error)
{
	struct et_event event, before;

	memset(&event, 0xa5, sizeof(event));
	before = event;
	assert_int_equal(decode(&event), error);
	/* On failure the caller's event is unchanged. */
	assert_memory_equal(&event, &before, sizeof(event));
}

static void test_every_event_type(void **state)
{
	static const struct {
		unsigned int type, slots;
	} types[] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) { (id), ET_SLOTS_##name },
#include "lib/wire/schema.def"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct et_event event;

		et_record_begin(&rec, types[i].type);
		assert_int_equal(decode(&event), 0);
		assert_ptr_equal(event.hdr, rec.bytes);
		assert_int_equal(event.time_ns, 0);
		for (unsigned int v = 0; v < ET_VARS_MAX; v++)
			assert_null(event.vars[v].data);
		assert_true(types[i].slots <= ET_VARS_MAX);
	}
}

static void test_fields(void **state)
{
	const struct et_field_view *v;
	struct et_event event;

	(void)state;
	build_exec();
	assert_int_equal(decode(&event), 0);

	v = &event.vars[ET_SLOT_process_exec_argv];
	assert_int_equal(v->size, 6);
	assert_int_equal(v->orig, 6);
	assert_int_equal(v->flags, 0);
	assert_memory_equal(v->data, "ls\0-l", 6);

	v = &event.vars[ET_SLOT_process_exec_filename];
	assert_int_equal(v->size, 7);
	assert_memory_equal(v->data, "/bin/ls", 7);

	/* An empty field has a pointer to its data, unlike a missing field. */
	v = &event.vars[ET_SLOT_process_exec_env];
	assert_non_null(v->data);
	assert_int_equal(v->size, 0);
}

static void test_fields_in_any_order(void **state)
{
	struct et_event event;

	(void)state;
	et_record_begin(&rec, ET_PROCESS_EXEC);
	et_record_var_str(&rec, ET_VAR_FILENAME, "/bin/ls");
	et_record_var(&rec, ET_VAR_ARGV, "ls", 3);
	assert_int_equal(decode(&event), 0);
	assert_int_equal(event.vars[ET_SLOT_process_exec_argv].size, 3);
	assert_int_equal(event.vars[ET_SLOT_process_exec_filename].size, 7);
	assert_null(event.vars[ET_SLOT_process_exec_cwd].data);
}

static void test_flagged_fields(void **state)
{
	static char big[30000];
	const struct et_field_view *v;
	struct et_event event;

	(void)state;
	memset(big, 'x', sizeof(big));
	et_record_begin(&rec, ET_PROCESS_EXEC);
	et_record_var(&rec, ET_VAR_ARGV, big, sizeof(big));
	et_record_var_raw(
		&rec,
		(struct et_var){
			.orig = 9, .size = 4, .type = ET_VAR_CWD, .flags = ET_VAR_F_FAULT },
		"/tmp", 4);
	et_record_var_raw(&rec,
			  (struct et_var){ .orig = 2,
					   .size = 2,
					   .type = ET_VAR_FILENAME,
					   .flags = ET_VAR_F_DELETED | ET_VAR_F_UNREACHABLE },
			  "/x", 2);
	assert_int_equal(decode(&event), 0);

	v = &event.vars[ET_SLOT_process_exec_argv];
	assert_int_equal(v->size, ET_CAP_ARGV);
	assert_int_equal(v->orig, sizeof(big));
	assert_int_equal(v->flags, ET_VAR_F_TRUNCATED);
	v = &event.vars[ET_SLOT_process_exec_cwd];
	assert_int_equal(v->orig, 9);
	assert_int_equal(v->flags, ET_VAR_F_FAULT);
	v = &event.vars[ET_SLOT_process_exec_filename];
	assert_int_equal(v->flags, ET_VAR_F_DELETED | ET_VAR_F_UNREACHABLE);
}

/*
 * The decoder skips a field of an unknown type, and a field that only other events have. The
 * skipped field may have any size.
 */
static void test_unknown_fields_are_skipped(void **state)
{
	static char big[60000];
	struct et_event event;

	(void)state;
	et_record_begin(&rec, ET_PROCESS_EXIT);
	et_record_var_raw(&rec, (struct et_var){ .orig = 3, .size = 3, .type = 999 }, "new", 3);
	et_record_var_raw(&rec, (struct et_var){ .size = sizeof(big), .type = ET_VAR_TYPES }, big,
			  sizeof(big));
	et_record_var_raw(&rec, (struct et_var){ .size = 4, .type = 0 }, "zero", 4);
	et_record_var_str(&rec, ET_VAR_CWD, "/");
	et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH, "/a");
	assert_int_equal(decode(&event), 0);
	assert_int_equal(event.vars[ET_SLOT_process_exit_pids_ss_cgroup_path].size, 2);
	for (unsigned int v = ET_SLOTS_process_exit; v < ET_VARS_MAX; v++)
		assert_null(event.vars[v].data);
}

/*
 * A record with ET_VARS_MAX fields is valid. One more field makes the record malformed, although
 * each field is valid.
 */
static void test_too_many_fields(void **state)
{
	struct et_event event;

	(void)state;
	et_record_begin(&rec, ET_PROCESS_EXEC);
	for (unsigned int i = 0; i < ET_VARS_MAX; i++)
		et_record_var_raw(&rec, (struct et_var){ .type = 900 + i }, "", 0);
	assert_int_equal(decode(&event), 0);
	et_record_var_raw(&rec, (struct et_var){ .type = 999 }, "", 0);
	expect_rejected(-EBADMSG);
}

static void test_header_lies(void **state)
{
	const __u16 fixed = sizeof(struct et_process_exec);

	(void)state;
#define LIE(member, value, error)         \
	do {                              \
		build_exec();             \
		rec.hdr.member = (value); \
		expect_rejected(error);   \
	} while (0)

	LIE(version, 0, -EPROTONOSUPPORT);
	LIE(version, ET_WIRE_VERSION + 1, -EPROTONOSUPPORT);
	LIE(type, 0, -EBADMSG);
	LIE(type, ET_EVENT_TYPES, -EBADMSG);
	LIE(type, 0xffff, -EBADMSG);
	LIE(type, ET_PROCESS_SETSID, -EBADMSG);
	LIE(format, 0, -EBADMSG);
	LIE(format, 0xff, -EBADMSG);
	LIE(ring, ET_RING_BULK, -EBADMSG);
	LIE(ring, ET_RING_CLASSES, -EBADMSG);
	LIE(lane, ET_LANES, -EBADMSG);
	LIE(fixed, 0, -EBADMSG);
	LIE(fixed, fixed - 8, -EBADMSG);
	LIE(fixed, fixed + 4, -EBADMSG);
	LIE(fixed, fixed + 8, -EBADMSG);
	LIE(fixed, 0xffff, -EBADMSG);
	LIE(vars, 0, -EBADMSG);
	LIE(vars, 4, -EBADMSG);
	LIE(vars, 6, -EBADMSG);
	LIE(vars, ET_VARS_MAX + 1, -EBADMSG);
	LIE(vars, 0xffff, -EBADMSG);
#undef LIE
}

static void test_size_differs_from_length(void **state)
{
	struct et_event event;
	size_t len;

	(void)state;
	build_exec();
	len = et_record_len(&rec);
	/* A record in a ring may be followed by unused bytes, which the decoder ignores. */
	assert_int_equal(et_decode(rec.bytes, len + 4, &event), 0);
	assert_int_equal(et_decode(rec.bytes, len - 4, &event), -EBADMSG);
	rec.hdr.size = len - 4;
	assert_int_equal(et_decode(rec.bytes, len, &event), -EBADMSG);
	rec.hdr.size = len + 4;
	assert_int_equal(et_decode(rec.bytes, len, &event), -EBADMSG);
	assert_int_equal(et_decode(rec.bytes, len + 4, &event), -EBADMSG);
	rec.hdr.size = sizeof(rec.hdr) - 1;
	assert_int_equal(et_decode(rec.bytes, len, &event), -EBADMSG);
	rec.hdr.size = 0;
	assert_int_equal(et_decode(rec.bytes, len, &event), -EBADMSG);
	rec.hdr.size = 0xffffffff;
	assert_int_equal(et_decode(rec.bytes, len, &event), -EBADMSG);
}

static void test_field_lies(void **state)
{
	(void)state;
#define LIE(n, member, value)                \
	do {                                 \
		build_exec();                \
		var_at(n)->member = (value); \
		expect_rejected(-EBADMSG);   \
	} while (0)

	/*
	 * LIE() changes the header of one field. Field 4 is the last one: its bytes end at the end
	 * of the record.
	 */
	LIE(4, size, 9);
	LIE(4, size, 0xffffffff);
	LIE(4, size, 0xfffffffd); /* with padding, the size overflows 32 bits */
	LIE(4, size, 0);
	LIE(0, size, 0x80000000);
	LIE(0, size, 15);
	/*
	 * The field has 7 bytes and no flag for a cut value, so any other original size is
	 * malformed.
	 */
	LIE(4, orig, 8);
	LIE(4, orig, 6);
	LIE(4, orig, 0);
	/* A record with two fields of the same type is malformed. */
	LIE(4, type, ET_VAR_CWD);
#undef LIE
}

/* A field with more bytes than its cap is malformed, whatever its flags are. */
static void test_caps(void **state)
{
	static char big[ET_CAP_CWD + 1];
	struct et_event event;

	(void)state;
	et_record_begin(&rec, ET_PROCESS_EXEC);
	et_record_var_raw(
		&rec, (struct et_var){ .orig = ET_CAP_CWD, .size = ET_CAP_CWD, .type = ET_VAR_CWD },
		big, ET_CAP_CWD);
	assert_int_equal(decode(&event), 0);

	et_record_begin(&rec, ET_PROCESS_EXEC);
	et_record_var_raw(&rec,
			  (struct et_var){ .orig = sizeof(big),
					   .size = sizeof(big),
					   .type = ET_VAR_CWD,
					   .flags = ET_VAR_F_TRUNCATED },
			  big, sizeof(big));
	expect_rejected(-EBADMSG);
}

static void test_duplicate_empty_field(void **state)
{
	(void)state;
	et_record_begin(&rec, ET_PROCESS_EXEC);
	et_record_var(&rec, ET_VAR_ENV, "", 0);
	et_record_var(&rec, ET_VAR_ENV, "", 0);
	expect_rejected(-EBADMSG);
}

static void test_cut_at_each_byte(void **state)
{
	size_t len;

	(void)state;
	build_exec();
	len = et_record_len(&rec);
	for (size_t n = 0; n < len; n++) {
		/*
		 * Cut the record to @n bytes. In the first call, the size in the header is @n too.
		 * In the second call, it is @len, the size before the cut.
		 */
		assert_int_equal(decode_exact(rec.bytes, n, n), -EBADMSG);
		assert_int_equal(decode_exact(rec.bytes, n, len), -EBADMSG);
	}
	assert_int_equal(decode_exact(rec.bytes, len, len), 0);
}

static void build_exec_or_tty(__u64 *seed)
{
	if (noise(seed) % 2) {
		build_exec();
	} else {
		et_record_begin(&rec, ET_PROCESS_TTY_WRITE);
		et_record_var_str(&rec, ET_VAR_TTY_OUT, "hello\r\n");
	}
}

static void test_mutations(void **state)
{
	const struct mutations all = { &rec, build_exec_or_tty, .rounds = 200000 };

	(void)state;
	expect_mutations_survived(&all);
}

static void test_noise(void **state)
{
	__u64 seed = 0xdeadbeefcafef00d;

	(void)state;
	for (unsigned int round = 0; round < 20000; round++) {
		size_t len = noise(&seed) % 600;
		int r;

		for (size_t i = 0; i < len; i++)
			rec.bytes[i] = noise(&seed);
		rec.hdr.version = ET_WIRE_VERSION;
		rec.hdr.type = noise(&seed) % ET_EVENT_TYPES;
		r = decode_exact(rec.bytes, len, len);
		assert_true(r == 0 || r == -EBADMSG || r == -EPROTONOSUPPORT);
	}
}

static void test_iterator(void **state)
{
	struct et_var_iter it;
	unsigned int n = 0;

	(void)state;
	build_exec();
	ET_FOR_EACH_VAR (&it, rec.bytes, et_record_len(&rec))
		n++;
	assert_int_equal(n, 5);
	assert_int_equal(it.error, 0);

	/* The iterator stops at the first malformed field, and shows the fields before it. */
	var_at(2)->size = 0xfffffff0;
	n = 0;
	ET_FOR_EACH_VAR (&it, rec.bytes, et_record_len(&rec))
		n++;
	assert_int_equal(n, 2);
	assert_int_equal(it.error, -EBADMSG);

	/* A record that is shorter than a struct et_header has no fields. */
	n = 0;
	ET_FOR_EACH_VAR (&it, rec.bytes, sizeof(struct et_header) - 1)
		n++;
	assert_int_equal(n, 0);
	assert_int_equal(it.error, -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_event_type),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_fields_in_any_order),
		cmocka_unit_test(test_flagged_fields),
		cmocka_unit_test(test_unknown_fields_are_skipped),
		cmocka_unit_test(test_too_many_fields),
		cmocka_unit_test(test_header_lies),
		cmocka_unit_test(test_size_differs_from_length),
		cmocka_unit_test(test_field_lies),
		cmocka_unit_test(test_caps),
		cmocka_unit_test(test_duplicate_empty_field),
		cmocka_unit_test(test_cut_at_each_byte),
		cmocka_unit_test(test_mutations),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_iterator),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
