/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lib/decode/record_builder.h"
#include "lib/encode/encode.h"
#include "lib/encode/members.h"

static const char event[] =
	"{\"event_type\":\"PROCESS_EXEC\",\"ts_ns\":1,\"pids\":{\"tid\":1,\"tgid\":2,\"ppid\":3},"
	"\"comm\":\"a\\\"}{,b\",\"argv\":[\"x\",\"]}\\\\\"],\"argv_size\":9,\"argv_flags\":[\"fault\"],"
	"\"env\":[],\"env_filtered\":4,\"cwd\":\"/\"}\n";

static void check(const char *only, const char *except, const char *expected)
{
	struct et_members *m = NULL;
	char line[sizeof(event)];
	size_t n;

	memcpy(line, event, sizeof(event));
	assert_int_equal(et_members_new(only, except, &m), 0);
	n = et_members_apply(m, line, sizeof(event) - 1);
	assert_int_equal(line[n - 1], '\n');
	line[n - 1] = '\0';
	assert_string_equal(line, expected);
	free(m);
}

static void chosen(void **state)
{
	(void)state;
	check("ts_ns", NULL, "{\"ts_ns\":1}");
	check("comm,ts_ns", NULL, "{\"ts_ns\":1,\"comm\":\"a\\\"}{,b\"}");
	check("argv", NULL,
	      "{\"argv\":[\"x\",\"]}\\\\\"],\"argv_size\":9,\"argv_flags\":[\"fault\"]}");
	check("pids", NULL, "{\"pids\":{\"tid\":1,\"tgid\":2,\"ppid\":3}}");
	check("pids.tgid,cwd", NULL, "{\"pids\":{\"tgid\":2},\"cwd\":\"/\"}");
	check("env", NULL, "{\"env\":[]}");
	check("old_path", NULL, "{}");
	check("pids,pids.tgid", NULL, "{\"pids\":{\"tid\":1,\"tgid\":2,\"ppid\":3}}");
}

static void left_out(void **state)
{
	(void)state;
	check(NULL, "pids,argv,env,comm",
	      "{\"event_type\":\"PROCESS_EXEC\",\"ts_ns\":1,\"env_filtered\":4,\"cwd\":\"/\"}");
	check("pids", "pids.tid", "{\"pids\":{\"tgid\":2,\"ppid\":3}}");
	check("pids.tid,pids.ppid", "pids.tid", "{\"pids\":{\"ppid\":3}}");
	check("pids,cwd", "pids", "{\"cwd\":\"/\"}");
	check(NULL, "old_path",
	      "{\"event_type\":\"PROCESS_EXEC\",\"ts_ns\":1,"
	      "\"pids\":{\"tid\":1,\"tgid\":2,\"ppid\":3},\"comm\":\"a\\\"}{,b\","
	      "\"argv\":[\"x\",\"]}\\\\\"],\"argv_size\":9,\"argv_flags\":[\"fault\"],"
	      "\"env\":[],\"env_filtered\":4,\"cwd\":\"/\"}");
}

static void losses_stay(void **state)
{
	char lost[] = "{\"event_type\":\"LOST\",\"count\":3}\n";
	struct et_members *m = NULL;

	(void)state;
	assert_int_equal(et_members_new("comm", NULL, &m), 0);
	assert_int_equal(et_members_apply(m, lost, sizeof(lost) - 1), sizeof(lost) - 1);
	free(m);
}

static void unknown(void **state)
{
	struct et_members *m = NULL;
	size_t len = 0;

	(void)state;
	assert_int_equal(et_members_new("comm,nothing", NULL, &m), -EINVAL);
	assert_int_equal(et_members_new(NULL, "pids.nothing", &m), -EINVAL);
	assert_int_equal(et_members_new("", NULL, &m), -EINVAL);
	assert_null(m);
	assert_memory_equal(et_members_bad("comm,nothing,cwd", &len), "nothing", 7);
	assert_int_equal(len, 7);
	assert_non_null(et_members_bad("pids.argv", &len));
	assert_non_null(et_members_bad("tgid", &len));
	assert_null(et_members_bad("event_type,timestamp,ts_ns,net.source_port", &len));
}

static struct et_record rec;

/* Encode an event with three chosen members. */
static void of_the_encoder(void **state)
{
	struct et_process_exit *exit_ = et_record_begin(&rec, ET_PROCESS_EXIT);
	struct et_members *m = NULL;
	struct et_encoder enc;
	struct et_event e;
	char line[8192];
	size_t n;

	(void)state;
	exit_->exit_code = 7;
	exit_->pids.tgid = 12;
	assert_int_equal(et_decode(rec.bytes, et_record_len(&rec), &e), 0);
	assert_int_equal(et_members_new("exit_code,pids.tgid,core_dumped", NULL, &m), 0);
	et_encoder_init(&enc, &et_json_members_encoder);
	enc.members = m;
	n = et_encode(&enc, &e, line);
	line[n] = '\0';
	assert_string_equal(line,
			    "{\"pids\":{\"tgid\":12},\"exit_code\":7,\"core_dumped\":false}\n");
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chosen),         cmocka_unit_test(left_out),
		cmocka_unit_test(losses_stay),    cmocka_unit_test(unknown),
		cmocka_unit_test(of_the_encoder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
