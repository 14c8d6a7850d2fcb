/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests the decoder with records of ET_FORMAT_FIXED. A valid record decodes to the same event as
 * the record in ET_FORMAT_VARLEN; malformed records are rejected.
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

static struct et_record rec, packed;

/* Every event type, and its variable-length fields in the order of the record. */
static const struct {
	unsigned int type, count;
	enum et_var_type vars[ET_VARS_MAX];
} types[] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	{                                                         \
		(id), ET_SLOTS_##name,                            \
		{
#define ET_VAR(owner, NAME, name, doc) ET_VAR_##NAME,
#define ET_EVENT_END(name) \
	}                  \
	}                  \
	,
#include "lib/wire/schema.def"
};

static const __u32 caps[ET_VAR_TYPES] = {
#define ET_VAR_TYPE(id, NAME, KIND, cap, doc) [id] = (cap),
#include "lib/wire/schema.def"
};

#define TYPES (sizeof(types) / sizeof(types[0]))

/*
 * Build a record whose fields have @size bytes, or their cap if it is smaller. Each field repeats a
 * letter of its own: aaa, bbb.
 */
static void build(size_t t, size_t size)
{
	static char bytes[65536];

	et_record_begin(&rec, types[t].type);
	for (unsigned int v = 0; v < types[t].count; v++) {
		memset(bytes, 'a' + (int)v, sizeof(bytes));
		et_record_var(&rec, types[t].vars[v], bytes, size);
	}
}

static void build_exec(void)
{
	et_record_begin(&rec, ET_PROCESS_EXEC);
	et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH, "/user.slice");
	et_record_var(&rec, ET_VAR_ARGV, "ls\0-l", 6);
	et_record_var(&rec, ET_VAR_ENV, "", 0);
	et_record_var_str(&rec, ET_VAR_CWD, "/");
	et_record_var_str(&rec, ET_VAR_FILENAME, "/bin/ls");
	et_record_make_fixed(&rec);
}

static void build_tty(void)
{
	et_record_begin(&rec, ET_PROCESS_TTY_WRITE);
	et_record_var_str(&rec, ET_VAR_TTY_OUT, "hello\r\n");
	et_record_make_fixed(&rec);
}

/* Return the header of field number @n of the record, for a test that changes this header. */
static struct et_var *var_at(unsigned int n)
{
	size_t at = rec.hdr.fixed;

	while (n--)
		at += sizeof(struct et_var) + caps[((struct et_var *)(rec.bytes + at))->type];
	return (struct et_var *)(rec.bytes + at);
}

static int decode(struct et_event *ret)
{
	return et_decode(rec.bytes, et_record_len(&rec), ret);
}

static void expect_rejected(void)
{
	struct et_event event, before;

	memset(&event, 0xa5, sizeof(event));
	before = event;
	assert_int_equal(decode(&event), -EBADMSG);
	assert_memory_equal(&event, &before, sizeof(event));
}

/* ---- valid records ------------------------------------------------------------------------ */

static void test_shows_what_packed_shows(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 4, 5, 4095, 4096, 4097, 8192, 20480, 60000 };
	struct et_event a, b;

	(void)state;
	for (size_t t = 0; t < TYPES; t++) {
		for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
			build(t, sizes[s]);
			packed = rec;
			et_record_make_fixed(&rec);
			assert_int_equal(et_decode(packed.bytes, packed.hdr.size, &a), 0);
			assert_int_equal(decode(&b), 0);
			for (unsigned int v = 0; v < ET_VARS_MAX; v++) {
				assert_int_equal(a.vars[v].size, b.vars[v].size);
				assert_int_equal(a.vars[v].orig, b.vars[v].orig);
				assert_int_equal(a.vars[v].flags, b.vars[v].flags);
				assert_int_equal(!a.vars[v].data, !b.vars[v].data);
				if (a.vars[v].size)
					assert_memory_equal(a.vars[v].data, b.vars[v].data,
							    a.vars[v].size);
			}
		}
	}
}

