/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/kernel/btf_subset.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <bpf/btf.h>

/* IDs of the kernel's types, in the order in which make_kernel() adds them. */
enum {
	INT = 1,
	UNUSED,
	UNUSED_PTR,
	INNER,
	INNER_TYPEDEF,
	TASK,
	TASK_PTR,
	HANDLER,
	HANDLER_PTR,
	HANDLER_TYPEDEF,
	STATE,
	LATER,
	LATER_PTR,
};

static struct btf *make_kernel(void)
{
	struct btf *btf = btf__new_empty();

	assert_non_null(btf);
	assert_int_equal(btf__add_int(btf, "int", 4, BTF_INT_SIGNED), INT);
	assert_int_equal(btf__add_struct(btf, "unused", 4), UNUSED);
	assert_int_equal(btf__add_field(btf, "number", INT, 0, 0), 0);
	assert_int_equal(btf__add_ptr(btf, UNUSED), UNUSED_PTR);
	assert_int_equal(btf__add_struct(btf, "inner", 4), INNER);
	assert_int_equal(btf__add_field(btf, "depth", INT, 0, 0), 0);
	assert_int_equal(btf__add_typedef(btf, "inner_t", INNER), INNER_TYPEDEF);
	assert_int_equal(btf__add_struct(btf, "task_struct", 24), TASK);
	assert_int_equal(btf__add_field(btf, "inside", INNER_TYPEDEF, 0, 0), 0);
	assert_int_equal(btf__add_field(btf, "other", UNUSED_PTR, 64, 0), 0);
	assert_int_equal(btf__add_field(btf, "later", LATER_PTR, 128, 0), 0);
	assert_int_equal(btf__add_ptr(btf, TASK), TASK_PTR);
	assert_int_equal(btf__add_func_proto(btf, 0), HANDLER);
	assert_int_equal(btf__add_func_param(btf, "task", TASK_PTR), 0);
	assert_int_equal(btf__add_ptr(btf, HANDLER), HANDLER_PTR);
	assert_int_equal(btf__add_typedef(btf, "btf_trace_exec", HANDLER_PTR), HANDLER_TYPEDEF);
	assert_int_equal(btf__add_enum(btf, "state", 4), STATE);
	assert_int_equal(btf__add_enum_value(btf, "RUNNING", 7), 0);
	assert_int_equal(btf__add_struct(btf, "later", 0), LATER);
	assert_int_equal(btf__add_ptr(btf, LATER), LATER_PTR);
	return btf;
}

/*
 * Make the copy for BPF programs that use one type. @add adds this type to the types of the
 * programs.
 */
static struct btf *copy_for(const char *name, int (*add)(struct btf *btf, const char *name))
{
	struct btf *kernel = make_kernel(), *local = btf__new_empty(), *copy = NULL;

	assert_non_null(local);
	assert_true(add(local, name) > 0);
	assert_int_equal(et_btf_subset__make(kernel, local, &copy), 0);
	assert_non_null(copy);
	btf__free(local);
	btf__free(kernel);
	return copy;
}

static int add_struct(struct btf *btf, const char *name)
{
	return btf__add_struct(btf, name, 0);
}

static int add_typedef(struct btf *btf, const char *name)
{
	return btf__add_typedef(btf, name, 0);
}

static int add_enum(struct btf *btf, const char *name)
{
	return btf__add_enum(btf, name, 4);
}

static void check_kinds(const struct btf *copy, const int *kinds, __u32 count)
{
	assert_int_equal(btf__type_cnt(copy), count + 1);
	for (__u32 id = 1; id <= count; id++)
		if (btf_kind(btf__type_by_id(copy, id)) != kinds[id - 1])
			fail_msg("type %u is of kind %d in place of %d", id,
				 btf_kind(btf__type_by_id(copy, id)), kinds[id - 1]);
}

/*
 * The copy has the types that a struct contains, with their IDs. It lacks the types to which
 * pointers in the struct point.
 */
