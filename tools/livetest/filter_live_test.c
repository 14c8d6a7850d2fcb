/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filters: what passes, what does not, and what is counted.
 *
 * Actors are processes that do as they are told: one that a filter is about, and others. What an
 * actor does is known, so what must be recorded of it is too, whatever else the machine does.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mntent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/livetest/caserun.h"
#include "tools/livetest/place.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/suite.h"
#include "tools/livetest/tracer.h"

/* ---- actors ------------------------------------------------------------------------------ */

enum act {
	ACT_FORK,  /* have a child that calls setsid and exits */
	ACT_EXEC,  /* have a child that executes @text */
	ACT_SPAWN, /* have a child that is actor number @a */
	ACT_NAME,  /* be called @text */
	ACT_USER,  /* have real user @a and effective user @b */
	ACT_CHDIR, /* go to @text */
	ACT_EXIT,
};

struct command {
	enum act act;
	unsigned int a, b;
	char text[PATH_MAX];
};

#define ACTORS 6

static struct actor {
	int ours, its; /* the two ends of a connection */
	pid_t pid;     /* 0: it is not there */
} actors[ACTORS];

static _Noreturn void be_actor(size_t self);

/* Return: the child's number, once it has ended. */
static pid_t have_child(const struct command *c)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (c->act == ACT_FORK)
			_exit(setsid() < 0);
		execl(c->text, c->text, (char *)NULL);
		_exit(errno == ENOENT ? 0 : 1);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return pid;
}

static long do_act(const struct command *c)
{
	pid_t pid;

	switch (c->act) {
	case ACT_FORK:
	case ACT_EXEC:
		return have_child(c);
	case ACT_SPAWN:
		pid = fork();
		if (pid == 0)
			be_actor(c->a);
		return pid;
	case ACT_NAME:
		return prctl(PR_SET_NAME, c->text);
	case ACT_USER:
		return setresuid(c->a, c->b, 0);
	case ACT_CHDIR:
		return chdir(c->text);
	case ACT_EXIT:
		break;
	}
	return 0;
}

static _Noreturn void be_actor(size_t self)
{
	struct command c;

	signal(SIGCHLD, SIG_IGN); /* nobody waits for an actor that another has spawned */
	for (size_t i = 0; i < ACTORS; i++)
		close(actors[i].ours);
	while (recv(actors[self].its, &c, sizeof(c), 0) == sizeof(c)) {
		long ret = do_act(&c);

		if (c.act == ACT_EXIT)
			break;
		send(actors[self].its, &ret, sizeof(ret), 0);
	}
	_exit(0);
}

static void begin_actor(size_t i)
{
	actors[i].pid = fork();
	assert_true(actors[i].pid >= 0);
	if (!actors[i].pid)
		be_actor(i);
}

static long tell(size_t i, const struct command *c)
{
	long ret = -1;

	assert_true(actors[i].pid > 0);
	assert_int_equal(send(actors[i].ours, c, sizeof(*c), 0), sizeof(*c));
	assert_int_equal(recv(actors[i].ours, &ret, sizeof(ret), 0), sizeof(ret));
	assert_true(ret >= 0);
	return ret;
}

static pid_t act(size_t i, enum act act, const char *text)
{
	struct command c = { .act = act };

	snprintf(c.text, sizeof(c.text), "%s", text);
	return (pid_t)tell(i, &c);
}

/* Return: the number of the child that it has had. */
static pid_t act_fork(size_t i)
{
	return act(i, ACT_FORK, "");
}

static void act_spawn(size_t i, size_t child)
{
	actors[child].pid = (pid_t)tell(i, &(struct command){ .act = ACT_SPAWN, .a = child });
}

static void act_user(size_t i, unsigned int real, unsigned int effective)
{
	tell(i, &(struct command){ .act = ACT_USER, .a = real, .b = effective });
}

/* It is gone when this returns: whoever is its child has another parent. */
static void act_exit(size_t i)
{
	const struct command c = { .act = ACT_EXIT };
	char path[64];

	if (!actors[i].pid)
		return;
	assert_int_equal(send(actors[i].ours, &c, sizeof(c), 0), sizeof(c));
	if (waitpid(actors[i].pid, NULL, 0) < 0) {
		snprintf(path, sizeof(path), "/proc/%d/exe", (int)actors[i].pid);
		for (int n = 0; n < 10000 && readlink(path, (char[8]){ 0 }, 8) >= 0; n++)
			usleep(1000);
	}
	actors[i].pid = 0;
}