/*
 * BPF programs reserve 8 bytes more than the record has, because a helper may write a NUL byte
 * after the last field.
 */
static void test_size(void **state)
{
	static const size_t reserved[] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) ET_FIXED_SIZE_##NAME,
#include "lib/wire/schema.def"
	};

	(void)state;
	for (size_t t = 0; t < TYPES; t++) {
		build(t, 1);
		et_record_make_fixed(&rec);
		assert_int_equal(et_record_len(&rec) + 8, reserved[t]);
	}
}

/*
 * In a ring, a slot may have old data after the field's bytes. The decoder must not read this data.
 */
static void test_rest_of_a_slot_is_not_looked_at(void **state)
{
	static struct et_record before;
	struct et_event event;

	(void)state;
	build_exec();
	before = rec;
	for (unsigned int n = 0; n < 5; n++) {
		struct et_var *var = var_at(n);

		memset((char *)(var + 1) + var->size, 0xff, caps[var->type] - var->size);
	}
	assert_memory_not_equal(&before, &rec, sizeof(rec));
	assert_int_equal(decode(&event), 0);
	assert_int_equal(event.vars[ET_SLOT_process_exec_filename].size, 7);
	assert_memory_equal(event.vars[ET_SLOT_process_exec_filename].data, "/bin/ls", 7);
}

static void test_fields_in_any_order(void **state)
{
	struct et_event event;

	(void)state;
	et_record_begin(&rec, ET_PROCESS_EXEC);
	et_record_var_str(&rec, ET_VAR_FILENAME, "/bin/ls");
	et_record_var(&rec, ET_VAR_ARGV, "ls", 3);
	et_record_make_fixed(&rec);
	assert_int_equal(decode(&event), 0);
	assert_int_equal(event.vars[ET_SLOT_process_exec_argv].size, 3);
	assert_int_equal(event.vars[ET_SLOT_process_exec_filename].size, 7);
	assert_null(event.vars[ET_SLOT_process_exec_cwd].data);
}

/* ---- malformed records -------------------------------------------------------------------- */

static void test_field_lies(void **state)
{
	(void)state;
#define LIE(n, member, value)                \
	do {                                 \
		build_exec();                \
		var_at(n)->member = (value); \
		expect_rejected();           \
	} while (0)

	/*
	 * LIE() changes a field's header. Here, the field's size is larger than its slot. Some of
	 * these fields still end inside the record.
	 */
	LIE(0, size, ET_CAP_PIDS_SS_CGROUP_PATH + 1);
	LIE(1, size, ET_CAP_ARGV + 1);
	LIE(4, size, ET_CAP_FILENAME + 1);
	LIE(4, size, 0x7fffffff);
	LIE(4, size, 0xffffffff);
	LIE(0, size, 0x80000000);
	/* The original size differs from the size, but no flag says that the field is cut. */
	LIE(4, size, 8);
	LIE(4, size, 6);
	LIE(4, orig, 8);
	LIE(4, orig, 6);
	LIE(4, orig, 0);
	LIE(2, orig, 1);
	/*
	 * The decoder cannot skip a slot of an unknown type. With the wrong type, a slot has
	 * another size, so the decoder finds all later slots at wrong positions.
	 */
	LIE(0, type, 0);
	LIE(0, type, ET_VAR_TYPES);
	LIE(4, type, 999);
	LIE(4, type, 0xffff);
	LIE(0, type, ET_VAR_TTY_OUT);
	LIE(1, type, ET_VAR_ENV);
	LIE(2, type, ET_VAR_ARGV);
	/* A record with two fields of the same type is malformed. */
	LIE(4, type, ET_VAR_CWD);
	LIE(3, type, ET_VAR_FILENAME);
#undef LIE

	/*
	 * An exit with a working directory is malformed, because exits have no such field. The slot
	 * has the size of a cgroup path's slot, which exits have. So only the type is wrong.
	 */
	et_record_begin(&rec, ET_PROCESS_EXIT);
	et_record_var_str(&rec, ET_VAR_CWD, "/");
	et_record_make_fixed(&rec);
	expect_rejected();

	/* A field whose size is exactly its cap is valid. */
	build_exec();
	var_at(4)->size = var_at(4)->orig = ET_CAP_FILENAME;
	assert_int_equal(decode(&(struct et_event){ 0 }), 0);
}

