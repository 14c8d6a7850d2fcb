/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the table of processes with records that the test builds. */
#include "lib/enrich/exists.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "lib/decode/record_builder.h"
#include "lib/enrich/process_table.h"

#define TICK   ET_PROCESS_TICK_NS
#define OFFSET 1795364573000000000ULL /* CLOCK_REALTIME - CLOCK_MONOTONIC, in ns */

static struct et_record rec;
static struct et_process_table *table;
static struct et_event event;
static __u32 ppid_of_parent; /* ppid of the parent in the record of a fork */

static int set_up(void **state)
{
	(void)state;
	ppid_of_parent = 1;
	return et_process_table_new(0, &table);
}

static int tear_down(void **state)
{
	(void)state;
	et_process_table_free(table);
	table = NULL;
	return 0;
}

/* Return the IDs of a process that started at @start, in units of 10 ms (TICK). */
static struct et_pids pids_of(__u32 tgid, __u64 start, __u32 ppid)
{
	return (struct et_pids){
		.tid = tgid,
		.tgid = tgid,
		.ppid = ppid,
		.start_time_ns = start * TICK + 1234567,
		.start_boottime_ns = start * TICK + 1234567,
	};
}

static const struct et_event *finish(void)
{
	assert_int_equal(et_decode(rec.bytes, et_record_len(&rec), &event), 0);
	event.time_ns = rec.hdr.ts + OFFSET;
	return &event;
}

static void see(void)
{
	et_process_table_see(table, finish());
}

static void begin_exists(__u32 tgid, __u64 start, __u32 ppid, const char *file)
{
	struct et_process_exists *exists = et_record_begin(&rec, ET_PROCESS_EXISTS);

	exists->pids = pids_of(tgid, start, ppid);
	/* /proc has start times in units of 10 ms. */
	exists->pids.start_time_ns = exists->pids.start_boottime_ns = start * TICK;
	exists->loginuid = ET_NO_LOGIN;
	memcpy(exists->comm, "old", 3);
	et_record_var(&rec, ET_VAR_ARGV, "old\0-x\0", 7);
	if (file)
		et_record_var_str(&rec, ET_VAR_FILENAME, file);
}

static void exists(__u32 tgid, __u64 start, __u32 ppid, const char *file)
{
	begin_exists(tgid, start, ppid, file);
	see();
}

static void begin_fork(__u32 parent, __u64 parent_start, __u32 child, __u64 start)
{
	struct et_process_fork *fork = et_record_begin(&rec, ET_PROCESS_FORK);

	fork->parent_pids = pids_of(parent, parent_start, ppid_of_parent);
	fork->child_pids = pids_of(child, start, parent);
	memcpy(fork->comm, "child", 5);
}

static void fork_of(__u32 parent, __u64 parent_start, __u32 child, __u64 start)
{
	begin_fork(parent, parent_start, child, start);
	see();
}

static void exec(__u32 tgid, __u64 start, __u32 ppid, const char *file)
{
	struct et_process_exec *exec = et_record_begin(&rec, ET_PROCESS_EXEC);

	exec->pids = pids_of(tgid, start, ppid);
	memcpy(exec->comm, "new", 3);
	et_record_var(&rec, ET_VAR_ARGV, "new\0a b\0", 8);
	et_record_var_str(&rec, ET_VAR_FILENAME, file);
	see();
}

static void exit_of(__u32 tgid, __u64 start)
{
	struct et_process_exit *exit = et_record_begin(&rec, ET_PROCESS_EXIT);

	exit->pids = pids_of(tgid, start, 1);
	see();
}

/* Build an event that tells the table nothing new about its process. */
static const struct et_event *act(__u32 tgid, __u64 start, __u32 ppid)
{
	struct et_process_shmget *shmget = et_record_begin(&rec, ET_PROCESS_SHMGET);

	shmget->pids = pids_of(tgid, start, ppid);
	return finish();
}