static int setup(void **state)
{
	(void)state;
	for (size_t i = 0; i < ACTORS; i++) {
		int fds[2];

		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
			return -1;
		actors[i] = (struct actor){ fds[0], fds[1], 0 };
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (size_t i = 0; i < ACTORS; i++) {
		if (actors[i].pid)
			act_exit(i);
		close(actors[i].ours);
		close(actors[i].its);
	}
	return 0;
}

/* ---- what was recorded -------------------------------------------------------------------- */

static struct tracer *tracer;
static struct tracer_result result;
static struct events events;

/* Flags are words, the last of them NULL. */
static void begin(const char *const *filters)
{
	const char *flags[24] = { "-s", "-u", "-e", "fork,exec,exit,setsid,setuid,exec-failed" };
	struct tracer_options opts = { .flags = flags };

	for (size_t i = 0; filters[i]; i++)
		flags[4 + i] = filters[i];
	assert_int_equal(tracer_start(&opts, &tracer), 0);
}

#define BEGIN(...) begin((const char *const[]){ __VA_ARGS__, NULL })

static void end(void)
{
	struct report faults = { .text = NULL };

	assert_int_equal(tracer_stop(tracer, SIGINT, &result), 0);
	suite_check_result(&result, &faults);
	events_parse(&result, &events, &faults);
	if (faults.faults)
		fail_msg("%s", report_text(&faults));
	report_free(&faults);
}

static void forget(void)
{
	events_free(&events);
	tracer_result_free(&result);
}

/* Events of that type which the process has caused. */
static size_t count_of(const char *type, pid_t pid)
{
	size_t n = 0;

	for (size_t i = 0; i < events.count; i++) {
		yyjson_val *root = yyjson_doc_get_root(events.docs[i]);
		yyjson_val *pids = yyjson_obj_get(root, "pids");
		const char *name = yyjson_get_str(yyjson_obj_get(root, "event_type"));

		if (!pids)
			pids = yyjson_obj_get(root, "parent_pids");
		n += name && !strcmp(name, type) &&
		     yyjson_get_uint(yyjson_obj_get(pids, "tgid")) == (uint64_t)pid;
	}
	return n;
}

/* How many events of a type were dropped, by whatever. */
static uint64_t filtered(const char *event)
{
	yyjson_doc *doc = tracer_summary(&result);
	yyjson_val *events_of;
	uint64_t n;

	assert_non_null(doc);
	events_of = yyjson_obj_get(yyjson_doc_get_root(doc), "events");
	n = yyjson_get_uint(yyjson_obj_get(yyjson_obj_get(events_of, event), "filtered"));
	yyjson_doc_free(doc);
	return n;
}

/* A fork of @pid and what its child did, as often as said. */
#define EXPECT(type, pid, count) assert_int_equal(count_of("PROCESS_" type, pid), count)

/* Text that lives until eight more were made. */
__attribute__((format(printf, 1, 2))) static const char *text(const char *fmt, ...)
{
	static char texts[8][PATH_MAX];
	static unsigned int next;
	char *ret = texts[next++ % 8];
	va_list args;

	va_start(args, fmt);
	vsnprintf(ret, PATH_MAX, fmt, args);
	va_end(args);
	return ret;
}

/* ---- who it is ----------------------------------------------------------------------------- */

static void test_pid(void **state)
{
	pid_t of_0, of_1, of_2;

	(void)state;
	begin_actor(0);
	begin_actor(1);
	begin_actor(2);
	BEGIN(text("--pid=%d", actors[0].pid), text("-p%d", actors[1].pid));
	of_0 = act_fork(0);
	of_1 = act_fork(1);
	of_2 = act_fork(2);
	end();
	/* A fork is the parent's; a child is not the process that was named. */
	EXPECT("FORK", actors[0].pid, 1);
	EXPECT("FORK", actors[1].pid, 1);
	EXPECT("FORK", actors[2].pid, 0);
	EXPECT("SETSID", of_0, 0);
	EXPECT("SETSID", of_1, 0);
	EXPECT("EXIT", of_2, 0);
	assert_int_equal(events.count, 2);
	assert_true(filtered("process-fork") >= 1);
	assert_true(filtered("process-setsid") >= 3);
	assert_true(filtered("process-exit") >= 3);
	forget();
}

static void test_exclude_pid(void **state)
{
	pid_t of_0 = 0, of_1;

	(void)state;
	begin_actor(0);
	begin_actor(1);
	BEGIN(text("--exclude-pid=%d,4194303", actors[0].pid));
	for (int i = 0; i < 5; i++)
		of_0 = act_fork(0);
	of_1 = act_fork(1);
	end();
	EXPECT("FORK", actors[0].pid, 0);
	EXPECT("SETSID", of_0, 1);
	EXPECT("EXIT", of_0, 1);
	EXPECT("FORK", actors[1].pid, 1);
	EXPECT("SETSID", of_1, 1);
	EXPECT("EXIT", of_1, 1);
	/* Nothing else has been dropped. */
	assert_int_equal(filtered("process-fork"), 5);
	assert_int_equal(filtered("process-setsid"), 0);
	assert_int_equal(filtered("process-exit"), 0);
	forget();
}

/*
 * A tree of which there is a part before the start. Its middle ends, so that what was below it
 * has another parent, and goes on; and what is born of that, too.
 */
static void grow_tree(pid_t children[4])
{
	children[0] = act_fork(0);
	children[1] = act_fork(2);
	act_exit(1);
	children[2] = act_fork(2);
	act_spawn(2, 3);
	act_exit(2);
	children[3] = act_fork(3);
}

static void test_tree(void **state)
{
	pid_t children[4], other, pid_2;

	(void)state;
	begin_actor(0);
	begin_actor(4);
	act_spawn(0, 1);
	act_spawn(1, 2);
	pid_2 = actors[2].pid;
	BEGIN(text("--tree=%d", actors[0].pid));
	grow_tree(children);
	other = act_fork(4);
	end();
	for (int i = 0; i < 4; i++) {
		EXPECT("SETSID", children[i], 1);
		EXPECT("EXIT", children[i], 1);
	}
	EXPECT("FORK", actors[0].pid, 1);
	EXPECT("FORK", pid_2, 3);
	EXPECT("EXIT", pid_2, 1);
	EXPECT("FORK", actors[3].pid, 1);
	EXPECT("FORK", actors[4].pid, 0);
	EXPECT("SETSID", other, 0);
	assert_true(filtered("process-fork") >= 1);
	assert_true(filtered("process-setsid") >= 1);
	forget();
}

static void test_exclude_tree(void **state)
{
	pid_t children[4], other, pid_2;

	(void)state;
	begin_actor(0);
	begin_actor(4);
	act_spawn(0, 1);
	act_spawn(1, 2);
	pid_2 = actors[2].pid;
	BEGIN(text("--exclude-tree=%d", actors[0].pid));
	grow_tree(children);
	other = act_fork(4);
	end();
	for (int i = 0; i < 4; i++) {
		EXPECT("SETSID", children[i], 0);
		EXPECT("EXIT", children[i], 0);
	}
	EXPECT("FORK", actors[0].pid, 0);
	EXPECT("FORK", pid_2, 0);
	EXPECT("EXIT", pid_2, 0);
	EXPECT("FORK", actors[4].pid, 1);
	EXPECT("SETSID", other, 1);
	assert_int_equal(filtered("process-fork"), 5);
	assert_int_equal(filtered("process-setsid"), 4);
	assert_int_equal(filtered("process-exit"), 6);
	forget();
}

/* A tree in another, of which it is left out. */
static void test_tree_but_branch(void **state)
{
	pid_t of_0, of_1, of_2, of_3;

	(void)state;
	begin_actor(0);
	act_spawn(0, 1);
	act_spawn(1, 2);
	begin_actor(3);
	BEGIN(text("--tree=%d,%d", actors[0].pid, actors[3].pid),
	      text("--exclude-tree=%d", actors[1].pid));
	of_0 = act_fork(0);
	of_1 = act_fork(1);
	act_exit(1);
	of_2 = act_fork(2);
	of_3 = act_fork(3);
	end();
	EXPECT("SETSID", of_0, 1);
	EXPECT("SETSID", of_1, 0);
	EXPECT("SETSID", of_2, 0);
	EXPECT("SETSID", of_3, 1);
	forget();
}

/* The real user counts, as it is by then. */
static void test_uid(void **state)
{
	pid_t real, effective, other;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		begin_actor(i);
	act_user(0, 424242, 0);
	act_user(1, 0, 424242);
	BEGIN("--uid=424241,424242");
	real = act_fork(0);
	effective = act_fork(1);
	other = act_fork(2);
	act_user(2, 424241, 0);
	end();
	EXPECT("FORK", actors[0].pid, 1);
	EXPECT("SETSID", real, 1);
	EXPECT("EXIT", real, 1);
	EXPECT("FORK", actors[1].pid, 0);
	EXPECT("SETSID", effective, 0);
	EXPECT("FORK", actors[2].pid, 0);
	EXPECT("SETSID", other, 0);
	EXPECT("SETUID", actors[2].pid, 1);
	assert_true(filtered("process-setsid") >= 2);
	forget();
}

static void test_exclude_uid(void **state)
{
	pid_t excluded, other;

	(void)state;
	begin_actor(0);
	begin_actor(1);
	act_user(0, 424242, 0);
	BEGIN("--exclude-uid=424242", "-Uroot");
	excluded = act_fork(0);
	other = act_fork(1);
	end();
	EXPECT("FORK", actors[0].pid, 0);
	EXPECT("SETSID", excluded, 0);
	EXPECT("FORK", actors[1].pid, 1);
	EXPECT("SETSID", other, 1);
	forget();
}

static void test_comm(void **state)
{
	pid_t child[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		begin_actor(i);
	act(0, ACT_NAME, "et-filter-12345");
	act(1, ACT_NAME, "et-filter-1234");
	act(2, ACT_NAME, "et-f");
	act(3, ACT_NAME, "et-filter-12346");
	BEGIN("--comm=et-filter-12345,et-f");
	for (size_t i = 0; i < 4; i++)
		child[i] = act_fork(i);
	end();
	for (size_t i = 0; i < 4; i++) {
		EXPECT("FORK", actors[i].pid, i % 2 == 0);
		EXPECT("SETSID", child[i], i % 2 == 0);
	}
	assert_int_equal(events.count, 6);
	forget();

	BEGIN("--exclude-comm=et-filter-12345,et-f");
	for (size_t i = 0; i < 4; i++)
		child[i] = act_fork(i);
	end();
	for (size_t i = 0; i < 4; i++) {
		EXPECT("FORK", actors[i].pid, i % 2);
		EXPECT("EXIT", child[i], i % 2);
	}
	assert_int_equal(filtered("process-fork"), 2);
	assert_int_equal(filtered("process-setsid"), 2);
	assert_int_equal(filtered("process-exit"), 2);
	forget();
}

/* Every kind must be matched. */
static void test_together(void **state)
{
	pid_t child[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		begin_actor(i);
	act(0, ACT_NAME, "et-both");
	act(1, ACT_NAME, "et-both");
	act(3, ACT_NAME, "et-both");
	act_user(0, 424242, 0);
	act_user(2, 424242, 0);
	act_user(3, 424242, 0);
	BEGIN("--uid=424242", "--comm=et-both", text("--exclude-tree=%d", actors[3].pid),
	      "--path-prefix=/nowhere");
	for (size_t i = 0; i < 4; i++)
		child[i] = act_fork(i);
	end();
	for (size_t i = 0; i < 4; i++) {
		EXPECT("FORK", actors[i].pid, i == 0);
		EXPECT("SETSID", child[i], i == 0);
		EXPECT("EXIT", child[i], i == 0);
	}
	assert_int_equal(events.count, 3);
	forget();
}

/* ---- cgroups ------------------------------------------------------------------------------- */

/* Where they are mounted, be it by this test. */
static char cgroups[PATH_MAX];

static int mount_cgroups(void **state)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	const struct mntent *m = NULL;

	do
		m = f ? getmntent(f) : NULL;
	while (m && strcmp(m->mnt_type, "cgroup2") != 0);
	if (m)
		snprintf(cgroups, sizeof(cgroups), "%s", m->mnt_dir);
	if (f)
		endmntent(f);
	if (!m) {
		snprintf(cgroups, sizeof(cgroups), "/tmp/et-cgroups-XXXXXX");
		if (!mkdtemp(cgroups) || mount("none", cgroups, "cgroup2", 0, NULL) < 0)
			return -1;
	}
	return setup(state);
}

static void make_cgroup(const char *name)
{
	char path[2 * PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", cgroups, name);
	rmdir(path);
	assert_int_equal(mkdir(path, 0755), 0);
}

static void remove_cgroup(const char *name)
{
	char path[2 * PATH_MAX];
	int r = -1;

	snprintf(path, sizeof(path), "%s/%s", cgroups, name);
	/* Who has ended may be in it for a moment. */
	for (int i = 0; i < 1000 && (r = rmdir(path)) < 0; i++)
		usleep(1000);
	assert_int_equal(r, 0);
}

static void enter_cgroup(size_t i, const char *name)
{
	char path[2 * PATH_MAX], pid[16];
	int fd;

	snprintf(path, sizeof(path), "%s/%s/cgroup.procs", cgroups, name);
	snprintf(pid, sizeof(pid), "%d", (int)actors[i].pid);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, pid, strlen(pid)), (ssize_t)strlen(pid));
	close(fd);
}

static void test_cgroup(void **state)
{
	pid_t child[4];

	(void)state;
	rmdir(text("%s/et-filter/below", cgroups)); /* of a run that was killed */
	make_cgroup("et-filter");
	make_cgroup("et-filter/below");
	make_cgroup("et-filter-other");
	for (size_t i = 0; i < 4; i++)
		begin_actor(i);
	enter_cgroup(0, "et-filter");
	enter_cgroup(1, "et-filter/below");
	enter_cgroup(2, "et-filter-other");
	BEGIN("--cgroup=et-filter");
	for (size_t i = 0; i < 4; i++)
		child[i] = act_fork(i);
	end();
	for (size_t i = 0; i < 4; i++) {
		EXPECT("FORK", actors[i].pid, i < 2);
		EXPECT("EXIT", child[i], i < 2);
	}
	assert_int_equal(events.count, 6);
	forget();

	/* By its directory, too. */
	BEGIN(text("--exclude-cgroup=%s/et-filter", cgroups), "--exclude-cgroup=/et-filter-other");
	for (size_t i = 0; i < 4; i++)
		child[i] = act_fork(i);
	end();
	for (size_t i = 0; i < 4; i++) {
		EXPECT("FORK", actors[i].pid, i == 3);
		EXPECT("EXIT", child[i], i == 3);
	}
	assert_int_equal(filtered("process-fork"), 3);
	assert_int_equal(filtered("process-exit"), 3);
	forget();

	/* Another than the last one, whose number is not the first that is compared. */
	BEGIN("--cgroup=et-filter-other", "--cgroup=et-filter/below");
	for (size_t i = 0; i < 4; i++)
		child[i] = act_fork(i);
	end();
	for (size_t i = 0; i < 4; i++)
		EXPECT("SETSID", child[i], i == 1 || i == 2);
	forget();
	for (size_t i = 0; i < 4; i++)
		act_exit(i);
	remove_cgroup("et-filter/below");
	remove_cgroup("et-filter");
	remove_cgroup("et-filter-other");
}

/* ---- paths --------------------------------------------------------------------------------- */

/* A folder of our own, and programs below it. */
static char folder[64];

static void copy_program(const char *to)
{
	char data[65536];
	int in = open(place_case("noop"), O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	ssize_t n;

	assert_true(in >= 0 && out >= 0);
	while ((n = read(in, data, sizeof(data))) > 0)
		assert_int_equal(write(out, data, (size_t)n), n);
	assert_int_equal(n, 0);
	close(in);
	close(out);
}

/* A path of more bytes than are compared, all but the last name of which are the same. */
static const char *deep(const char *name)
{
	char part[151];

	memset(part, 'd', 150);
	part[150] = '\0';
	return text("%s/%s/%s/%s", folder, part, part, name);
}

static void make_programs(void)
{
	snprintf(folder, sizeof(folder), "/tmp/et-filter-XXXXXX");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(
		mkdir(text("%.400s", text("%s/%.150s", folder, deep("") + strlen(folder) + 1)),
		      0755),
		0);
	assert_int_equal(mkdir(text("%.*s", (int)strlen(deep("")) - 1, deep("")), 0755), 0);
	copy_program(text("%s/one", folder));
	copy_program(text("%s/ones", folder));
	copy_program(text("%s/two", folder));
	copy_program(deep("three"));
}

static void remove_programs(void)
{
	unlink(text("%s/one", folder));
	unlink(text("%s/ones", folder));
	unlink(text("%s/two", folder));
	unlink(deep("three"));
	rmdir(text("%.*s", (int)strlen(deep("")) - 1, deep("")));
	rmdir(text("%s/%.150s", folder, deep("") + strlen(folder) + 1));
	assert_int_equal(rmdir(folder), 0);
}

enum { ONE, ONES, TWO, THREE, NOWHERE, MISSING, RELATIVE, PATHS };

/* Execute all, of which the last three are not there. */
static void exec_all(pid_t ret[PATHS])
{
	ret[ONE] = act(0, ACT_EXEC, text("%s/one", folder));
	ret[ONES] = act(0, ACT_EXEC, text("%s/ones", folder));
	ret[TWO] = act(0, ACT_EXEC, text("%s/two", folder));
	ret[THREE] = act(0, ACT_EXEC, deep("three"));
	ret[NOWHERE] = act(0, ACT_EXEC, "/nowhere/one");
	ret[MISSING] = act(0, ACT_EXEC, text("%s/one-missing", folder));
	ret[RELATIVE] = act(0, ACT_EXEC, "one-more");
}

/* @expected has a bit for each path. */
static void expect_paths(const pid_t pids[PATHS], unsigned int expected)
{
	for (int i = 0; i < PATHS; i++) {
		size_t want = expected >> i & 1;

		if (count_of(i < NOWHERE ? "PROCESS_EXEC" : "PROCESS_EXEC_FAILED", pids[i]) != want)
			fail_msg("of path %d not %zu", i, want);
		/* What has no path is not concerned. */
		EXPECT("EXIT", pids[i], 1);
	}
}

#define BIT(path) (1U << (path))

static void test_path_prefix(void **state)
{
	pid_t pids[PATHS];

	(void)state;
	make_programs();
	begin_actor(0);
	act(0, ACT_CHDIR, folder);

	BEGIN(text("--path-prefix=%s/one", folder));
	exec_all(pids);
	end();
	expect_paths(pids, BIT(ONE) | BIT(ONES) | BIT(MISSING) | BIT(RELATIVE));
	forget();

	BEGIN(text("--path-prefix=%s/ones", folder), text("--path-prefix=%s/t", folder),
	      "--path-prefix=/nowhere/");
	exec_all(pids);
	end();
	expect_paths(pids, BIT(ONES) | BIT(TWO) | BIT(NOWHERE));
	forget();

	/* As long as prefixes can be, and one byte of it another. */
	BEGIN(text("--path-prefix=%.255s", deep("")));
	exec_all(pids);
	end();
	expect_paths(pids, BIT(THREE));
	forget();
	BEGIN(text("--path-prefix=%.254sX", deep("")));
	exec_all(pids);
	end();
	expect_paths(pids, 0);
	forget();

	BEGIN("--path-prefix=/", text("--exclude-path-prefix=%s/ones", folder),
	      text("--exclude-path-prefix=%s/d", folder));
	exec_all(pids);
	end();
	expect_paths(pids, BIT(ONE) | BIT(TWO) | BIT(NOWHERE) | BIT(MISSING) | BIT(RELATIVE));
	assert_int_equal(filtered("process-exec"), 2);
	assert_int_equal(filtered("process-exec-failed"), 0);
	assert_int_equal(filtered("process-exit"), 0);
	forget();

	act_exit(0);
	remove_programs();
}

/* ---- what cannot be ------------------------------------------------------------------------ */

static void refused(const char *flag, const char *message)
{
	const char *const argv[] = { place_tool(), "-e", "fork", flag, NULL };
	struct proc_options proc = { .argv = argv };
	int fds[2], status;
	char *said;
	pid_t pid;

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	proc.err = fds[1];
	assert_int_equal(proc_spawn(&proc, &pid), 0);
	close(fds[1]);
	said = proc_read_all(fds[0], 60000);
	close(fds[0]);
	assert_int_equal(proc_wait(pid, 60000, &status), 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 2 || !strstr(said, message))
		fail_msg("%s: status %d, %s", flag, status, said);
	free(said);
}

static void test_usage(void **state)
{
	(void)state;
	refused("--tree=4194303", "there is no process 4194303: a tree begins with one that is");
	refused("--exclude-tree=4194303", "there is no process 4194303: a tree begins with one");
	refused("--uid=et-nobody", "no user is called \"et-nobody\" in /etc/passwd");
	refused("--cgroup=et-no-such-cgroup", "there is no such cgroup of version 2");
	refused("--exclude-cgroup=/proc", "--exclude-cgroup=/proc");
	refused("--path-prefix=etc", "begin with a slash");
}

int main(int argc, char **argv)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_pid),
		TEST(test_exclude_pid),
		TEST(test_tree),
		TEST(test_exclude_tree),
		TEST(test_tree_but_branch),
		TEST(test_uid),
		TEST(test_exclude_uid),
		TEST(test_comm),
		TEST(test_together),
		cmocka_unit_test_setup_teardown(test_cgroup, mount_cgroups, teardown),
		TEST(test_path_prefix),
		cmocka_unit_test_setup_teardown(test_usage, mount_cgroups, teardown),
	};

	if (place_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
