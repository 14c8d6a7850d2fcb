/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the probe to the topic: spool_live_test PROGRAM. A real eventstrace, eventstrace-ship and a
 * cluster of three nodes run while the folder between them is in trouble.
 *
 * After each case, each event that a session has counted is in the topic, or a LOST line of the
 * topic reports it. Nothing is there twice.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/sink/memory_file.h"
#include "tools/fleet/cluster.h"
#include "tools/fleet/topic.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/summary.h"
#include "tools/livetest/tracer.h"
#include "tools/ship/fixture.h"
#include "tools/ship/ship_process.h"

/* Longer than any step takes that does not hang. */
#define HANGS_MS 60000

#define SESSIONS_MAX 4

static int set_up(void **state)
{
	(void)fixture_set_up(state);
	/* The tracer refuses a folder of another user, or for all. */
	return chmod(fixture.maker.folder, 0750);
}

static int tear_down(void **state)
{
	(void)umount2(fixture.maker.folder, MNT_DETACH);
	return fixture_tear_down(state);
}

/* ---- the tracer, and what it records ------------------------------------------------------- */

/* Record writes to terminals by descendants of this process. */
static struct tracer *start_tracer(const char *const *more)
{
	char tree[32], record[300];
	const char *flags[12] = { "-s", "-e", "tty-write", tree, record };
	const struct tracer_options opts = { .flags = flags };
	struct tracer *tracer = NULL;
	size_t count = 5;

	snprintf(tree, sizeof(tree), "--tree=%d", (int)getpid());
	snprintf(record, sizeof(record), "--record=%s/", fixture.maker.folder);
	while (*more)
		flags[count++] = *more++;
	assert_true(count < sizeof(flags) / sizeof(*flags));
	assert_int_equal(tracer_start(&opts, &tracer), 0);
	return tracer;
}

/* End the tracer. Return: the events that it has counted. */
static uint64_t stop_tracer(struct tracer *tracer)
{
	struct tracer_result result;
	uint64_t attempted;
	char *summary;

	assert_int_equal(tracer_stop(tracer, SIGINT, &result), 0);
	if (result.status)
		fail_msg("wait status 0x%x: %s", (unsigned int)result.status, result.err);
	/* Messages of a sender that the tracer has started follow the summary. */
	summary = strstr(result.err, "{\"events\":");
	if (summary)
		summary[strcspn(summary, "\n") + 1] = '\0';
	attempted = summary_total(result.err, "attempted");
	tracer_result_free(&result);
	return attempted;
}

static void kill_tracer(struct tracer *tracer)
{
	struct tracer_result result;

	assert_int_equal(tracer_stop(tracer, SIGKILL, &result), 0);
	tracer_result_free(&result);
}

static void flood(const char *count)
{
	const char *argv[] = { runfiles_case("tty_flood"), count, "1", NULL };
	struct proc_options proc = { .argv = argv };
	int status;
	pid_t pid;

	assert_int_equal(proc_spawn(&proc, &pid), 0);
	assert_int_equal(proc_wait(pid, HANGS_MS, &status), 0);
	assert_int_equal(status, 0);
}

/* ---- the sender ---------------------------------------------------------------------------- */

static const char *const once[] = { "--once", NULL };

static void send_all(const char *topic)
{
	assert_int_equal(ship_process_wait(fixture_send(topic, once)), 0);
}

static void wait_until_sent(void)
{
	for (int i = 0; i < HANGS_MS / 10; i++) {
		if (!spool_maker_segments_left(&fixture.maker))
			return;
		usleep(10000);
	}
	fail_msg("%zu segments are left", spool_maker_segments_left(&fixture.maker));
}

/* ---- the topic ----------------------------------------------------------------------------- */

/* What a topic has of one session. */
struct session {
	char id[40];
	uint64_t events, lost;
	uint64_t next;    /* the number behind the last line */
	uint64_t missing; /* numbers that no line has */
	bool twice;
};

struct topic {
	struct session sessions[SESSIONS_MAX];
	size_t count;
};

static struct session *session_of(struct topic *topic, const char *id)
{
	for (size_t i = 0; i < topic->count; i++)
		if (strcmp(topic->sessions[i].id, id) == 0)
			return &topic->sessions[i];
	assert_true(topic->count < SESSIONS_MAX);
	snprintf(topic->sessions[topic->count].id, sizeof(topic->sessions->id), "%s", id);
	return &topic->sessions[topic->count++];
}