static const struct et_table_process *find(__u32 tgid, __u64 start)
{
	return et_process_table_find(table, act(tgid, start, 0));
}

static void check_file(const struct et_table_process *process, const char *file)
{
	assert_non_null(process);
	assert_non_null(process->program);
	assert_int_equal(process->program->file_len, strlen(file));
	assert_memory_equal(process->program->text, file, strlen(file));
}

static const struct et_table_process *parent_of(const struct et_table_process *process)
{
	return et_process_table_parent(table, process);
}

/* A process that ran before the session forks a child. The child executes a program. */
static void families(void **state)
{
	const struct et_table_process *p;

	(void)state;
	exists(1, 1, 0, "/sbin/init");
	/* The snapshot has process 20 before its parent, process 30. */
	exists(20, 300, 30, "/bin/sh");
	exists(30, 200, 1, "/bin/login");
	ppid_of_parent = 30;
	fork_of(20, 300, 40, 400);
	p = find(40, 400);
	check_file(p, "/bin/sh");
	assert_string_equal(p->comm, "child");
	exec(40, 400, 20, "/bin/ls");
	p = find(40, 400);
	check_file(p, "/bin/ls");
	assert_string_equal(p->comm, "new");
	assert_int_equal(p->program->args_len, 8);
	assert_memory_equal(p->program->text + p->program->file_len, "new\0a b\0", 8);
	check_file(find(20, 300), "/bin/sh");
	p = parent_of(p);
	assert_int_equal(p->tgid, 20);
	p = parent_of(p);
	check_file(p, "/bin/login");
	p = parent_of(p);
	check_file(p, "/sbin/init");
	assert_null(parent_of(p));
	assert_int_equal(p->start_ns, TICK + OFFSET);
}

/* A process that has ended stays in memory as long as it has a descendant in the table. */
static void ends(void **state)
{
	const struct et_table_process *p;

	(void)state;
	exists(20, 300, 1, "/bin/sh");
	fork_of(20, 300, 40, 400);
	(void)parent_of(find(40, 400));
	exit_of(20, 300);
	p = find(20, 300);
	assert_true(p->exited);
	/*
	 * The table keeps the last 256 processes that have ended, for late events. Process 20 ended
	 * before these. It is only kept as the parent of process 40, and find() does not find it.
	 */
	ppid_of_parent = 20;
	for (__u32 i = 0; i < 300; i++) {
		fork_of(40, 400, 1000 + i, 500 + i);
		exit_of(1000 + i, 500 + i);
	}
	assert_null(find(20, 300));
	check_file(parent_of(find(40, 400)), "/bin/sh");
	assert_int_equal(et_process_table_count(table), 2 + 256);
	/*
	 * Process 40 has another ppid: the kernel has given it another parent. So the table drops
	 * process 20, and has process 7 instead.
	 */
	exists(7, 2, 1, "/sbin/reaper");
	et_process_table_see(table, act(40, 400, 7));
	assert_int_equal(et_process_table_count(table), 2 + 256);
	check_file(parent_of(find(40, 400)), "/sbin/reaper");
	assert_int_equal(et_process_table_evicted(table), 0);
}

/*
 * Two processes have had the process ID 20, and the start distinguishes them. A process that
 * started after process 40 is not the parent of process 40.
 */
static void numbers_are_used_again(void **state)
{
	(void)state;
	exists(20, 300, 1, "/bin/first");
	fork_of(20, 300, 40, 400);
	exit_of(20, 300);
	exists(1, 1, 0, "/sbin/init");
	fork_of(1, 1, 20, 900);
	exec(20, 900, 1, "/bin/second");
	check_file(find(20, 300), "/bin/first");
	check_file(find(20, 900), "/bin/second");
	/*
	 * The exit of the second process was lost. A fork of a third process with this ID shows
	 * that the second has ended.
	 */
	fork_of(1, 1, 20, 950);
	assert_true(find(20, 900)->exited);
	assert_false(find(20, 950)->exited);
	assert_null(parent_of(find(40, 400)));
}

