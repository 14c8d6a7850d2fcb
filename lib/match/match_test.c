/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests which events pass which filters. Each row of the table is one case. */
#include "lib/match/match.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "lib/decode/record_builder.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static struct et_record rec;

/* Return the event of the record in `rec`. */
static struct et_event event_of(void)
{
	struct et_event event;

	assert_int_equal(et_decode(rec.bytes, et_record_len(&rec), &event), 0);
	return event;
}

/* The values of an event that filters compare. */
struct fact {
	enum et_event_type type;
	__u32 tgid, ppid, ruid;
	const char *comm;
	__u64 cgroup_id;
	const char *cgroup; /* NULL: the event has no cgroup path */
	const char *path;   /* NULL: the event has no path */
	const char *dir;    /* cwd of an exec that failed; the new path of a rename */
	__u16 flags;        /* of the path */
};

static void add_path(const char *text, enum et_var_type type, __u16 flags)
{
	struct et_var var = { .orig = (__u32)strlen(text),
			      .size = (__u32)strlen(text),
			      .type = (__u16)type,
			      .flags = flags };

	et_record_var_raw(&rec, var, text, var.size);
}

static void fill(struct et_pids *pids, const struct fact *f)
{
	pids->tgid = f->tgid;
	pids->tid = f->tgid + 1;
	pids->ppid = f->ppid;
	pids->start_time_ns = 1000ULL * f->tgid;
}

/* Fill a record's members that have the same names in most event types. */
#define FILL(name)                                                    \
	do {                                                          \
		struct et_##name *e = et_record_begin(&rec, f->type); \
                                                                      \
		fill(&e->pids, f);                                    \
		e->creds.ruid = f->ruid;                              \
		e->creds.euid = 77;                                   \
		memcpy(e->comm, f->comm, strnlen(f->comm, 16));       \
		e->cgroup_id = f->cgroup_id;                          \
	} while (0)

static struct et_event make(const struct fact *fact)
{
	struct fact with_comm = *fact;
	const struct fact *f = &with_comm;

	if (!with_comm.comm)
		with_comm.comm = "";
	switch (f->type) {
	case ET_PROCESS_EXEC:
		FILL(process_exec);
		if (f->path)
			add_path(f->path, ET_VAR_FILENAME, f->flags);
		break;
	case ET_PROCESS_EXEC_FAILED:
		FILL(process_exec_failed);
		add_path(f->dir, ET_VAR_CWD, 0);
		add_path(f->path, ET_VAR_FILENAME, f->flags);
		break;
	case ET_PROCESS_SETSID:
		FILL(process_setsid);
		break;
	case ET_FILE_RENAME:
		FILL(file_rename);
		add_path(f->path, ET_VAR_OLD_PATH, f->flags);
		add_path(f->dir, ET_VAR_NEW_PATH, 0);
		break;
	case ET_FILE_DELETE:
		FILL(file_delete);
		add_path(f->path, ET_VAR_PATH, f->flags);
		break;
	case ET_PROCESS_TTY_WRITE: {
		struct et_process_tty_write *e = et_record_begin(&rec, f->type);

		fill(&e->pids, f);
		e->ruid = f->ruid;
		e->cgroup_id = f->cgroup_id;
		memcpy(e->comm, f->comm, strnlen(f->comm, 16));
		break;
	}
	default:
		fail();
	}
	if (f->cgroup)
		add_path(f->cgroup, ET_VAR_CGROUP_PATH, 0);
	return event_of();
}

static struct et_matcher *matcher(const struct et_filter *filters, size_t count)
{
	struct et_matcher *m = NULL;
	struct et_error err = { 0 };

	if (et_matcher_new(filters, count, &m, &err) < 0)
		fail_msg("%s", err.message);
	return m;
}

static int match_one(const struct et_filter *filters, size_t count, const struct fact *fact)
{
	struct et_matcher *m = matcher(filters, count);
	struct et_event event = make(fact);
	int r;

	assert_int_equal(et_matcher_learn(m, &event), 0);
	r = et_matcher_match(m, &event);
	et_matcher_free(m);
	return r;
}