/* The number behind @name in a line of JSON. */
static uint64_t number_in(const char *line, size_t len, const char *name)
{
	const char *at = memmem(line, len, name, strlen(name));

	if (!at)
		fail_msg("no %s: %.*s", name, (int)len, line);
	return at ? strtoull(at + strlen(name), NULL, 10) : 0;
}

static void see_line(struct session *session, const char *line, size_t len)
{
	const uint64_t seq = number_in(line, len, "\"seq\":");

	if (seq < session->next) {
		session->twice = true;
		return;
	}
	session->missing += seq - session->next;
	session->next = seq + 1;
	if (memmem(line, len, "\"event_type\":\"LOST\"", 19))
		session->lost += number_in(line, len, "\"count\":");
	else
		session->events++;
}

static void see_message(void *ctx, const rd_kafka_message_t *message)
{
	const char *line = message->payload, *end = line + message->len, *newline;
	struct session *session;

	/* Messages without numbers of events are no lines of events. */
	if (!*fleet_message_header(message, "first_seq"))
		return;
	session = session_of(ctx, fleet_message_header(message, "session"));
	for (; line < end; line = newline + 1) {
		newline = memchr(line, '\n', (size_t)(end - line));
		assert_non_null(newline);
		see_line(session, line, (size_t)(newline - line));
	}
}

static struct topic read_topic(const char *name)
{
	struct topic topic = { .count = 0 };

	assert_int_equal(fleet_topic_read(fleet_cluster__addresses(fixture.cluster), name,
					  see_message, &topic),
			 0);
	return topic;
}

/* All that a session has counted is there, or reported. */
static void check_session(const struct session *session, uint64_t attempted)
{
	assert_false(session->twice);
	assert_int_equal(session->events + session->lost, attempted);
}

static void wait_for_events(const char *name, uint64_t count)
{
	const uint64_t end = proc_now_ns() + (uint64_t)proc_scaled_ms(HANGS_MS) * 1000000;
	struct topic topic;

	do {
		assert_true(proc_now_ns() < end);
		topic = read_topic(name);
	} while (topic.count == 0 || topic.sessions[0].events < count);
}

/* ---- cases --------------------------------------------------------------------------------- */

/* The sender sends what a killed tracer has written, and continues with its successor. */
static void test_tracer_killed(void **state)
{
	static const char *const options[] = { "--drain-timeout=60", NULL };
	static const char *const none[] = { NULL };
	struct tracer *tracer;
	struct topic topic;
	uint64_t attempted;
	pid_t sender;

	(void)state;
	fixture_create_topic("tracer-killed", 1);
	sender = fixture_send("tracer-killed", options);
	tracer = start_tracer(none);
	flood("2000");
	wait_for_events("tracer-killed", 2000);
	kill_tracer(tracer);
	tracer = start_tracer(none);
	flood("2000");
	attempted = stop_tracer(tracer);
	wait_until_sent();
	kill(sender, SIGTERM);
	assert_int_equal(ship_process_wait(sender), 0);
	topic = read_topic("tracer-killed");
	assert_int_equal(topic.count, 2);
	assert_true(topic.sessions[0].events >= 2000);
	assert_int_equal(topic.sessions[0].missing, 0);
	assert_false(topic.sessions[0].twice);
	check_session(&topic.sessions[1], attempted);
	assert_int_equal(topic.sessions[1].missing, 0);
}

/* The oldest segments went before they were sent: the topic says what they had. */
static void test_folder_full(void **state)
{
	static const char *const options[] = { "--segment-size=64K", "--spool-size=256K", NULL };
	struct tracer *tracer;
	struct topic topic;
	uint64_t attempted;

	(void)state;
	fixture_create_topic("folder-full", 1);
	tracer = start_tracer(options);
	flood("5000");
	attempted = stop_tracer(tracer);
	send_all("folder-full");
	assert_int_equal(spool_maker_segments_left(&fixture.maker), 0);
	topic = read_topic("folder-full");
	assert_int_equal(topic.count, 1);
	assert_true(topic.sessions[0].lost > 0);
	check_session(&topic.sessions[0], attempted);
}

/* Wait until the file system of the folder has no room for a page. */
static void wait_until_full(void)
{
	struct statvfs st;

	for (int i = 0; i < HANGS_MS / 10; i++) {
		assert_int_equal(statvfs(fixture.maker.folder, &st), 0);
		if (!st.f_bfree)
			return;
		usleep(10000);
	}
	fail_msg("the file system does not fill");
}