/* A record from /proc does not replace the program of an exec that the table has seen. */
static void order(void **state)
{
	(void)state;
	exec(40, 400, 20, "/bin/ls");
	exists(40, 400, 20, "/bin/old");
	check_file(find(40, 400), "/bin/ls");
	/*
	 * The fork still waited in the ring when /proc was read. The child has executed a program
	 * since, so the fork does not replace this program.
	 */
	exists(50, 500, 40, "/bin/later");
	fork_of(40, 400, 50, 500);
	check_file(find(50, 500), "/bin/later");
}

/*
 * et_process_table_missing() returns the processes that an event needs and that the table lacks. It
 * returns each only once.
 */
static void missing(void **state)
{
	(void)state;
	assert_int_equal(et_process_table_missing(table, act(40, 400, 20)), 40);
	exists(40, 400, 20, "/bin/ls");
	assert_int_equal(et_process_table_missing(table, act(40, 400, 20)), 20);
	exists(20, 300, 0, "/bin/sh");
	assert_int_equal(et_process_table_missing(table, act(40, 400, 20)), 0);
	/*
	 * Processes 60 and 50 cannot be read, because they have ended. The table asks for each only
	 * once.
	 */
	assert_int_equal(et_process_table_missing(table, act(60, 600, 50)), 60);
	assert_int_equal(et_process_table_missing(table, act(60, 600, 50)), 50);
	assert_int_equal(et_process_table_missing(table, act(60, 600, 50)), 0);
	/*
	 * The event has another ppid, because process 60 has got another parent. The table asks for
	 * the new parent.
	 */
	assert_int_equal(et_process_table_missing(table, act(60, 600, 51)), 51);
	/*
	 * A fork copies the parent's data to the child, so the child is not missing. Only the
	 * parent's own parent, process 1, is missing.
	 */
	begin_fork(20, 300, 70, 700);
	assert_int_equal(et_process_table_missing(table, finish()), 1);
	assert_int_equal(et_process_table_missing(table, finish()), 0);
	see();
	assert_int_equal(et_process_table_missing(table, act(70, 700, 20)), 0);
}

/* Like act(). The event also has a name for the process's main thread: @comm. */
static const struct et_event *act_as(const char *comm, __u32 tgid, __u64 start, __u32 ppid)
{
	struct et_process_shmget *shmget = et_record_begin(&rec, ET_PROCESS_SHMGET);

	shmget->pids = pids_of(tgid, start, ppid);
	memcpy(shmget->comm, comm, strlen(comm) + 1);
	return finish();
}

/* Like fork_of(). The event also has a name for the thread that forks: @comm. */
static void fork_as(const char *comm, __u32 parent, __u64 parent_start, __u32 child, __u64 start)
{
	struct et_process_fork *fork = (struct et_process_fork *)rec.bytes;

	begin_fork(parent, parent_start, child, start);
	memset(fork->comm, 0, sizeof(fork->comm));
	memcpy(fork->comm, comm, strlen(comm) + 1);
	see();
}