#define ONLY(kind_, ...)   { .kind = ET_FILTER_##kind_, __VA_ARGS__ }
#define EXCEPT(kind_, ...) { .kind = ET_FILTER_##kind_, .exclude = true, __VA_ARGS__ }

static const struct {
	const char *name;
	struct et_filter filters[3]; /* the list ends at an element of zeroes */
	struct fact fact;
	int passes;
} decisions[] = {
	{ "no filter", {}, { ET_PROCESS_SETSID, .tgid = 5 }, 1 },
	{ "pid", { ONLY(PID, .number = 5) }, { ET_PROCESS_SETSID, .tgid = 5 }, 1 },
	{ "thread's id is no pid",
	  { ONLY(PID, .number = 6) },
	  { ET_PROCESS_SETSID, .tgid = 5 },
	  0 },
	{ "one of two pids",
	  { ONLY(PID, .number = 4), ONLY(PID, .number = 5) },
	  { ET_PROCESS_SETSID, .tgid = 5 },
	  1 },
	{ "excluded pid", { EXCEPT(PID, .number = 5) }, { ET_PROCESS_SETSID, .tgid = 5 }, 0 },
	{ "other pid excluded", { EXCEPT(PID, .number = 4) }, { ET_PROCESS_SETSID, .tgid = 5 }, 1 },
	{ "wanted and excluded",
	  { ONLY(PID, .number = 5), EXCEPT(PID, .number = 5) },
	  { ET_PROCESS_SETSID, .tgid = 5 },
	  0 },
	{ "kinds are all needed",
	  { ONLY(PID, .number = 5), ONLY(UID, .number = 1) },
	  { ET_PROCESS_SETSID, .tgid = 5, .ruid = 2 },
	  0 },

	{ "real user", { ONLY(UID, .number = 7) }, { ET_PROCESS_SETSID, .ruid = 7 }, 1 },
	{ "not the effective user",
	  { ONLY(UID, .number = 77) },
	  { ET_PROCESS_SETSID, .ruid = 7 },
	  0 },
	{ "root", { ONLY(UID, .number = 0) }, { ET_PROCESS_SETSID, .ruid = 0 }, 1 },
	{ "user of a terminal write",
	  { EXCEPT(UID, .number = 7) },
	  { ET_PROCESS_TTY_WRITE, .ruid = 7 },
	  0 },

	{ "comm", { ONLY(COMM, .text = "sh") }, { ET_PROCESS_EXEC, .comm = "sh" }, 1 },
	{ "beginning of a comm",
	  { ONLY(COMM, .text = "sh") },
	  { ET_PROCESS_EXEC, .comm = "shd" },
	  0 },
	{ "longest comm",
	  { EXCEPT(COMM, .text = "fifteen bytes !") },
	  { ET_PROCESS_EXEC, .comm = "fifteen bytes !" },
	  0 },

	{ "cgroup", { ONLY(CGROUP, .text = "/a") }, { ET_PROCESS_EXEC, .cgroup = "/a" }, 1 },
	{ "below a cgroup",
	  { ONLY(CGROUP, .text = "/a/") },
	  { ET_PROCESS_EXEC, .cgroup = "/a/b" },
	  1 },
	{ "similar cgroup",
	  { ONLY(CGROUP, .text = "/a") },
	  { ET_PROCESS_EXEC, .cgroup = "/ab" },
	  0 },
	{ "above a cgroup",
	  { ONLY(CGROUP, .text = "/a/b") },
	  { ET_PROCESS_EXEC, .cgroup = "/a" },
	  0 },
	{ "root cgroup", { ONLY(CGROUP, .text = "/") }, { ET_PROCESS_EXEC, .cgroup = "/a" }, 1 },
	{ "path without a slash",
	  { ONLY(CGROUP, .text = "a") },
	  { ET_PROCESS_EXEC, .cgroup = "/a" },
	  1 },
	{ "excluded cgroup",
	  { EXCEPT(CGROUP, .text = "/a") },
	  { ET_PROCESS_EXEC, .cgroup = "/a/b" },
	  0 },
	{ "unknown cgroup",
	  { ONLY(CGROUP, .text = "/a") },
	  { ET_PROCESS_SETSID, .cgroup_id = 9 },
	  -ENOENT },
	{ "unknown cgroup of an event that another filter drops",
	  { ONLY(CGROUP, .text = "/a"), ONLY(PID, .number = 1) },
	  { ET_PROCESS_SETSID, .tgid = 2, .cgroup_id = 9 },
	  0 },

	{ "path", { ONLY(PATH_PREFIX, .text = "/etc/") }, { ET_FILE_DELETE, .path = "/etc/a" }, 1 },
	{ "part of a name",
	  { ONLY(PATH_PREFIX, .text = "/et") },
	  { ET_FILE_DELETE, .path = "/etc/a" },
	  1 },
	{ "shorter path",
	  { ONLY(PATH_PREFIX, .text = "/etc/") },
	  { ET_FILE_DELETE, .path = "/etc" },
	  0 },
	{ "excluded path",
	  { EXCEPT(PATH_PREFIX, .text = "/etc/") },
	  { ET_FILE_DELETE, .path = "/etc/a" },
	  0 },
	{ "event without a path",
	  { ONLY(PATH_PREFIX, .text = "/x") },
	  { ET_PROCESS_SETSID, .tgid = 5 },
	  1 },
	{ "unresolved path",
	  { ONLY(PATH_PREFIX, .text = "/x") },
	  { ET_FILE_DELETE, .path = "/etc/a", .flags = ET_VAR_F_UNRESOLVED },
	  1 },
	{ "path without its beginning",
	  { ONLY(PATH_PREFIX, .text = "/x") },
	  { ET_FILE_DELETE, .path = "/etc/a", .flags = ET_VAR_F_TRUNCATED },
	  1 },
	{ "path with too many components",
	  { ONLY(PATH_PREFIX, .text = "/e") },
	  { ET_FILE_DELETE, .path = "/etc/a", .flags = ET_VAR_F_PARTIAL },
	  0 },
	{ "path with too many components, excluded",
	  { EXCEPT(PATH_PREFIX, .text = "/e") },
	  { ET_FILE_DELETE, .path = "/etc/a", .flags = ET_VAR_F_PARTIAL },
	  1 },
	{ "old path",
	  { ONLY(PATH_PREFIX, .text = "/a") },
	  { ET_FILE_RENAME, .path = "/a", .dir = "/b" },
	  1 },
	{ "new path",
	  { ONLY(PATH_PREFIX, .text = "/b") },
	  { ET_FILE_RENAME, .path = "/a", .dir = "/b" },
	  1 },
	{ "neither path",
	  { ONLY(PATH_PREFIX, .text = "/c") },
	  { ET_FILE_RENAME, .path = "/a", .dir = "/b" },
	  0 },
	{ "one of two paths is not excluded",
	  { EXCEPT(PATH_PREFIX, .text = "/a") },
	  { ET_FILE_RENAME, .path = "/a", .dir = "/b" },
	  1 },
	{ "both paths are excluded",
	  { EXCEPT(PATH_PREFIX, .text = "/a") },
	  { ET_FILE_RENAME, .path = "/a/1", .dir = "/a/2" },
	  0 },
	{ "relative name",
	  { ONLY(PATH_PREFIX, .text = "/dir/sub/x") },
	  { ET_PROCESS_EXEC_FAILED, .dir = "/dir", .path = "sub/x" },
	  1 },
	{ "relative name in the root directory",
	  { ONLY(PATH_PREFIX, .text = "/x") },
	  { ET_PROCESS_EXEC_FAILED, .dir = "/", .path = "x" },
	  1 },
	{ "absolute name",
	  { ONLY(PATH_PREFIX, .text = "/dir") },
	  { ET_PROCESS_EXEC_FAILED, .dir = "/dir", .path = "/x" },
	  0 },
};

