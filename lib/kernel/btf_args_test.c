/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <bpf/btf.h>

#include "lib/kernel/btf_args.h"

/* Add the type of a function: int NAME(int ARGUMENT, ...) */
static void add_function(struct btf *btf, const char *name, int int_id,
			 const char *const *arguments)
{
	int proto = btf__add_func_proto(btf, int_id);

	assert_true(proto > 0);
	for (; *arguments; arguments++)
		assert_int_equal(btf__add_func_param(btf, *arguments, int_id), 0);
	assert_true(btf__add_func(btf, name, BTF_FUNC_STATIC, proto) > 0);
}

static void test_find(void **state)
{
	static const char *const two[] = { "iocb", "from", NULL }, *const none[] = { NULL };
	struct btf *btf = btf__new_empty();
	int int_id;

	(void)state;
	assert_non_null(btf);
	int_id = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	add_function(btf, "two", int_id, two);
	add_function(btf, "none", int_id, none);

	assert_int_equal(et_btf_args__find(btf, "two", "iocb"), 0);
	assert_int_equal(et_btf_args__find(btf, "two", "from"), 1);
	assert_int_equal(et_btf_args__find(btf, "two", "fro"), -ENOENT);
	assert_int_equal(et_btf_args__find(btf, "two", NULL), 2);
	assert_int_equal(et_btf_args__find(btf, "none", NULL), 0);
	assert_int_equal(et_btf_args__find(btf, "none", "from"), -ENOENT);
	assert_int_equal(et_btf_args__find(btf, "three", NULL), -ENOENT);
	assert_true(et_btf_args__are(btf, "two(iocb, from)"));
	assert_true(et_btf_args__are(btf, "none()"));
	assert_false(et_btf_args__are(btf, "two(iocb)"));
	assert_false(et_btf_args__are(btf, "two(from, iocb)"));
	assert_false(et_btf_args__are(btf, "two(iocb, from, more)"));
	assert_false(et_btf_args__are(btf, "three()"));
	/* The name "int" is the name of a type, not of a function. */
	assert_int_equal(et_btf_args__find(btf, "int", NULL), -ENOENT);
	btf__free(btf);
}

/*
 * Find the positions of all rows of btf_args.def, on a kernel whose tty_write() has four arguments.
 */
static void test_fill(void **state)
{
	static const char *const four[] = { "file", "buf", "count", "ppos", NULL };
	struct btf *btf = btf__new_empty();
	__u8 args[ET_ARG_ROWS];

	(void)state;
	assert_non_null(btf);
	et_btf_args__fill(btf, args);
	for (int i = 0; i < ET_ARG_ROWS; i++)
		assert_int_equal(args[i], ET_ARG_NONE);
	add_function(btf, "tty_write", btf__add_int(btf, "int", 4, BTF_INT_SIGNED), four);
	et_btf_args__fill(btf, args);
	assert_int_equal(args[ET_ARGS_TTY_WRITE], 4);
	btf__free(btf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_fill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