/* Filters let the forks of a shell pass, and drop the execs of its children. */
static void execs_are_dropped(void **state)
{
	(void)state;
	et_process_table_lacks_execs(table);
	exists(20, 300, 0, "/bin/sh");
	fork_as("old", 20, 300, 70, 700);
	check_file(find(70, 700), "/bin/sh");
	assert_int_equal(et_process_table_missing(table, act(70, 700, 20)), 70);
	exists(70, 700, 20, "/bin/make");
	check_file(find(70, 700), "/bin/make");
	/* The shell's parent is process 1. */
	assert_int_equal(et_process_table_missing(table, act(70, 700, 20)), 1);
	assert_int_equal(et_process_table_missing(table, act(70, 700, 20)), 0);
	/* Process 70 executes another program, and its main thread has another name. */
	assert_int_equal(et_process_table_missing(table, act_as("cc1", 70, 700, 20)), 70);
	exists(70, 700, 20, "/lib/cc1");
	check_file(find(70, 700), "/lib/cc1");
	/*
	 * An exec event has the program, so process 80 need not be read. Process 90, its child,
	 * must be read, because it may have executed a program without an event.
	 */
	fork_as("old", 20, 300, 80, 800);
	exec(80, 800, 20, "/bin/ls");
	assert_int_equal(et_process_table_missing(table, act_as("new", 80, 800, 20)), 0);
	ppid_of_parent = 20;
	fork_as("new", 80, 800, 90, 900);
	assert_int_equal(et_process_table_missing(table, act(90, 900, 80)), 90);
	begin_exists(90, 900, 80, NULL);
	see();
	assert_int_equal(et_process_table_missing(table, act(90, 900, 80)), 0);
	/*
	 * The shell has executed another program without an event. Its next child, process 95,
	 * begins with the new name. So the table asks for process 95 and for the shell.
	 */
	ppid_of_parent = 1;
	fork_as("script", 20, 300, 95, 950);
	assert_int_equal(et_process_table_missing(table, act_as("script", 95, 950, 20)), 95);
	assert_int_equal(et_process_table_missing(table, act_as("script", 95, 950, 20)), 20);
}

/* The name of a process is the last name of its main thread. */
static void names(void **state)
{
	const struct et_table_process *process;

	(void)state;
	exec(20, 300, 1, "/bin/server");
	process = find(20, 300);
	assert_string_equal(process->comm, "new");
	et_process_table_see(table, act_as("server: master", 20, 300, 1));
	assert_string_equal(process->comm, "server: master");
	/* An event of another thread does not change the name. */
	act_as("worker", 20, 300, 1);
	((struct et_process_shmget *)rec.bytes)->pids.tid = 21;
	see();
	assert_string_equal(process->comm, "server: master");
	/*
	 * A fork event has the name of the thread that forks, here the parent's main thread. So the
	 * parent and the child get this name.
	 */
	fork_of(20, 300, 70, 700);
	assert_string_equal(process->comm, "child");
	assert_string_equal(find(70, 700)->comm, "child");
}

/* After a loss, all processes are stale. A stale process is read again if an event needs it. */
static void losses(void **state)
{
	(void)state;
	exists(20, 300, 0, "/bin/sh");
	fork_of(20, 300, 40, 400);
	exec(40, 400, 20, "/bin/ls");
	et_process_table_see(table, act(20, 300, 0));
	assert_false(et_process_table_is_stale(table, find(40, 400)));
	et_process_table_lost(table);
	assert_true(et_process_table_is_stale(table, find(40, 400)));
	assert_int_equal(et_process_table_missing(table, act(40, 400, 20)), 40);
	/* The new record has no path, and other arguments. So the old path is dropped. */
	exists(40, 400, 20, NULL);
	assert_false(et_process_table_is_stale(table, find(40, 400)));
	assert_int_equal(find(40, 400)->program->file_len, 0);
	assert_int_equal(et_process_table_missing(table, act(40, 400, 20)), 20);
	/* This new record has no path either, but the same arguments. So the old path is kept. */
	exists(20, 300, 0, NULL);
	check_file(find(20, 300), "/bin/sh");
	assert_int_equal(et_process_table_missing(table, act(40, 400, 20)), 0);
	/* The record of an exec has all data of its process, so the process is no longer stale. */
	et_process_table_lost(table);
	exec(40, 400, 20, "/bin/cat");
	assert_false(et_process_table_is_stale(table, find(40, 400)));
	/* The table asks for process 20 once. The process could not be read, so it stays stale. */
	assert_int_equal(et_process_table_missing(table, act(40, 400, 20)), 20);
	assert_int_equal(et_process_table_missing(table, act(40, 400, 20)), 0);
	assert_true(et_process_table_is_stale(table, find(20, 300)));
}