static void test_decisions(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(decisions); i++) {
		size_t count = 0;
		int r;

		while (count < 3 &&
		       (decisions[i].filters[count].kind || decisions[i].filters[count].number))
			count++;
		r = match_one(decisions[i].filters, count, &decisions[i].fact);
		if (r != decisions[i].passes)
			fail_msg("%s: %d", decisions[i].name, r);
	}
}

/*
 * The matcher learns a cgroup's path from an event with the cgroup's id and path. Then it knows the
 * path for events that have only the id.
 */
static void test_cgroups_are_learned(void **state)
{
	const struct et_filter filters[] = { ONLY(CGROUP, .text = "/a") };
	struct et_matcher *m = matcher(filters, 1);
	struct et_event event;

	(void)state;
	event = make(&(struct fact){ ET_PROCESS_EXEC, .cgroup_id = 9, .cgroup = "/a/b" });
	assert_int_equal(et_matcher_learn(m, &event), 0);
	event = make(&(struct fact){ ET_PROCESS_EXEC, .cgroup_id = 10, .cgroup = "/c" });
	assert_int_equal(et_matcher_learn(m, &event), 0);
	event = make(&(struct fact){ ET_PROCESS_SETSID, .cgroup_id = 9 });
	assert_int_equal(et_matcher_match(m, &event), 1);
	event = make(&(struct fact){ ET_PROCESS_SETSID, .cgroup_id = 10 });
	assert_int_equal(et_matcher_match(m, &event), 0);
	et_matcher_free(m);
}

