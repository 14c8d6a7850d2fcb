/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connections that began before the tracer started. Also thousands of connections that have ended
 * but are not closed. The test makes these connections itself.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/livetest/caserun.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/tracer.h"

/* Return @fd if it is valid; otherwise end the process. */
static int must(int fd)
{
	if (fd >= 0)
		return fd;
	perror("a socket of the test's own");
	exit(1);
}

static int loopback_socket(bool listens, struct sockaddr_in *ret)
{
	struct sockaddr_in addr = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	socklen_t len = sizeof(*ret);

	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	if (listens)
		assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)ret, &len), 0);
	return fd;
}

static struct tracer *start(void)
{
	static const char *const flags[] = { "-s", "--net-conn-attempt", "--net-conn-closed",
					     "--ring-size=16M", NULL };
	struct tracer_options opts = { .flags = flags };
	struct tracer *tracer = NULL;

	assert_int_equal(tracer_start(&opts, &tracer), 0);
	return tracer;
}

static void stop(struct tracer *tracer, struct tracer_result *ret, struct events *ret_events)
{
	struct mismatches r = { 0 };

	assert_int_equal(tracer_stop(tracer, SIGTERM, ret), 0);
	assert_int_equal(ret->status, 0);
	events_parse(ret, ret_events, &r);
	if (r.faults)
		fail_msg("%s", mismatches_text(&r));
}

static yyjson_val *event(const struct events *events, size_t i)
{
	return yyjson_doc_get_root(events->docs[i]);
}

static uint64_t number(yyjson_val *object, const char *member)
{
	return yyjson_get_uint(yyjson_obj_get(object, member));
}

static bool is_own(yyjson_val *val, const char *type)
{
	return yyjson_equals_str(yyjson_obj_get(val, "event_type"), type) &&
	       number(yyjson_obj_get(val, "pids"), "tgid") == (uint64_t)getpid();
}

static size_t own(const struct events *events, const char *type)
{
	size_t n = 0;

	for (size_t i = 0; i < events->count; i++)
		n += is_own(event(events, i), type);
	return n;
}

/* ---- connections older than the tracer ------------------------------------------------------ */

static void check_closed(const struct events *events, uint64_t source_port, uint64_t port,
			 uint64_t sent, uint64_t received)
{
	size_t n = 0;

	for (size_t i = 0; i < events->count; i++) {
		yyjson_val *net = yyjson_obj_get(event(events, i), "net");

		if (!is_own(event(events, i), "NETWORK_CONNECTION_CLOSED") ||
		    number(net, "source_port") != source_port ||
		    number(net, "destination_port") != port)
			continue;
		assert_int_equal(number(net, "bytes_sent"), sent);
		assert_int_equal(number(net, "bytes_received"), received);
		n++;
	}
	assert_int_equal(n, 1);
}

static void test_older(void **state)
{
	struct sockaddr_in to = { 0 }, from = { 0 };
	int listener = loopback_socket(true, &to), client, server;
	struct tracer_result result = { 0 };
	struct events events = { 0 };
	struct tracer *tracer;
	char buf[8];

	(void)state;
	client = loopback_socket(false, &from);
	assert_int_equal(connect(client, (struct sockaddr *)&to, sizeof(to)), 0);
	server = must(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
	assert_int_equal(send(client, "older", 5, 0), 5);
	assert_int_equal(recv(server, buf, sizeof(buf), 0), 5);
	tracer = start();
	assert_int_equal(send(server, "than", 4, 0), 4);
	assert_int_equal(recv(client, buf, sizeof(buf), 0), 4);
	close(client);
	assert_int_equal(recv(server, buf, sizeof(buf), 0), 0);
	close(server);
	close(listener);
	stop(tracer, &result, &events);
	assert_int_equal(own(&events, "NETWORK_CONNECTION_ATTEMPTED"), 0);
	assert_int_equal(own(&events, "NETWORK_CONNECTION_CLOSED"), 2);
	check_closed(&events, ntohs(from.sin_port), ntohs(to.sin_port), 5, 4);
	check_closed(&events, ntohs(to.sin_port), ntohs(from.sin_port), 4, 5);
	events_free(&events);
	tracer_result_free(&result);
}

/* ---- thousands of ended connections -------------------------------------------------------- */

/* A number of the summary, by its JSON pointer. All events must be accounted for. */
static uint64_t summary_count(const struct tracer_result *result, const char *pointer)
{
	yyjson_doc *doc = tracer_summary(result);
	uint64_t n;

	if (!yyjson_is_true(yyjson_doc_ptr_get(doc, "/accounted")))
		fail_msg("not every event is accounted for: %s", result->err);
	n = yyjson_get_uint(yyjson_doc_ptr_get(doc, pointer));
	yyjson_doc_free(doc);
	return n;
}

enum { MANY = 5000, FEW = 100, ROUNDS = 2, OTHER_UID = 65534, NOTE_BYTES = 128 };

/* Open @count connections that the kernel refuses. They have ended, but their sockets are open. */
static void be_refused(const struct sockaddr_in *nobody, int fds[], int count)
{
	for (int i = 0; i < count; i++) {
		fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fds[i] < 0 ||
		    connect(fds[i], (const struct sockaddr *)nobody, sizeof(*nobody)) != -1 ||
		    errno != ECONNREFUSED) {
			perror("a connection that is to be refused");
			exit(1);
		}
	}
}