/* A full table drops the process that was not used for the longest time. */
static void evictions(void **state)
{
	(void)state;
	et_process_table_free(table);
	assert_int_equal(et_process_table_new(100, &table), 0);
	for (__u32 i = 1; i <= 100; i++)
		exists(i, i, 0, "/bin/x");
	et_process_table_see(table, act(1, 1, 0));
	exists(101, 101, 1, "/bin/x");
	assert_int_equal(et_process_table_evicted(table), 1);
	assert_non_null(find(1, 1));
	assert_null(find(2, 2));
	assert_int_equal(et_process_table_count(table), 100);
	/* A chain of ancestors that have ended does not keep the table full. */
	for (__u32 i = 102; i < 1000; i++) {
		ppid_of_parent = i - 2;
		fork_of(i - 1, i - 1, i, i);
		(void)parent_of(find(i, i));
		exit_of(i - 1, i - 1);
	}
	assert_true(et_process_table_count(table) <= 100);
	assert_non_null(find(999, 999));
}

/*
 * The table has room for one process, so a forked child evicts its parent. Then the event of the
 * fork has no process.
 */
static void evicted_parent(void **state)
{
	(void)state;
	et_process_table_free(table);
	assert_int_equal(et_process_table_new(1, &table), 0);
	exists(1, 1, 0, "/bin/x");
	assert_non_null(et_process_table_find(table, &event));
	fork_of(1, 1, 2, 2);
	assert_null(et_process_table_find(table, &event));
	assert_non_null(find(2, 2));
}

/*
 * A daemon such as sshd sets the login user just before it changes to that user. So the table asks
 * for the process again after the change.
 */
static void logins(void **state)
{
	struct et_process_setuid *setuid;

	(void)state;
	begin_exists(20, 300, 0, "/usr/sbin/sshd");
	see();
	assert_int_equal(et_process_table_missing(table, act(20, 300, 0)), 0);
	setuid = et_record_begin(&rec, ET_PROCESS_SETUID);
	setuid->pids = pids_of(20, 300, 0);
	setuid->creds.ruid = 1000;
	assert_int_equal(et_process_table_missing(table, finish()), 20);
	see();
	begin_exists(20, 300, 0, "/usr/sbin/sshd");
	((struct et_process_exists *)rec.bytes)->loginuid = 1000;
	((struct et_process_exists *)rec.bytes)->creds.ruid = 1000;
	see();
	assert_int_equal(find(20, 300)->login_uid, 1000);
	assert_int_equal(find(20, 300)->uid, 1000);
	fork_of(20, 300, 21, 301);
	assert_int_equal(find(21, 301)->login_uid, 1000);
}

/*
 * The table knows process 40 and all its ancestors. After a loss, it asks for all of them again.
 * When an ancestor gets a new parent, the table asks for the new parent.
 */
static void complete_no_more(void **state)
{
	(void)state;
	exists(1, 1, 0, "/sbin/init");
	exists(20, 300, 1, "/bin/sh");
	fork_of(20, 300, 40, 400);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(et_process_table_missing(table, act(40, 400, 20)), 0);
		see();
		assert_int_equal(et_process_table_missing(table, act(20, 300, 1)), 0);
		see();
	}
	et_process_table_lost(table);
	assert_int_equal(et_process_table_missing(table, act(40, 400, 20)), 40);
	assert_int_equal(et_process_table_missing(table, act(40, 400, 20)), 20);
	assert_int_equal(et_process_table_missing(table, act(40, 400, 20)), 1);
	assert_int_equal(et_process_table_missing(table, act(40, 400, 20)), 0);
	assert_int_equal(et_process_table_missing(table, act(20, 300, 30)), 30);
	exists(30, 5, 1, "/bin/reaper");
	assert_int_equal(et_process_table_missing(table, act(40, 400, 20)), 0);
	assert_int_equal(et_process_table_parent(table, find(20, 300))->tgid, 30);
}

