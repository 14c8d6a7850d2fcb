/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventstrace-ship with a relay: relay_send_test PROGRAM RECORDING. The relay is this process. It
 * reads slowly, breaks the connection, and comes back. It needs no cluster and no root.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/ship/ship_process.h"
#include "tools/ship/spool_maker.h"

#define SEGMENT_EVENTS 5000
#define SEGMENTS       4
#define EVENTS         (SEGMENT_EVENTS * SEGMENTS)

static const char *program, *recording;
static struct spool_maker maker;
static char messages[512], address[128];
static int listener;

/* ---- the relay ----------------------------------------------------------------------------- */

/* What the relay has read. */
static unsigned char seen[EVENTS]; /* how often it has read each event */
static uint64_t torn;              /* lines without their end, when a connection ended */
static char line[256 * 1024];
static size_t len, longest;

static void see_line(void)
{
	yyjson_doc *doc = yyjson_read(line, len, 0);
	uint64_t seq;

	if (!doc)
		fail_msg("not JSON: %.*s", (int)len, line);
	seq = yyjson_get_uint(yyjson_obj_get(yyjson_doc_get_root(doc), "seq"));
	assert_true(seq < EVENTS);
	seen[seq]++;
	if (len + 1 > longest)
		longest = len + 1;
	yyjson_doc_free(doc);
}

static void see_bytes(const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] != '\n') {
			assert_true(len < sizeof(line));
			line[len++] = bytes[i];
			continue;
		}
		see_line();
		len = 0;
	}
}

/* Wait until the sender has written all that it writes before this relay reads more. */
static void fall_behind(int peer)
{
	int unread = 0, before;

	do {
		before = unread;
		(void)poll(NULL, 0, 50);
		assert_int_equal(ioctl(peer, FIONREAD, &unread), 0);
	} while (!unread || unread != before);
}

/*
 * Accept a connection, and read it in steps of @step bytes, until it ends or @max bytes are read.
 * Then close it while bytes are unread.
 */
static void relay(size_t step, size_t max)
{
	struct pollfd fd = { .fd = listener, .events = POLLIN };
	char bytes[64 * 1024];
	size_t total = 0;
	ssize_t n = 1;
	int peer;

	assert_int_equal(poll(&fd, 1, 60000), 1);
	peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	assert_true(peer >= 0);
	while (n > 0 && total < max) {
		n = read(peer, bytes, step < max - total ? step : max - total);
		assert_true(n >= 0);
		see_bytes(bytes, (size_t)n);
		total += (size_t)n;
	}
	if (n > 0)
		fall_behind(peer);
	torn += len > 0;
	len = 0;
	close(peer);
}