static void test_struct(void **state)
{
	static const int kinds[] = { BTF_KIND_INT,    BTF_KIND_PTR,     BTF_KIND_PTR,
				     BTF_KIND_STRUCT, BTF_KIND_TYPEDEF, BTF_KIND_STRUCT,
				     BTF_KIND_PTR,    BTF_KIND_PTR,     BTF_KIND_PTR,
				     BTF_KIND_PTR,    BTF_KIND_PTR,     BTF_KIND_PTR,
				     BTF_KIND_PTR };
	struct btf *copy = copy_for("task_struct", add_struct);
	const struct btf_type *t;

	(void)state;
	check_kinds(copy, kinds, LATER_PTR);
	t = btf__type_by_id(copy, TASK);
	assert_string_equal(btf__name_by_offset(copy, t->name_off), "task_struct");
	assert_int_equal(t->size, 24);
	assert_int_equal(btf_vlen(t), 3);
	assert_string_equal(btf__name_by_offset(copy, btf_members(t)[1].name_off), "other");
	assert_int_equal(btf_members(t)[1].offset, 64);
	assert_int_equal(btf_members(t)[1].type, UNUSED_PTR);
	assert_int_equal(btf__type_by_id(copy, UNUSED_PTR)->type, 0);
	btf__free(copy);
}

/* libbpf matches struct task_struct___old with struct task_struct. */
static void test_variant(void **state)
{
	struct btf *copy = copy_for("inner___old", add_struct);

	(void)state;
	assert_int_equal(btf__find_by_name_kind(copy, "inner", BTF_KIND_STRUCT), INNER);
	/* The copy ends with the last type that is needed. */
	assert_int_equal(btf__type_cnt(copy), INNER + 1);
	btf__free(copy);
}

/*
 * libbpf compares the parameters of a function type. So the copy has the types to which these
 * parameters point, too.
 */
static void test_function_type(void **state)
{
	static const int kinds[] = { BTF_KIND_INT,    BTF_KIND_PTR,        BTF_KIND_PTR,
				     BTF_KIND_STRUCT, BTF_KIND_TYPEDEF,    BTF_KIND_STRUCT,
				     BTF_KIND_PTR,    BTF_KIND_FUNC_PROTO, BTF_KIND_PTR,
				     BTF_KIND_TYPEDEF };
	struct btf *copy = copy_for("btf_trace_exec", add_typedef);

	(void)state;
	assert_int_equal(btf__type_by_id(copy, HANDLER_PTR)->type, HANDLER);
	assert_int_equal(btf__type_by_id(copy, TASK_PTR)->type, TASK);
	for (__u32 id = 1; id <= HANDLER_TYPEDEF; id++)
		assert_int_equal(btf_kind(btf__type_by_id(copy, id)), kinds[id - 1]);
	btf__free(copy);
}

static void test_enum(void **state)
{
	struct btf *copy = copy_for("state", add_enum);
	const struct btf_type *t;

	(void)state;
	t = btf__type_by_id(copy, STATE);
	assert_true(btf_is_enum(t));
	assert_int_equal(btf_enum(t)->val, 7);
	assert_int_equal(btf__type_cnt(copy), STATE + 1);
	btf__free(copy);
}

/* The kernel has no type of this name: nothing is copied. */
static void test_missing(void **state)
{
	struct btf *copy = copy_for("task", add_struct);

	(void)state;
	assert_int_equal(btf__type_cnt(copy), 1);
	btf__free(copy);
}

/* The file has the types of the copy. If no copy can be made, there is no path. */
static void test_file(void **state)
{
	struct et_btf_subset subset = ET_BTF_SUBSET_INIT;
	struct btf *kernel = make_kernel(), *local = btf__new_empty(), *read;
	const char *path;

	(void)state;
	assert_non_null(local);
	assert_null(et_btf_subset__path(&subset));
	subset.vmlinux = kernel;
	path = et_btf_subset__path(&subset);
	assert_non_null(path);
	assert_true(add_struct(local, "inner") > 0);
	assert_int_equal(et_btf_subset__fill(&subset, local), 0);
	read = btf__parse(path, NULL);
	assert_non_null(read);
	assert_int_equal(btf__find_by_name_kind(read, "inner", BTF_KIND_STRUCT), INNER);
	btf__free(read);
	assert_string_equal(et_btf_subset__path(&subset), path);
	et_btf_subset__close(&subset);

	subset.vmlinux = kernel;
	assert_non_null(et_btf_subset__path(&subset));
	assert_int_equal(et_btf_subset__fill(&subset, NULL), -ENOENT);
	assert_null(et_btf_subset__path(&subset));
	btf__free(local);
	btf__free(kernel);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_struct),        cmocka_unit_test(test_variant),
		cmocka_unit_test(test_function_type), cmocka_unit_test(test_enum),
		cmocka_unit_test(test_missing),       cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