static void set_fork(struct et_process_fork *f, __u32 parent, __u64 parent_start, __u32 child,
		     __u64 child_start)
{
	f->parent_pids.tgid = parent;
	f->parent_pids.start_time_ns = parent_start;
	f->child_pids.tgid = child;
	f->child_pids.ppid = parent;
	f->child_pids.start_time_ns = child_start;
}

/* For the filter, a fork belongs to the parent's cgroup, not to the child's. */
static void test_fork_is_of_the_parent(void **state)
{
	const struct et_filter filters[] = { ONLY(CGROUP, .text = "/parent") };
	struct et_matcher *m = matcher(filters, 1);
	struct et_process_fork *f;
	struct et_event event;

	(void)state;
	event = make(&(struct fact){ ET_PROCESS_EXEC, .cgroup_id = 1, .cgroup = "/parent" });
	assert_int_equal(et_matcher_learn(m, &event), 0);
	f = et_record_begin(&rec, ET_PROCESS_FORK);
	f->parent_cgroup_id = 1;
	f->cgroup_id = 2;
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, "/child");
	event = event_of();
	assert_int_equal(et_matcher_learn(m, &event), 0);
	assert_int_equal(et_matcher_match(m, &event), 1);
	/*
	 * The fork has the id and path of the child's cgroup, so the matcher has learned this path.
	 */
	event = make(&(struct fact){ ET_PROCESS_SETSID, .cgroup_id = 2 });
	assert_int_equal(et_matcher_match(m, &event), 0);
	et_matcher_free(m);
}

static struct et_event setsid_of(__u32 tgid, __u64 start, __u32 ppid)
{
	struct et_process_setsid *e = et_record_begin(&rec, ET_PROCESS_SETSID);

	e->pids.tgid = tgid;
	e->pids.start_time_ns = start;
	e->pids.ppid = ppid;
	return event_of();
}

static int in_tree(struct et_matcher *m, __u32 tgid, __u64 start, __u32 ppid)
{
	struct et_event event = setsid_of(tgid, start, ppid);

	return et_matcher_match(m, &event);
}

static void learn_fork(struct et_matcher *m, __u32 parent, __u64 parent_start, __u32 child,
		       __u64 child_start)
{
	struct et_event event;

	set_fork(et_record_begin(&rec, ET_PROCESS_FORK), parent, parent_start, child, child_start);
	event = event_of();
	assert_int_equal(et_matcher_learn(m, &event), 0);
}

static void learn_setsid(struct et_matcher *m, __u32 tgid, __u64 start, __u32 ppid)
{
	struct et_event event = setsid_of(tgid, start, ppid);

	assert_int_equal(et_matcher_learn(m, &event), 0);
}