static void containers(void **state)
{
	static const char id[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	const struct et_table_process *p;
	char path[256] = "/kubepods.slice/kubepods-pod1a_2b.slice/cri-containerd-";

	(void)state;
	snprintf(path + strlen(path), sizeof(path) - strlen(path), "%s.scope", id);
	exists(20, 300, 0, "/bin/shim");
	assert_null(find(20, 300)->container);
	begin_fork(20, 300, 40, 400);
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, path);
	see();
	p = find(40, 400);
	assert_non_null(p->container);
	assert_string_equal(p->container->runtime, "containerd");
	assert_int_equal(p->container->id_len, 64);
	assert_memory_equal(p->container->text, id, 64);
	assert_int_equal(p->container->pod_len, 5);
	assert_memory_equal(p->container->text + 64, "1a_2b", 5);
	assert_null(find(20, 300)->container);
	/* The child of a process in a container shares the data of the container. */
	fork_of(40, 400, 41, 401);
	assert_ptr_equal(find(41, 401)->container, find(40, 400)->container);
}

/* Compare those members of two processes that a context shows. */
static void is_same(const struct et_table_process *a, const struct et_table_process *b)
{
	assert_int_equal(a->tgid, b->tgid);
	assert_int_equal(a->ppid, b->ppid);
	assert_int_equal(a->start, b->start);
	assert_int_equal(a->start_ns, b->start_ns);
	assert_memory_equal(a->comm, b->comm, sizeof(a->comm));
	assert_int_equal(a->uid, b->uid);
	assert_int_equal(a->gid, b->gid);
	assert_int_equal(a->euid, b->euid);
	assert_int_equal(a->login_uid, b->login_uid);
	assert_int_equal(!a->program, !b->program);
	if (a->program && b->program) {
		assert_int_equal(a->program->file_len, b->program->file_len);
		assert_int_equal(a->program->args_len, b->program->args_len);
		assert_int_equal(a->program->args_cut, b->program->args_cut);
		assert_memory_equal(a->program->text, b->program->text,
				    a->program->file_len + a->program->args_len);
	}
	assert_int_equal(!a->container, !b->container);
	if (a->container && b->container) {
		assert_ptr_equal(a->container->runtime, b->container->runtime);
		assert_int_equal(a->container->id_len, b->container->id_len);
		assert_memory_equal(a->container->text, b->container->text, a->container->id_len);
	}
}

/*
 * Pass the records of all running processes in `table` to the table @to, as at the beginning of a
 * further recording. Return: the number of processes.
 */
static unsigned int see_all(struct et_process_table *to)
{
	static _Alignas(8) char bytes[8][ET_EXISTS_MAX];
	const struct et_table_process *p = NULL, *next = NULL;
	unsigned int count = 0;
	size_t lens[8];

	while ((next = et_process_table_next(table, next)))
		p = next;
	for (; p; p = et_process_table_previous(table, p)) {
		assert_true(count < 8);
		lens[count] = et_exists_make(p, 5000, OFFSET, bytes[count]);
		assert_true(lens[count] <= ET_EXISTS_MAX);
		count++;
	}
	for (unsigned int i = 0; i < count; i++) {
		assert_int_equal(et_decode(bytes[i], lens[i], &event), 0);
		event.time_ns = 5000 + OFFSET;
		et_process_table_see(to, &event);
	}
	return count;
}

/*
 * A table that gets the records of another table has the same processes. A table that gets its own
 * records does not change.
 */