/* The sender makes room, though it cannot write its own position before. */
static void test_disk_full(void **state)
{
	static const char *const options[] = { "--segment-size=64K", "--ring-size=bulk=16M", NULL };
	struct tracer *tracer;
	struct topic topic;
	uint64_t attempted;
	char filler[300];
	int fd;

	(void)state;
	fixture_create_topic("disk-full", 1);
	assert_int_equal(mount("tmpfs", fixture.maker.folder, "tmpfs", 0, "mode=0750,size=512K"),
			 0);
	tracer = start_tracer(options);
	flood("5000");
	/* What the tracer leaves of the last page, another file takes. */
	snprintf(filler, sizeof(filler), "%s/filler", fixture.maker.folder);
	fd = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	while (write(fd, "x", 1) == 1)
		;
	close(fd);
	wait_until_full();
	send_all("disk-full");
	assert_int_equal(unlink(filler), 0);
	attempted = stop_tracer(tracer);
	send_all("disk-full");
	assert_int_equal(spool_maker_segments_left(&fixture.maker), 0);
	topic = read_topic("disk-full");
	assert_int_equal(topic.count, 1);
	check_session(&topic.sessions[0], attempted);
}

/* Flip a bit in the middle of a segment. */
static void flip_bit(uint64_t number)
{
	int fd = open(spool_maker_path(&fixture.maker, number), O_RDWR | O_CLOEXEC);
	unsigned char byte;
	struct stat st;

	if (fd < 0) {
		fail_msg("cannot open segment %llu", (unsigned long long)number);
		return;
	}
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(pread(fd, &byte, 1, st.st_size / 2), 1);
	byte ^= 0x10;
	assert_int_equal(pwrite(fd, &byte, 1, st.st_size / 2), 1);
	close(fd);
}

/* All other segments are sent. The topic lacks the numbers behind the damage, and nothing else. */
static void test_flipped_bit(void **state)
{
	char kept[600];
	struct topic topic;

	(void)state;
	fixture_create_topic("flipped-bit", 1);
	for (int i = 0; i < 3; i++)
		spool_maker_segment(&fixture.maker, 10000);
	flip_bit(2);
	send_all("flipped-bit");
	snprintf(kept, sizeof(kept), "%s.damaged", spool_maker_path(&fixture.maker, 2));
	assert_int_equal(access(kept, F_OK), 0);
	assert_int_equal(spool_maker_segments_left(&fixture.maker), 0);
	topic = read_topic("flipped-bit");
	assert_int_equal(topic.count, 1);
	assert_false(topic.sessions[0].twice);
	assert_int_equal(topic.sessions[0].next, 30000);
	assert_in_range(topic.sessions[0].missing, 1, 9999);
	assert_int_equal(topic.sessions[0].events + topic.sessions[0].missing, 30000);
}

/* ---- -o kafka://... ------------------------------------------------------------------------ */

/* A user that can use only what this test makes for it. */
#define OTHER_USER 65534

static char outside[64]; /* a folder that all users can enter: it has the program and the spool */

static void copy_program(void)
{
	char path[128], part[65536];
	int from = open(fixture.program, O_RDONLY | O_CLOEXEC), to;
	ssize_t n;

	snprintf(path, sizeof(path), "%s/eventstrace-ship", outside);
	to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	assert_true(from >= 0 && to >= 0);
	while ((n = read(from, part, sizeof(part))) > 0)
		assert_int_equal(write(to, part, (size_t)n), n);
	close(from);
	close(to);
}

static int set_up_outside(void **state)
{
	(void)state;
	snprintf(outside, sizeof(outside), "/tmp/eventstrace-spool-XXXXXX");
	if (!mkdtemp(outside) || chmod(outside, 0755) < 0)
		return -1;
	copy_program();
	return setenv("PATH", outside, 1);
}

static int tear_down_outside(void **state)
{
	static const char *const names[] = { "spool/lock", "spool/ship.lock", "spool/ship.position",
					     "eventstrace-ship" };
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", outside, names[i]);
		(void)unlink(path);
	}
	snprintf(path, sizeof(path), "%s/spool", outside);
	(void)rmdir(path);
	return rmdir(outside);
}