static void test_tree(void **state)
{
	const struct et_filter filters[] = { ONLY(TREE, .number = 100),
					     EXCEPT(TREE, .number = 102) };
	struct et_matcher *m = matcher(filters, 2);

	(void)state;
	assert_true(et_matcher_learns(m));
	learn_setsid(m, 100, 10, 1);     /* the tree's first process */
	learn_setsid(m, 200, 20, 100);   /* its child, which began before the recording */
	learn_fork(m, 200, 20, 201, 21); /* a grandchild of process 100 */
	learn_fork(m, 100, 10, 101, 30);
	learn_setsid(m, 101, 30, 1); /* the parent has ended; process 101 stays in the tree */
	learn_fork(m, 101, 30, 102, 40);
	learn_fork(m, 102, 40, 103, 50);
	learn_setsid(m, 300, 5, 1);
	learn_fork(m, 300, 5, 100, 60); /* another process that gets the same ID */
	learn_fork(m, 100, 60, 301, 70);
	assert_int_equal(in_tree(m, 100, 10, 1), 1);
	assert_int_equal(in_tree(m, 200, 20, 1), 1);
	assert_int_equal(in_tree(m, 201, 21, 1), 1);
	assert_int_equal(in_tree(m, 101, 30, 1), 1);
	assert_int_equal(in_tree(m, 102, 40, 1), 0);
	assert_int_equal(in_tree(m, 103, 50, 1), 0);
	assert_int_equal(in_tree(m, 300, 5, 1), 0);
	assert_int_equal(in_tree(m, 100, 60, 300), 0);
	assert_int_equal(in_tree(m, 301, 70, 100), 0);
	et_matcher_free(m);
}

/* The filter finds the processes of a tree even if the tree's first process has no record. */
static void test_tree_of_a_quiet_process(void **state)
{
	const struct et_filter filters[] = { ONLY(TREE, .number = 100) };
	struct et_matcher *m = matcher(filters, 1);

	(void)state;
	learn_setsid(m, 200, 20, 100);
	learn_fork(m, 200, 20, 201, 21);
	assert_int_equal(in_tree(m, 201, 21, 200), 1);
	assert_int_equal(in_tree(m, 202, 22, 200), 0); /* no event has named process 202 */
	et_matcher_free(m);
}

static void learn_exists(struct et_matcher *m, __u32 tgid, __u64 start, __u32 ppid)
{
	struct et_process_exists *e = et_record_begin(&rec, ET_PROCESS_EXISTS);
	struct et_event event;

	e->pids.tgid = tgid;
	e->pids.start_time_ns = start;
	e->pids.ppid = ppid;
	event = event_of();
	assert_int_equal(et_matcher_learn(m, &event), 0);
}

/* PROCESS_EXISTS has a process's parent, and its start only in units of 10 ms. */
static void test_tree_of_a_snapshot(void **state)
{
	const struct et_filter filters[] = { ONLY(TREE, .number = 100) };
	struct et_matcher *m = matcher(filters, 1);

	(void)state;
	learn_setsid(m, 202, 3009999999, 1); /* its parent has ended since the snapshot */
	learn_exists(m, 100, 1000000000, 1);
	learn_exists(m, 200, 2000000000, 100);
	learn_exists(m, 201, 0, 200); /* start 0: unknown, as on a host that was suspended */
	learn_exists(m, 202, 3000000000, 100);
	learn_setsid(m, 200, 2005000000, 1);
	learn_setsid(m, 201, 2500000000, 1);
	learn_fork(m, 201, 2500000000, 300, 4000000000);
	learn_fork(m, 1, 1, 200, 5000000000); /* another process that gets the same ID */
	assert_int_equal(in_tree(m, 100, 1000000001, 1), 1);
	assert_int_equal(in_tree(m, 200, 2005000000, 1), 1);
	assert_int_equal(in_tree(m, 201, 2500000000, 1), 1);
	assert_int_equal(in_tree(m, 300, 4000000000, 1), 1);
	assert_int_equal(in_tree(m, 202, 3009999999, 1), 0);
	assert_int_equal(in_tree(m, 200, 5000000000, 1), 0);
	et_matcher_free(m);
}

