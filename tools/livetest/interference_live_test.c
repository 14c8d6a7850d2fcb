/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Other processes interfere with a running eventstrace, and its summary reports that. They stop its
 * reader, and switch its programs off through the programs' memory. They cannot detach its links.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <cmocka.h>
#include <yyjson.h>

#include "tools/livetest/caserun.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/tracer.h"

static struct tracer *start(void)
{
	static const char *const flags[] = { "-s", "-e", "exec", NULL };
	struct tracer_options opts = { .flags = flags };
	struct tracer *tracer;

	assert_int_equal(tracer_start(&opts, &tracer), 0);
	return tracer;
}

static void trigger(void)
{
	struct caserun run;

	caserun_run("noop", NULL, &run);
	assert_int_equal(run.status, 0);
	caserun_free(&run);
}

struct told {
	bool switched_off;
	uint64_t away_ns, away_longest_ns;
};

static struct told stop(struct tracer *tracer)
{
	struct tracer_result result;
	yyjson_doc *doc;
	yyjson_val *root;
	struct told told;

	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	doc = tracer_summary(&result);
	assert_non_null(doc);
	root = yyjson_doc_get_root(doc);
	assert_true(yyjson_is_bool(yyjson_obj_get(root, "switched_off")));
	told = (struct told){
		.switched_off = yyjson_get_bool(yyjson_obj_get(root, "switched_off")),
		.away_ns = yyjson_get_uint(yyjson_obj_get(root, "away_ns")),
		.away_longest_ns = yyjson_get_uint(yyjson_obj_get(root, "away_longest_ns")),
	};
	yyjson_doc_free(doc);
	tracer_result_free(&result);
	return told;
}

/* The summary reports no delay of the reader if there were no events. */
static void test_idle(void **state)
{
	struct tracer *tracer = start();
	struct told told;

	(void)state;
	usleep(2500 * 1000);
	trigger();
	told = stop(tracer);
	assert_int_equal(told.away_ns, 0);
	assert_false(told.switched_off);
}

static void test_stopped(void **state)
{
	struct tracer *tracer = start();
	struct told told;

	(void)state;
	for (int i = 0; i < 2; i++) {
		tracer_kill(tracer, SIGSTOP);
		usleep(100 * 1000);
		trigger();
		usleep((i ? 1500 : 3000) * 1000);
		tracer_kill(tracer, SIGCONT);
		usleep(500 * 1000);
	}
	told = stop(tracer);
	assert_true(told.away_longest_ns >= 2900000000 && told.away_longest_ns < 4000000000);
	assert_true(told.away_ns >= told.away_longest_ns + 1400000000);
	assert_false(told.switched_off);
}

/* ---- through the memory of programs ------------------------------------------------------ */

/* Offset of the variable @name in its section, from BTF; -1: BTF does not have the variable. */
static int offset_of(__u32 btf_id, const char *section, const char *name)
{
	struct btf *btf = btf__load_from_kernel_by_id(btf_id);
	const struct btf_var_secinfo *info;
	const struct btf_type *t;
	int id, ret = -1;

	if (!btf)
		return -1;
	id = btf__find_by_name_kind(btf, section, BTF_KIND_DATASEC);
	t = id < 0 ? NULL : btf__type_by_id(btf, (__u32)id);
	info = t ? btf_var_secinfos(t) : NULL;
	for (int i = 0; t && i < btf_vlen(t); i++) {
		const struct btf_type *var = btf__type_by_id(btf, info[i].type);

		if (!strcmp(btf__name_by_offset(btf, var->name_off), name))
			ret = (int)info[i].offset;
	}
	btf__free(btf);
	return ret;
}

static bool switch_off(void)
{
	struct bpf_map_info info;
	__u32 id = 0, size;
	bool done = false;

	while (bpf_map_get_next_id(id, &id) == 0) {
		int fd = bpf_map_get_fd_by_id(id), at = -1;
		char *memory;

		if (fd < 0)
			continue;
		memset(&info, 0, sizeof(info));
		size = sizeof(info);
		if (bpf_map_get_info_by_fd(fd, &info, &size) == 0 &&
		    strcmp(info.name, "et_probe.bss") == 0)
			at = offset_of(info.btf_id, ".bss", "et_stopped");
		if (at >= 0) {
			memory = mmap(NULL, info.value_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
				      0);
			assert_ptr_not_equal(memory, MAP_FAILED);
			*(volatile __u32 *)(memory + at) = 1;
			munmap(memory, info.value_size);
			done = true;
		}
		close(fd);
	}
	return done;
}

static void test_switched_off(void **state)
{
	struct tracer *tracer = start();
	struct told told;

	(void)state;
	trigger();
	assert_true(switch_off());
	trigger();
	told = stop(tracer);
	assert_true(told.switched_off);
}

/* ---- links --------------------------------------------------------------------------------- */

static __u32 last_link(void)
{
	__u32 id = 0;

	while (bpf_link_get_next_id(id, &id) == 0)
		;
	return id;
}

/*
 * The kernel does not detach a link of eventstrace while its descriptor is open. No privilege
 * changes that, so the summary has nothing to report.
 */
static void test_links_stay(void **state)
{
	__u32 id = last_link();
	struct tracer *tracer = start();
	struct tracer_result result;
	unsigned int links = 0;
	yyjson_doc *doc;

	(void)state;
	while (bpf_link_get_next_id(id, &id) == 0) {
		int fd = bpf_link_get_fd_by_id(id);

		assert_true(fd >= 0);
		assert_int_equal(bpf_link_detach(fd), -EOPNOTSUPP);
		close(fd);
		links++;
	}
	assert_true(links > 0);
	trigger();
	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	doc = tracer_summary(&result);
	assert_true(yyjson_get_uint(yyjson_doc_ptr_get(doc, "/events/process-exec/received")) > 0);
	yyjson_doc_free(doc);
	tracer_result_free(&result);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_switched_off),
		cmocka_unit_test(test_links_stay),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