/*
 * In the child: hold MANY refused connections, write a byte to @done, and close them when a byte
 * arrives from @go.
 */
static void hold_many(const struct sockaddr_in *nobody, int done, int go)
{
	static int fds[MANY];
	char c = 0;

	if (setresuid(OTHER_UID, OTHER_UID, OTHER_UID))
		exit(1);
	for (int round = 0; round < ROUNDS; round++) {
		be_refused(nobody, fds, MANY);
		if (write(done, &c, 1) != 1 || read(go, &c, 1) != 1)
			exit(1);
		for (int i = 0; i < MANY; i++)
			close(fds[i]);
	}
	exit(0);
}

static size_t closed_of(const struct events *events, pid_t pid)
{
	size_t n = 0;

	for (size_t i = 0; i < events->count; i++)
		n += yyjson_equals_str(yyjson_obj_get(event(events, i), "event_type"),
				       "NETWORK_CONNECTION_CLOSED") &&
		     number(yyjson_obj_get(event(events, i), "pids"), "tgid") == (uint64_t)pid;
	return n;
}

/*
 * A user holds thousands of connections that have ended. Each close of another user is recorded. A
 * close of the first user is lost and counted if its note had no room. After the closes, the table
 * has room again.
 */
static void test_many(void **state)
{
	const struct rlimit many = { MANY + 100, MANY + 100 };
	struct tracer_result result;
	struct sockaddr_in nobody = { 0 };
	int done[2], go[2], status, fd;
	struct events events;
	struct tracer *tracer;
	uint64_t closed, lost;
	pid_t pid;

	(void)state;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &many), 0);
	fd = loopback_socket(false, &nobody);
	assert_int_equal(pipe(done), 0);
	assert_int_equal(pipe(go), 0);
	tracer = start();
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		hold_many(&nobody, done[1], go[0]);
	for (int round = 0; round < ROUNDS; round++) {
		int fds[FEW];
		char c = 0;

		assert_int_equal(read(done[0], &c, 1), 1);
		be_refused(&nobody, fds, FEW);
		for (int i = 0; i < FEW; i++)
			close(fds[i]);
		assert_int_equal(write(go[1], &c, 1), 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(fd);
	for (int i = 0; i < 2; i++) {
		close(done[i]);
		close(go[i]);
	}
	stop(tracer, &result, &events);
	closed = closed_of(&events, pid);
	lost = summary_count(&result, "/events/net-conn-closed/lost");
	print_message("%" PRIu64 " of %d closed; %" PRIu64 " lost\n", closed, ROUNDS * MANY, lost);
	assert_int_equal(own(&events, "NETWORK_CONNECTION_CLOSED"), ROUNDS * FEW);
	assert_true(closed <= ROUNDS * MANY && closed + lost >= ROUNDS * MANY);
	assert_true(summary_count(&result, "/events/net-conn-closed/received") >=
		    closed + ROUNDS * FEW);
	/*
	 * No event was lost, so each note was in the storage of its socket. The summary reports
	 * this memory.
	 */
	if (!lost)
		assert_true(summary_count(&result, "/grown/sockets") >= MANY * NOTE_BYTES);
	events_free(&events);
	tracer_result_free(&result);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_older),
		cmocka_unit_test(test_many),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
