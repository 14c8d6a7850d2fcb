/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests the decoder with records of schema generation 1, the oldest. All members are decoded,
 * missing members are marked, and the checks are as strict as for today's records.
 */
#include <errno.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/decode/hostile.h"
#include "lib/decode/layouts.h"
#include "lib/decode/record_builder.h"
#include "lib/decode/slots.h"

/* Size in bytes of a record's fixed part in schema generation 1. The index is the event type. */
static const __u16 sizes[] = { 0,  216, 192, 192, 64,  72,  72,  112, 192, 80,  80,
			       80, 64,  184, 184, 184, 184, 184, 184, 128, 128, 144 };
#define EVENTS (sizeof(sizes) / sizeof(sizes[0]))
#define LOST   72

static struct et_record rec;
static struct et_layouts *layouts;

static int setup(void **state)
{
	(void)state;
	if (et_layouts_new(&layouts))
		return -1;
	for (unsigned int id = 1; id < EVENTS; id++)
		et_layouts_set(layouts, id, 1);
	et_layouts_set(layouts, ET_LOST, 1);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	et_layouts_free(layouts);
	return 0;
}

/* Begin a record of schema generation 1. In its fixed part, neighbouring bytes differ. */
static void begin_old(enum et_event_type type)
{
	et_record_begin(&rec, type);
	rec.hdr.fixed = rec.hdr.size = sizes[type];
	if (type == ET_PROCESS_EXEC_FAILED)
		rec.hdr.ring = ET_RING_LIFECYCLE;
	for (size_t i = sizeof(rec.hdr); i < sizes[type]; i++)
		rec.bytes[i] = (unsigned char)(i * 7 + 1);
}

static int decode(struct et_event *ret)
{
	return et_layouts_decode(layouts, rec.bytes, et_record_len(&rec), ret);
}

static void expect_bytes(const void *member, size_t offset, size_t size)
{
	assert_memory_equal(member, rec.bytes + offset, size);
}

static void members_are_found(void **state)
{
	const struct et_process_tty_write *tty;
	const struct et_process_exit *exited;
	const struct et_file_create *file;
	struct et_event event;

	(void)state;
	begin_old(ET_PROCESS_TTY_WRITE);
	rec.hdr.ts = 12;
	et_record_var(&rec, ET_VAR_TTY_OUT, "out", 3);
	assert_int_equal(decode(&event), 0);
	assert_true(ET_LACKS(event.older, 2));
	assert_false(ET_LACKS(event.older, 1));
	tty = (const void *)event.hdr;
	assert_int_equal(tty->hdr.ts, 12);
	assert_int_equal(tty->hdr.fixed, sizeof(*tty));
	expect_bytes(&tty->pids, 32, 20);
	expect_bytes(&tty->pids.start_time_ns, 56, 8);
	assert_int_equal(tty->pids.start_boottime_ns, 0);
	expect_bytes(&tty->tty, 64, 28);
	assert_int_equal(tty->tty.devpts, 0);
	expect_bytes(&tty->comm, 96, 16);
	assert_memory_equal(event.vars[0].data, "out", 3);

	begin_old(ET_PROCESS_EXIT);
	assert_int_equal(decode(&event), 0);
	exited = (const void *)event.hdr;
	expect_bytes(&exited->creds, 64, 40);
	expect_bytes(&exited->ns, 152, 28);
	expect_bytes(&exited->exit_code, 184, 4);
	expect_bytes(&exited->core_dumped, 189, 1);
	assert_int_equal(exited->sockets_open, 0);

	begin_old(ET_FILE_CREATE);
	assert_int_equal(decode(&event), 0);
	file = (const void *)event.hdr;
	expect_bytes(&file->file_info.type, 104, 1);
	expect_bytes(&file->file_info.mode, 106, 2);
	expect_bytes(&file->file_info.inode, 120, 40);
	expect_bytes(&file->mount_namespace, 176, 4);
}

static void notes_are_found(void **state)
{
	struct et_event event = { .older = 7 };
	const struct et_lost *lost;

	(void)state;
	et_record_begin(&rec, ET_PROCESS_EXEC);
	rec.hdr.type = ET_LOST;
	rec.hdr.fixed = rec.hdr.size = LOST;
	for (size_t i = sizeof(rec.hdr); i < LOST; i++)
		rec.bytes[i] = (unsigned char)(i + 1);
	assert_int_equal(et_layouts_decode_synthetic(layouts, rec.bytes, LOST, &event), 0);
	lost = (const void *)event.hdr;
	assert_true(ET_LACKS(event.older, 2));
	expect_bytes(&lost->count, 32, 17);
	expect_bytes(&lost->after_ts_ns, 56, 16);
	assert_int_equal(lost->cause, ET_LOST_CAUSE_UNKNOWN);

	/*
	 * If the layout is that of generation 1, a record of today's size is malformed. If the
	 * layout is today's, a record of generation 1 is malformed.
	 */
	assert_int_equal(et_layouts_decode_synthetic(layouts, rec.bytes, sizeof(*lost), &event),
			 -EBADMSG);
	assert_int_equal(et_layouts_decode_synthetic(layouts, rec.bytes, 8, &event), -EBADMSG);
	et_layouts_set(layouts, ET_LOST, ET_GENERATION);
	assert_int_equal(et_layouts_decode_synthetic(layouts, rec.bytes, LOST, &event), -EBADMSG);
	rec.hdr.size = sizeof(*lost);
	assert_int_equal(et_layouts_decode_synthetic(layouts, rec.bytes, sizeof(*lost), &event), 0);
	assert_int_equal(event.older, 0);
	assert_ptr_equal(event.hdr, rec.bytes);
}