/* The sender starts and ends with the recording, as another user. */
static void test_short_form(void **state)
{
	char tree[32], to[512], spool[128], user[32];
	const char *flags[] = { "-s",      "-e",  "tty-write",          tree, "--output", to,
				"--spool", spool, "--drain-timeout=60", user, NULL };
	const struct tracer_options opts = { .flags = flags };
	struct tracer *tracer = NULL;
	struct topic topic;
	uint64_t attempted;
	struct stat st;

	(void)state;
	fixture_create_topic("short-form", 1);
	snprintf(tree, sizeof(tree), "--tree=%d", (int)getpid());
	snprintf(to, sizeof(to), "kafka://%s/short-form",
		 fleet_cluster__addresses(fixture.cluster));
	snprintf(spool, sizeof(spool), "%s/spool", outside);
	snprintf(user, sizeof(user), "--ship-as=%d:%d", OTHER_USER, OTHER_USER);
	assert_int_equal(tracer_start(&opts, &tracer), 0);
	flood("2000");
	attempted = stop_tracer(tracer);
	topic = read_topic("short-form");
	assert_int_equal(topic.count, 1);
	assert_true(topic.sessions[0].events >= 2000);
	check_session(&topic.sessions[0], attempted);
	snprintf(spool, sizeof(spool), "%s/spool/ship.lock", outside);
	assert_int_equal(stat(spool, &st), 0);
	assert_int_equal(st.st_uid, OTHER_USER);
}

/* Run a program that must end with this status and message. */
static void fails_with(const char *const *argv, int wanted, const char *message)
{
	struct proc_options proc = { .argv = argv, .err = memory_file_new() };
	char *text;
	int status;

	status = proc_run(&proc, HANGS_MS);
	text = memory_file_text(proc.err, NULL);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != wanted || !strstr(text, message))
		fail_msg("wait status 0x%x, not \"%s\": %s", (unsigned int)status, message, text);
	free(text);
	close(proc.err);
}

/* The cluster does not answer: the events stay, and the exit status reports it. */
static void test_short_form_without_cluster(void **state)
{
	char spool[128], user[32], segment[160];
	const char *argv[] = { runfiles_tool(),
			       "-e",
			       "setsid",
			       "--output",
			       "kafka://127.0.0.1:1/none",
			       "--spool",
			       spool,
			       "--drain-timeout=1",
			       user,
			       "--",
			       runfiles_case("setsid"),
			       NULL };

	(void)state;
	snprintf(spool, sizeof(spool), "%s/spool", outside);
	snprintf(user, sizeof(user), "--ship-as=%d:%d", OTHER_USER, OTHER_USER);
	fails_with(argv, 5, "not all events are in kafka://127.0.0.1:1/none");
	snprintf(segment, sizeof(segment), "%s/spool/00000000000000000001.etr", outside);
	assert_int_equal(unlink(segment), 0);
}

/* Record without a COMMAND with the short form, and check how that fails, as fails_with() does. */
static void short_form_fails(int wanted, const char *message)
{
	char spool[128], user[32];
	const char *argv[] = { runfiles_tool(),
			       "-d",
			       "0.2",
			       "-e",
			       "setsid",
			       "--output",
			       "kafka://127.0.0.1:1/none",
			       "--spool",
			       spool,
			       user,
			       NULL };

	snprintf(spool, sizeof(spool), "%s/spool", outside);
	snprintf(user, sizeof(user), "--ship-as=%d:%d", OTHER_USER, OTHER_USER);
	fails_with(argv, wanted, message);
}

/* Without the program, nothing is recorded. */
static void test_short_form_without_program(void **state)
{
	char spool[128];

	(void)state;
	assert_int_equal(setenv("PATH", "/nonexistent", 1), 0);
	snprintf(spool, sizeof(spool), "%s/spool", outside);
	short_form_fails(5, "there is no program eventstrace-ship: install its package");
	assert_int_equal(access(spool, F_OK), -1);
}

/* The user may not execute the program: nothing is recorded, and the message names the program. */
static void test_short_form_not_executable(void **state)
{
	char path[128], message[192];

	(void)state;
	snprintf(path, sizeof(path), "%s/eventstrace-ship", outside);
	assert_int_equal(chmod(path, 0700), 0);
	snprintf(message, sizeof(message), "Permission denied: let this user execute %s", path);
	short_form_fails(1, message);
}

int main(int argc, char **argv)
{
#define TEST_OUTSIDE(name) cmocka_unit_test_setup_teardown(name, set_up_outside, tear_down_outside)
#define TEST(name)         cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_tracer_killed),
		TEST(test_folder_full),
		TEST(test_disk_full),
		TEST(test_flipped_bit),
		TEST_OUTSIDE(test_short_form),
		TEST_OUTSIDE(test_short_form_without_cluster),
		TEST_OUTSIDE(test_short_form_without_program),
		TEST_OUTSIDE(test_short_form_not_executable),
	};

	if (!fixture_arguments(argc, argv) || runfiles_init(1, argv))
		return 2;
	return cmocka_run_group_tests(tests, fixture_start_cluster, fixture_stop_cluster);
}