static void begins_again(void **state)
{
	static const char cgroup[] =
		"/docker/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	struct et_process_table *other = NULL;
	const struct et_table_process *a = NULL, *b = NULL;
	struct et_process_exec *run;

	(void)state;
	exists(1, 10, 0, "/sbin/init");
	exists(2, 20, 1, NULL);
	fork_of(1, 10, 3, 30);
	run = et_record_begin(&rec, ET_PROCESS_EXEC);
	run->pids = pids_of(3, 30, 1);
	run->creds.ruid = run->creds.euid = 7;
	memcpy(run->comm, "new", 3);
	et_record_var_str(&rec, ET_VAR_PIDS_SS_CGROUP_PATH, cgroup);
	et_record_var(&rec, ET_VAR_ARGV, "new\0a b\0", 8);
	et_record_var_str(&rec, ET_VAR_FILENAME, "/bin/new");
	see();
	fork_of(3, 30, 4, 40);
	fork_of(1, 10, 5, 50);
	exit_of(5, 50);

	assert_int_equal(et_process_table_new(0, &other), 0);
	/* Process 5 has ended, so it has no record. */
	assert_int_equal(see_all(other), 4);
	for (int i = 0; i < 4; i++) {
		a = et_process_table_next(table, a);
		b = et_process_table_next(other, b);
		is_same(a, b);
	}
	assert_non_null(a);
	assert_null(et_process_table_next(table, a));
	assert_null(et_process_table_next(other, b));

	assert_int_equal(see_all(table), 4);
	a = b = NULL;
	for (int i = 0; i < 4; i++) {
		a = et_process_table_next(table, a);
		b = et_process_table_next(other, b);
		is_same(a, b);
	}
	/* A stale process has no record, because its data may be wrong. */
	et_process_table_lost(table);
	assert_int_equal(see_all(other), 0);
	et_process_table_free(other);
}

/*
 * Measures the memory for each process, which docs/design.md states. Each process has its own
 * program, so no text is shared.
 */
static void memory(void **state)
{
	static const __u32 counts[] = { 1000, 10000, 100000 };
	char file[64];

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		size_t before, bytes;

		et_process_table_free(table);
		before = mallinfo2().uordblks;
		assert_int_equal(et_process_table_new(counts[i], &table), 0);
		for (__u32 n = 1; n <= counts[i]; n++) {
			begin_exists(n, n, n - 1, NULL);
			snprintf(file, sizeof(file), "/usr/lib/program/bin/program-%07u", n);
			et_record_var_str(&rec, ET_VAR_FILENAME, file);
			see();
		}
		bytes = mallinfo2().uordblks - before;
		print_message("%u processes: %zu KiB\n", counts[i], bytes / 1024);
		assert_int_equal(et_process_table_count(table), counts[i]);
		assert_true(bytes / counts[i] < 320);
	}
}

/*
 * The table uses the memory of long arguments again. No process gets the arguments of another one,
 * and the memory is large enough.
 */
static void long_arguments(void **state)
{
	enum { PROCESSES = 12 };
	static char argv[ET_PROCESS_ARGS_MAX];
	__u64 starts[PROCESSES] = { 0 };
	size_t sizes[PROCESSES] = { 0 };

	(void)state;
	for (__u32 round = 1; round < 3000; round++) {
		const __u32 i = round * 7 % PROCESSES;
		struct et_process_exec *exec = et_record_begin(&rec, ET_PROCESS_EXEC);

		if (round % 3 == 0)
			starts[i] = round;
		sizes[i] = 700 + (size_t)round * 131 % (sizeof(argv) - 700);
		exec->pids = pids_of(100 + i, starts[i], 1);
		memset(argv, (int)('a' + i), sizes[i]);
		et_record_var(&rec, ET_VAR_ARGV, argv, sizes[i]);
		see();
		for (__u32 n = 0; n < PROCESSES; n++) {
			const struct et_table_process *p = find(100 + n, starts[n]);

			if (!sizes[n] || !p || !p->program)
				continue;
			assert_int_equal(p->program->args_len, sizes[n]);
			memset(argv, (int)('a' + n), sizes[n]);
			assert_memory_equal(p->program->text, argv, sizes[n]);
		}
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(families),
		TEST(ends),
		TEST(numbers_are_used_again),
		TEST(order),
		TEST(missing),
		TEST(losses),
		TEST(evictions),
		TEST(evicted_parent),
		TEST(logins),
		TEST(containers),
		TEST(begins_again),
		TEST(memory),
		TEST(complete_no_more),
		TEST(execs_are_dropped),
		TEST(names),
		TEST(long_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
