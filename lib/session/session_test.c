/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests that et_session__open() rejects invalid options. This needs no privileges, because the
 * options are checked before any query to the kernel.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/include/eventstrace.h"

#define EXEC ET_EVENT_BIT(2)

static void refused(const struct et_options *opts, const char *message)
{
	struct et_session *s = (struct et_session *)1;
	struct et_error err = { 0 };

	assert_int_equal(et_session__open(opts, &s, &err), -EINVAL);
	assert_int_equal(err.kind, ET_ERROR_USAGE);
	assert_non_null(strstr(err.message, message));
	assert_null(strchr(err.message, '\n'));
	assert_ptr_equal(s, 1); /* unchanged on failure */

	memset(&err, 0, sizeof(err));
	assert_int_equal(et_probe(opts, &s, &err), -EINVAL);
	assert_int_equal(err.kind, ET_ERROR_USAGE);
	assert_ptr_equal(s, 1);

	/* The error parameter is optional. */
	assert_int_equal(et_session__open(opts, &s, NULL), -EINVAL);
}

static void test_events(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;

	(void)state;
	refused(&opts, "no events");
	opts.events = ET_EVENT_BIT(0);
	refused(&opts, "do not exist");
	opts.events = EXEC | ET_EVENT_BIT(63);
	refused(&opts, "0x8000000000000000");
}

static void test_choices(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;

	(void)state;
	opts.events = EXEC;
	opts.attach = (enum et_attach_kind)(ET_ATTACH_TP_BTF + 1);
	refused(&opts, "kind of hook");
	opts.attach = ET_ATTACH_ANY;
	opts.wakeup = (enum et_wakeup)3;
	refused(&opts, "wake");
	opts.wakeup = ET_WAKEUP_ALWAYS;
	opts.latency_ms = 501;
	refused(&opts, "a latency of 501 ms is too long: at most 500");
	opts.latency_ms = 500;
	opts.fair = (enum et_fair)2;
	refused(&opts, "share out a ring");
	opts.fair = ET_FAIR_OFF;
	opts.wire_format = (enum et_emit_request)4;
	refused(&opts, "wire format");
	opts.wire_format = ET_WIRE_DIRECT;
	opts.output_fd = -2;
	refused(&opts, "no such output: descriptor -2");
	opts.output_fd = -1;
	opts.record_fd = -2;
	refused(&opts, "no such recording: descriptor -2");
	opts.record_fd = -1;
	opts.file_size_max = 1;
	refused(&opts, "needs the function next_file");
}

static void test_sizes(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;

	(void)state;
	opts.events = EXEC;
	opts.ring_size = (1UL << 30) + 1;
	refused(&opts, "too large");
	opts.ring_size = SIZE_MAX;
	refused(&opts, "too large");
	opts.ring_size = 0;
	opts.lifecycle_ring_size = (1UL << 30) + 1;
	refused(&opts, "too large");
	opts.lifecycle_ring_size = 0;
	opts.bulk_ring_size = (1UL << 30) + 1;
	refused(&opts, "too large");
	opts.bulk_ring_size = 0;
	opts.ring_shards = 3;
	refused(&opts, "not a power of two");
	opts.ring_shards = 128;
	refused(&opts, "not a power of two");
	opts.ring_shards = 0;
	opts.quiet_tty_count = 1;
	refused(&opts, "not given");
	opts.quiet_tty_count = 0;
	opts.quiet_pgid_tty_count = 1;
	refused(&opts, "not given");
}

static void test_filters(void **state)
{
	const struct et_filter filters[] = {
		{ .kind = ET_FILTER_UID, .number = 0 },
		{ .kind = ET_FILTER_PID, .number = 0 },
	};
	struct et_options opts = ET_OPTIONS_INIT;

	(void)state;
	opts.events = EXEC;
	opts.filters = filters;
	opts.filter_count = 2;
	refused(&opts, "a filter's process cannot be 0");
	opts.filters = NULL;
	refused(&opts, "2 filters are not given");
}

static void test_size_of_options(void **state)
{
	struct {
		struct et_options opts;
		uint64_t later;
	} newer = { .opts = ET_OPTIONS_INIT };

	(void)state;
	newer.opts.events = EXEC;
	newer.opts.sz = 0;
	refused(&newer.opts, "size is not set");

	/*
	 * The caller has an older and shorter struct et_options. The bytes after its end are not
	 * read.
	 */
	newer.opts.sz = offsetof(struct et_options, attach);
	newer.opts.attach = (enum et_attach_kind)77;
	newer.opts.events = 0;
	refused(&newer.opts, "no events");

	/*
	 * The caller has a newer and longer struct et_options. The options that the library does
	 * not know are first 0, then one of them is set.
	 */
	newer.opts = (struct et_options)ET_OPTIONS_INIT;
	newer.opts.sz = sizeof(newer);
	refused(&newer.opts, "no events");
	newer.later = 1;
	refused(&newer.opts, "newer version");
}

static void test_version(void **state)
{
	(void)state;
	assert_non_null(strchr(et_version(), '.'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events),  cmocka_unit_test(test_choices),
		cmocka_unit_test(test_sizes),   cmocka_unit_test(test_size_of_options),
		cmocka_unit_test(test_version), cmocka_unit_test(test_filters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