static void test_header_lies(void **state)
{
	static const int steps[] = { -8, -1, 1, 8 };

	(void)state;
#define LIE(member, value)                \
	do {                              \
		build_exec();             \
		rec.hdr.member = (value); \
		expect_rejected();        \
	} while (0)

	LIE(vars, 0);
	LIE(vars, 4);
	LIE(vars, 6);
	LIE(vars, 0xffff);
	/* The header names the format VARLEN, but the record has the format FIXED. */
	LIE(format, ET_FORMAT_VARLEN);
	LIE(type, ET_PROCESS_EXEC_FAILED);
#undef LIE
	build_exec();
	packed = rec;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		rec = packed;
		rec.hdr.size += (__u32)steps[i];
		expect_rejected();
	}
	et_record_begin(&rec, ET_PROCESS_EXEC);
	et_record_var_str(&rec, ET_VAR_CWD, "/");
	rec.hdr.format = ET_FORMAT_FIXED;
	expect_rejected();
}

static void test_cut(void **state)
{
	size_t len, at;

	(void)state;
	build_tty();
	len = et_record_len(&rec);
	for (size_t n = 0; n < len; n++) {
		assert_int_equal(decode_exact(rec.bytes, n, n), -EBADMSG);
		assert_int_equal(decode_exact(rec.bytes, n, len), -EBADMSG);
	}
	assert_int_equal(decode_exact(rec.bytes, len, len), 0);

	/*
	 * The record has several slots. Cut it near the start of each slot, and near the start of
	 * the value in the slot.
	 */
	build_exec();
	for (unsigned int v = 0; v < 5; v++) {
		at = (size_t)((unsigned char *)var_at(v) - rec.bytes);
		for (size_t n = at - 4; n < at + sizeof(struct et_var) + 4; n++)
			assert_int_equal(decode_exact(rec.bytes, n, n), -EBADMSG);
	}
}

static void build_tty_or_exec(__u64 *seed)
{
	if (noise(seed) % 8)
		build_tty();
	else
		build_exec();
}

/*
 * Most bytes of slots are unused, and a change of an unused byte tests nothing. So half of the
 * changes hit the header of the first slot.
 */
static void test_mutations(void **state)
{
	const struct mutations headers = {
		&rec,
		build_tty_or_exec,
		.rounds = 20000,
		.hot = sizeof(struct et_var),
	};

	(void)state;
	expect_mutations_survived(&headers);
}

static void test_noise(void **state)
{
	__u64 seed = 0xdeadbeefcafef00d;

	(void)state;
	for (unsigned int round = 0; round < 20000; round++) {
		size_t t = noise(&seed) % TYPES, len;

		et_record_begin(&rec, types[t].type);
		len = rec.hdr.fixed + noise(&seed) % 20000 / 4 * 4;
		for (size_t i = rec.hdr.fixed; i < len; i += 8) {
			__u64 word = noise(&seed);

			memcpy(rec.bytes + i, &word, sizeof(word));
		}
		rec.hdr.format = ET_FORMAT_FIXED;
		rec.hdr.vars = noise(&seed) % (ET_VARS_MAX + 2);
		if (rec.hdr.vars && noise(&seed) % 2)
			var_at(0)->type = noise(&seed) % (ET_VAR_TYPES + 1);
		assert_true(decode_exact(rec.bytes, len, (__u32)len) != -EPROTONOSUPPORT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shows_what_packed_shows),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_rest_of_a_slot_is_not_looked_at),
		cmocka_unit_test(test_fields_in_any_order),
		cmocka_unit_test(test_field_lies),
		cmocka_unit_test(test_header_lies),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_mutations),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