static unsigned int always(const void *generation, unsigned int id)
{
	(void)id;
	return *(const unsigned int *)generation;
}

static void check(enum et_filter_kind kind, __u64 wanted, __u64 events, unsigned int generation,
		  const char *message)
{
	const struct et_filter f = { .kind = kind, .number = 1, .text = "/x" };
	struct et_matcher *m = matcher(&f, 1);
	struct et_error err = { 0 };
	int r = et_matcher_check(m, wanted, events, always, &generation, &err);

	assert_int_equal(r, message ? -EINVAL : 0);
	if (message && !strstr(err.message, message))
		fail_msg("%s", err.message);
	if (message)
		assert_int_equal(err.kind, ET_ERROR_USAGE);
	et_matcher_free(m);
}

#define BIT(type) ET_EVENT_BIT(ET_##type)
#define ALL       (~0ULL)

static void test_what_a_recording_cannot_answer(void **state)
{
	(void)state;
	for (int kind = 0; kind < ET_FILTER_KINDS; kind++)
		check(kind, ALL, ALL, ET_GENERATION, NULL);
	check(ET_FILTER_PID, ALL, ALL, 1, NULL);
	check(ET_FILTER_PATH_PREFIX, ALL, ALL, 1, NULL);
	check(ET_FILTER_TREE, ALL, ALL, 1, NULL);
	check(ET_FILTER_TREE, ALL, ALL & ~BIT(PROCESS_FORK), ET_GENERATION,
	      "cannot be filtered by process tree: PROCESS_FORK was not recorded");
	check(ET_FILTER_UID, ALL, ALL, 3,
	      "by user: an earlier version recorded PROCESS_TTY_WRITE, PROCESS_MEMFD_CREATE, "
	      "PROCESS_SHMGET, PROCESS_PTRACE and 1 more without it; choose");
	check(ET_FILTER_UID, BIT(PROCESS_EXEC), ALL, 1, NULL);
	check(ET_FILTER_UID, ALL, BIT(PROCESS_EXEC), 1, NULL);
	check(ET_FILTER_COMM, BIT(PROCESS_SETSID), ALL, 1, "by command name");
	check(ET_FILTER_COMM, BIT(PROCESS_SETSID), ALL, 2, NULL);
	check(ET_FILTER_CGROUP, BIT(PROCESS_EXEC), ALL, 2, NULL);
	check(ET_FILTER_CGROUP, BIT(PROCESS_EXEC), ALL, 1, "by cgroup");
	check(ET_FILTER_CGROUP, BIT(PROCESS_FORK), ALL, 3, "by cgroup");
}

/* Every event type has the values that filters compare. A new event type must have them, too. */
static void test_every_event_answers(void **state)
{
	(void)state;
	check(ET_FILTER_UID, ALL, ALL, ET_GENERATION, NULL);
	check(ET_FILTER_COMM, ALL, ALL, ET_GENERATION, NULL);
	check(ET_FILTER_CGROUP, ALL, ALL, ET_GENERATION, NULL);
}

static void test_cgroup_needs_a_path(void **state)
{
	const struct et_filter f = { .kind = ET_FILTER_CGROUP, .number = 5 };
	struct et_matcher *m = NULL;
	struct et_error err = { 0 };

	(void)state;
	assert_int_equal(et_matcher_new(&f, 1, &m, &err), -EINVAL);
	assert_int_equal(err.kind, ET_ERROR_USAGE);
	assert_null(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decisions),
		cmocka_unit_test(test_cgroups_are_learned),
		cmocka_unit_test(test_fork_is_of_the_parent),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_tree_of_a_quiet_process),
		cmocka_unit_test(test_tree_of_a_snapshot),
		cmocka_unit_test(test_what_a_recording_cannot_answer),
		cmocka_unit_test(test_every_event_answers),
		cmocka_unit_test(test_cgroup_needs_a_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