static void listen_here(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	snprintf(to.sun_path, sizeof(to.sun_path), "%s", address + strlen("unix:"));
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0)
		abort();
	assert_int_equal(bind(listener, (struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(listen(listener, 8), 0);
}

/* Each event was read. Return: how many were read more than once. */
static uint64_t check_events(void)
{
	uint64_t twice = 0;

	for (uint64_t seq = 0; seq < EVENTS; seq++) {
		if (!seen[seq])
			fail_msg("event %llu is missing", (unsigned long long)seq);
		twice += seen[seq] > 1;
	}
	return twice;
}

/* ---- cases --------------------------------------------------------------------------------- */

static int set_up(void **state)
{
	(void)state;
	spool_maker_init(&maker);
	snprintf(messages, sizeof(messages), "%s.messages", maker.folder);
	/* Not in the folder of the test: the path of a socket has at most 107 bytes. */
	snprintf(address, sizeof(address), "unix:/tmp/relay_send_test.%d", (int)getpid());
	memset(seen, 0, sizeof(seen));
	torn = len = longest = 0;
	listener = -1;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	if (listener >= 0)
		close(listener);
	unlink(address + strlen("unix:"));
	spool_maker_remove(&maker);
	unlink(messages);
	return 0;
}

static void make_segments(void)
{
	for (int i = 0; i < SEGMENTS; i++)
		spool_maker_segment(&maker, SEGMENT_EVENTS);
}

static pid_t start_with(const char *const *options)
{
	const struct ship_process process = {
		.program = program,
		.options = options,
		.folder = maker.folder,
		.destination = address,
		.messages = messages,
	};

	return ship_process_start(&process);
}

static pid_t start(const char *option)
{
	const char *const options[] = { "--once", option, NULL };

	return start_with(options);
}

/* Wait until the sender has printed something: that it cannot connect. */
static void wait_for_messages(void)
{
	struct stat st = { 0 };

	for (int i = 0; i < 6000 && (stat(messages, &st) < 0 || st.st_size == 0); i++)
		(void)poll(NULL, 0, 10);
	ship_process_expect(messages, "cannot connect");
}

/* The relay is not there at first, reads slowly, and breaks twice in the middle of a line. */
static void test_breaks(void **state)
{
	uint64_t twice;
	pid_t sender;

	(void)state;
	make_segments();
	sender = start("--message=batch");
	wait_for_messages();
	listen_here();
	relay(777, 1000001);
	relay(65536, 3000001);
	relay(65536, SIZE_MAX);
	assert_int_equal(ship_process_wait(sender), 0);
	twice = check_events();
	/* Both breaks were in a line, which the next connection had whole. */
	assert_int_equal(torn, 2);
	assert_true(twice > 0);
	assert_int_equal(spool_maker_segments_left(&maker), 0);
	ship_process_expect(messages, "2 connections ended");
	print_message("%llu events were read twice\n", (unsigned long long)twice);
}

/* A sender that is killed continues at its position. */
static void test_killed(void **state)
{
	pid_t sender;

	(void)state;
	make_segments();
	listen_here();
	sender = start("--message=batch");
	relay(65536, 2000000);
	kill(sender, SIGKILL);
	assert_int_equal(ship_process_wait(sender), 128 + SIGKILL);
	assert_true(spool_maker_segments_left(&maker) > 0);
	/* The connections that the killed sender has left in the queue end at once. */
	sender = start("--message=batch");
	while (spool_maker_segments_left(&maker))
		relay(65536, SIZE_MAX);
	assert_int_equal(ship_process_wait(sender), 0);
	check_events();
}

/* --max-line bounds each line, and each stays JSON. The recording has all kinds of events. */
static void test_max_line(void **state)
{
	int from = open(recording, O_RDONLY | O_CLOEXEC);
	int to = open(spool_maker_path(&maker, 1), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct stat st;
	pid_t sender;

	(void)state;
	if (from < 0 || to < 0)
		abort();
	assert_int_equal(fstat(from, &st), 0);
	assert_int_equal(sendfile(to, from, NULL, (size_t)st.st_size), st.st_size);
	close(from);
	close(to);
	listen_here();
	sender = start("--max-line=4K");
	relay(65536, SIZE_MAX);
	assert_int_equal(ship_process_wait(sender), 0);
	assert_true(longest > 0 && longest <= 4096);
	ship_process_expect(messages, "were cut");
}

static void check_text(const char *text, const char *wanted)
{
	if (!strstr(text, wanted))
		fail_msg("no %s in:\n%s", wanted, text);
}

/* The figures agree with what the relay has seen. */
static void test_figures(void **state)
{
	char path[600], option[700], text[16384];
	const char *const options[] = { "--once", "-s", "--stats-interval=0.1", option, NULL };
	pid_t sender;
	ssize_t n;
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s.prom", maker.folder);
	snprintf(option, sizeof(option), "--metrics=%s", path);
	make_segments();
	listen_here();
	sender = start_with(options);
	relay(65536, 1000001);
	relay(65536, SIZE_MAX);
	assert_int_equal(ship_process_wait(sender), 0);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		abort();
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	assert_true(n > 0);
	text[n] = '\0';
	check_text(text, "\neventstrace_ship_events_read_total 20000\n");
	check_text(text, "\neventstrace_ship_events_acknowledged_total 20000\n");
	check_text(text, "\neventstrace_ship_events_waiting 0\n");
	check_text(text, "\neventstrace_ship_folder_bytes 0\n");
	check_text(text, "\neventstrace_ship_segments_done_total 4\n");
	check_text(text, "\neventstrace_ship_reconnects_total{cause=\"failed\"} 1\n");
	check_text(text, "\neventstrace_recorded_events_attempted_total"
			 "{event=\"process-setsid\"} 20000\n");
	assert_null(strstr(text, "events_unknown_total{kind=\"twice\"} 0\n"));
	ship_process_expect(messages, " events read, ");
	ship_process_expect(messages, "\"events_read\":20000,\"events_acknowledged\":20000,");
	unlink(path);
}

/* A file of metrics that cannot be written is an error at the start, and nothing is sent. */
static void test_no_file(void **state)
{
	const char *const options[] = { "--once", "--metrics=/nonexistent/file", NULL };

	(void)state;
	make_segments();
	assert_int_equal(ship_process_wait(start_with(options)), 5);
	ship_process_expect(messages, "cannot write the metrics to /nonexistent/file");
	assert_int_equal(spool_maker_segments_left(&maker), SEGMENTS);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_breaks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_killed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_max_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_figures, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_file, set_up, tear_down),
	};

	if (argc < 3)
		return 2;
	program = argv[1];
	recording = argv[2];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