/* In a record of generation 1, the fixed part must have exactly its size in that generation. */
static void sizes_are_checked(void **state)
{
	struct et_event event;

	(void)state;
	assert_true(EVENTS <= ET_EVENT_TYPES);
	for (unsigned int id = 1; id < EVENTS; id++) {
		begin_old(id);
		assert_int_equal(decode(&event), 0);
		assert_int_equal(event.hdr->type, id);
		rec.hdr.fixed -= 4;
		assert_int_equal(decode(&event), -EBADMSG);
		rec.hdr.fixed += 8;
		assert_int_equal(decode(&event), -EBADMSG);
		et_record_begin(&rec, id);
		assert_int_equal(decode(&event), -EBADMSG);
		begin_old(id);
		assert_int_equal(et_layouts_decode(layouts, rec.bytes, sizes[id] - 1, &event),
				 -EBADMSG);
		/*
		 * In a recording of today's schema generation, a record of generation 1 is
		 * malformed.
		 */
		et_layouts_set(layouts, id, ET_GENERATION);
		assert_int_equal(decode(&event), -EBADMSG);
		et_record_begin(&rec, id);
		assert_int_equal(decode(&event), 0);
		assert_int_equal(event.older, 0);
		assert_ptr_equal(event.hdr, rec.bytes);
		et_layouts_set(layouts, id, 1);
	}
}

/* In a record of generation 1, the decoder skips a field that a later generation added. */
static void later_fields_are_unknown(void **state)
{
	struct et_event event;

	(void)state;
	begin_old(ET_PROCESS_EXEC);
	et_record_var_str(&rec, ET_VAR_FILENAME, "/bin/ls");
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, "/a");
	assert_int_equal(decode(&event), 0);
	assert_null(event.vars[ET_SLOT_process_exec_cgroup_path].data);
	assert_int_equal(event.vars[ET_SLOT_process_exec_filename].size, 7);
	et_record_make_fixed(&rec);
	assert_int_equal(decode(&event), -EBADMSG);

	begin_old(ET_PROCESS_EXEC);
	et_record_var_str(&rec, ET_VAR_FILENAME, "/bin/ls");
	et_record_make_fixed(&rec);
	assert_int_equal(decode(&event), 0);
	assert_int_equal(event.vars[ET_SLOT_process_exec_filename].size, 7);
}

/*
 * Decode a copy of the record in a memory block of its size. Check that all fields lie in this
 * block.
 */
static int decode_at_end(size_t len)
{
	unsigned char *copy = malloc(len ? len : 1);
	struct et_event event;
	int r;

	assert_non_null(copy);
	memcpy(copy, rec.bytes, len);
	r = et_layouts_decode(layouts, copy, len, &event);
	for (unsigned int i = 0; r == 0 && i < ET_VARS_MAX; i++) {
		const struct et_field_view *v = &event.vars[i];

		if (!v->data)
			continue;
		assert_true((const unsigned char *)v->data >= copy);
		assert_true((const unsigned char *)v->data + v->size <= copy + len);
	}
	free(copy);
	return r;
}

static void lies_are_survived(void **state)
{
	unsigned int ok = 0, bad = 0;
	__u64 seed = 0x9e3779b97f4a7c15;

	(void)state;
	for (unsigned int round = 0; round < 100000; round++) {
		size_t len;

		begin_old(1 + noise(&seed) % (EVENTS - 1));
		et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH, "/user.slice");
		et_record_var_str(&rec, ET_VAR_CGROUP_PATH, "/user.slice");
		et_record_var_str(&rec, ET_VAR_FILENAME, "/bin/ls");
		len = et_record_len(&rec);
		for (unsigned int i = noise(&seed) % 4; i; i--)
			rec.bytes[noise(&seed) % len] ^= 1 << noise(&seed) % 8;
		if (decode_at_end(noise(&seed) % 4 ? len : noise(&seed) % (len + 1)) == 0)
			ok++;
		else
			bad++;
	}
	assert_true(ok > 10000 && bad > 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(members_are_found, setup, teardown),
		cmocka_unit_test_setup_teardown(notes_are_found, setup, teardown),
		cmocka_unit_test_setup_teardown(sizes_are_checked, setup, teardown),
		cmocka_unit_test_setup_teardown(later_fields_are_unknown, setup, teardown),
		cmocka_unit_test_setup_teardown(lies_are_survived, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
