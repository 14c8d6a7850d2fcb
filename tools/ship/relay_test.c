/* SPDX-License-Identifier: BSD-2-Clause */
/* The output to a relay, with a peer in this process that reads, is slow, or breaks. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/ship/relay.h"

#define WAIT_S 30

static struct ship_output *relay;
static struct ship_relay_address address;
static unsigned int acknowledged; /* messages */
static int listener, peer;
static char folder[64];

/* ---- the DNS, in place of the C library's functions ---------------------------------------- */

static bool dns_is_down;

int getaddrinfo(const char *name, const char *port, const struct addrinfo *hints,
		struct addrinfo **ret)
{
	struct {
		struct addrinfo info;
		struct sockaddr_in address;
	} *found = calloc(1, sizeof(*found));

	(void)hints;
	if (dns_is_down || !found) {
		free(found);
		return EAI_AGAIN;
	}
	found->address.sin_family = AF_INET;
	found->address.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
	assert_int_equal(inet_pton(AF_INET, name, &found->address.sin_addr), 1);
	found->info.ai_family = AF_INET;
	found->info.ai_addr = (struct sockaddr *)&found->address;
	found->info.ai_addrlen = sizeof(found->address);
	*ret = &found->info;
	return 0;
}

void freeaddrinfo(struct addrinfo *info)
{
	free(info);
}

/* ---- the relay ----------------------------------------------------------------------------- */

static void on_acknowledged(void *ctx, void *cookie)
{
	assert_ptr_equal(ctx, &acknowledged);
	/* In order. */
	assert_int_equal((uintptr_t)cookie, acknowledged);
	acknowledged++;
}

static time_t now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

static void open_relay(const char *text)
{
	const struct ship_output_options options = { on_acknowledged, &acknowledged };
	const char *why;

	assert_int_equal(ship_relay_address_parse(text, &address, &why), 0);
	assert_int_equal(ship_relay__open(&address, &options, &relay), 0);
}

/* ---- the peer ------------------------------------------------------------------------------ */

static void listen_unix(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	snprintf(to.sun_path, sizeof(to.sun_path), "%s/socket", folder);
	unlink(to.sun_path);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0)
		abort();
	assert_int_equal(bind(listener, (struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(listen(listener, 1), 0);
}

static void open_unix(void)
{
	char text[128];

	snprintf(text, sizeof(text), "unix:%s/socket", folder);
	open_relay(text);
}

static void open_tcp(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(to);
	char text[128];

	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0)
		abort();
	assert_int_equal(bind(listener, (struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&to, &size), 0);
	snprintf(text, sizeof(text), "tcp:127.0.0.1:%d", ntohs(to.sin_port));
	open_relay(text);
}

/* Let the relay work until its descriptor is ready, or its time is over. */
static void work(void)
{
	struct pollfd fd = ship_output__pollfd(relay);
	int timeout_ms = ship_output__timeout_ms(relay);

	(void)poll(&fd, 1, timeout_ms < 0 || timeout_ms > 50 ? 50 : timeout_ms);
	assert_int_equal(ship_output__poll(relay), 0);
}

/* Accept the relay's connection. */
static void accept_peer(void)
{
	struct pollfd fd = { .fd = listener, .events = POLLIN };
	const time_t end = now_s() + WAIT_S;

	while (poll(&fd, 1, 0) == 0) {
		assert_true(now_s() < end);
		work();
	}
	peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (peer < 0)
		abort();
}

/* Wait until @text has arrived, and is nothing else. */
static void expect(const char *text)
{
	const time_t end = now_s() + WAIT_S;
	size_t len = 0, want = strlen(text);
	char got[512];

	assert_true(want <= sizeof(got));
	if (peer < 0)
		abort();
	while (len < want) {
		ssize_t n = recv(peer, got + len, want - len, MSG_DONTWAIT);

		assert_true(n > 0 || (n < 0 && errno == EAGAIN));
		if (n > 0)
			len += (size_t)n;
		assert_true(now_s() < end);
		work();
	}
	assert_memory_equal(got, text, want);
}

/* Close the connection of the peer with a reset, as a host does whose process was killed. */
static void reset_peer(void)
{
	const struct linger now = { .l_onoff = 1 };

	assert_int_equal(setsockopt(peer, SOL_SOCKET, SO_LINGER, &now, sizeof(now)), 0);
	close(peer);
	peer = -1;
}

static void close_peer(void)
{
	close(peer);
	peer = -1;
}

static void wait_for_acknowledged(unsigned int count)
{
	const time_t end = now_s() + WAIT_S;

	while (acknowledged < count) {
		assert_true(now_s() < end);
		work();
	}
}

static void wait_for_reconnects(uint64_t count)
{
	const time_t end = now_s() + WAIT_S;

	while (ship_output__counts(relay).closed + ship_output__counts(relay).failed < count) {
		assert_true(now_s() < end);
		work();
	}
}

/* ---- messages ------------------------------------------------------------------------------ */

/* Send a line with a number, padded to @size bytes; the message has two events. */
static void send_padded(unsigned int number, size_t size)
{
	struct ship_message message = { .size = size, .events = 2 };
	char *text = malloc(size + 1);

	assert_non_null(text);
	snprintf(text, size + 1, "%0*u\n", (int)size - 1, number);
	message.payload = text;
	message.cookie = (void *)(uintptr_t)number;
	assert_int_equal(ship_output__send(relay, &message), 0);
	free(text);
}

static void send_one(unsigned int number)
{
	send_padded(number, 5);
}

static int set_up(void **state)
{
	const char *tmp = getenv("TEST_TMPDIR");

	(void)state;
	/* Short: the path of a socket has at most 107 bytes. */
	snprintf(folder, sizeof(folder), "%s/r.XXXXXX",
		 tmp && strlen(tmp) < sizeof(folder) - 16 ? tmp : "/tmp");
	relay = NULL;
	acknowledged = 0;
	listener = peer = -1;
	dns_is_down = false;
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	char path[128];

	(void)state;
	ship_output__close(relay);
	if (listener >= 0)
		close(listener);
	if (peer >= 0)
		close(peer);
	snprintf(path, sizeof(path), "%s/socket", folder);
	unlink(path);
	rmdir(folder);
	return 0;
}

/* ---- cases --------------------------------------------------------------------------------- */

/* Messages count as acknowledged when the peer has read them, and not before. */
static void test_unix(void **state)
{
	struct ship_output_counts counts;

	(void)state;
	listen_unix();
	open_unix();
	for (unsigned int i = 0; i < 3; i++)
		send_one(i);
	accept_peer();
	for (int i = 0; i < 5; i++)
		work();
	assert_int_equal(acknowledged, 0);
	expect("0000\n0001\n0002\n");
	wait_for_acknowledged(3);
	counts = ship_output__counts(relay);
	assert_int_equal(counts.produced, 3);
	assert_int_equal(counts.acknowledged, 3);
	assert_int_equal(counts.sent_again, 0);
}

/* The peer does not exist at first. */
static void test_absent(void **state)
{
	(void)state;
	open_unix();
	send_one(0);
	for (int i = 0; i < 5; i++)
		work();
	assert_int_equal(acknowledged, 0);
	assert_true(ship_output__counts(relay).refused > 0);
	listen_unix();
	accept_peer();
	expect("0000\n");
	wait_for_acknowledged(1);
}

/* What the peer had not read when it broke is sent again, and counted. */
static void test_unix_broken(void **state)
{
	struct ship_output_counts counts;

	(void)state;
	listen_unix();
	open_unix();
	send_one(0);
	accept_peer();
	expect("0000\n");
	wait_for_acknowledged(1);
	send_one(1);
	send_one(2);
	expect("0001\n00");
	close_peer();
	wait_for_reconnects(1);
	assert_int_equal(acknowledged, 1);
	counts = ship_output__counts(relay);
	assert_int_equal(counts.sent_again, 2);
	assert_int_equal(counts.maybe_twice, 4);
	assert_int_equal(counts.maybe_missing, 0);
	accept_peer();
	expect("0001\n0002\n");
	wait_for_acknowledged(3);
}

/* A peer that has read all before it closes: nothing is sent again. */
static void test_unix_closed(void **state)
{
	struct ship_output_counts counts;

	(void)state;
	listen_unix();
	open_unix();
	send_one(0);
	accept_peer();
	expect("0000\n");
	close_peer();
	wait_for_acknowledged(1);
	wait_for_reconnects(1);
	counts = ship_output__counts(relay);
	assert_int_equal(counts.maybe_twice, 0);
	assert_int_equal(counts.closed, 1);
	send_one(1);
	accept_peer();
	expect("0001\n");
}

/* A peer that reads slowly: the socket is full, and a message is written in parts. */
static void test_slow(void **state)
{
	enum { COUNT = 64, SIZE = 64 * 1024 };
	char *got = malloc(SIZE);
	unsigned int next = 0;
	size_t len = 0;

	(void)state;
	assert_non_null(got);
	listen_unix();
	open_unix();
	for (unsigned int i = 0; i < COUNT; i++)
		send_padded(i, SIZE);
	accept_peer();
	while (next < COUNT) {
		ssize_t n =
			recv(peer, got + len, SIZE - len < 5000 ? SIZE - len : 5000, MSG_DONTWAIT);

		if (n > 0)
			len += (size_t)n;
		else
			work();
		if (len < SIZE)
			continue;
		assert_int_equal(got[SIZE - 1], '\n');
		assert_int_equal(strtoul(got, NULL, 10), next);
		next++;
		len = 0;
	}
	wait_for_acknowledged(COUNT);
	free(got);
}

/* The connection ends in the middle of a message: the next one begins with all of it. */
static void test_half_a_message(void **state)
{
	enum { SIZE = 8 * 1024 * 1024 };
	struct ship_message message = { .size = SIZE, .events = 2 };
	char *text = calloc(1, SIZE);

	(void)state;
	assert_non_null(text);
	memcpy(text, "begin", 5);
	message.payload = text;
	listen_unix();
	open_unix();
	assert_int_equal(ship_output__send(relay, &message), 0);
	free(text);
	send_one(1);
	accept_peer();
	for (int i = 0; i < 5; i++)
		work();
	close_peer();
	wait_for_reconnects(1);
	assert_int_equal(ship_output__counts(relay).maybe_twice, 2);
	accept_peer();
	expect("begin");
	assert_int_equal(acknowledged, 0);
}

/* With TCP, the peer's kernel acknowledges. A reset leaves unknown what the peer has read of it. */
static void test_tcp_reset(void **state)
{
	struct ship_output_counts counts;

	(void)state;
	open_tcp();
	send_one(0);
	send_one(1);
	accept_peer();
	wait_for_acknowledged(2);
	reset_peer();
	wait_for_reconnects(1);
	counts = ship_output__counts(relay);
	assert_int_equal(counts.maybe_missing, 4);
	assert_int_equal(counts.failed, 1);
	assert_int_equal(counts.maybe_twice, 0);
	send_one(2);
	accept_peer();
	expect("0002\n");
	wait_for_acknowledged(3);
}

/* All that the peer's kernel may have had counts, also with the large buffers of newer kernels. */
static void test_tcp_recent(void **state)
{
	enum { COUNT = 320, SIZE = 64 * 1024 };
	static char ignored[SIZE];

	(void)state;
	open_tcp();
	for (unsigned int i = 0; i < COUNT; i++)
		send_padded(i, SIZE);
	accept_peer();
	while (acknowledged < COUNT) {
		while (recv(peer, ignored, sizeof(ignored), MSG_DONTWAIT) > 0)
			;
		work();
	}
	reset_peer();
	wait_for_reconnects(1);
	assert_int_equal(ship_output__counts(relay).maybe_missing, 2 * COUNT);
}

/* The name is resolved once: a DNS server that does not answer later is not asked. */
static void test_tcp_no_dns(void **state)
{
	(void)state;
	dns_is_down = true;
	open_tcp();
	send_one(0);
	for (int i = 0; i < 5; i++)
		work();
	assert_true(ship_output__counts(relay).refused > 0);
	dns_is_down = false;
	accept_peer();
	expect("0000\n");
	dns_is_down = true;
	close_peer();
	wait_for_reconnects(1);
	send_one(1);
	accept_peer();
	expect("0001\n");
}

/* A peer that reads all and closes the connection has all. */
static void test_tcp_closed(void **state)
{
	struct ship_output_counts counts;

	(void)state;
	open_tcp();
	send_one(0);
	accept_peer();
	expect("0000\n");
	close_peer();
	wait_for_reconnects(1);
	counts = ship_output__counts(relay);
	assert_int_equal(acknowledged, 1);
	assert_int_equal(counts.maybe_missing, 0);
}

/* The peer's kernel has no more room: what it does not have is sent again after the end. */
static void test_tcp_full(void **state)
{
	enum { COUNT = 400, SIZE = 64 * 1024 };
	unsigned int before = 0, same = 0;
	struct ship_output_counts counts;

	(void)state;
	open_tcp();
	for (unsigned int i = 0; i < COUNT; i++)
		send_padded(i, SIZE);
	accept_peer();
	/* The peer reads nothing: acknowledgements stop. */
	while (same < 10) {
		work();
		same = acknowledged == before ? same + 1 : 0;
		before = acknowledged;
	}
	assert_true(acknowledged < COUNT);
	reset_peer();
	wait_for_reconnects(1);
	counts = ship_output__counts(relay);
	/* The socket of this side holds several messages that were written. */
	assert_true(counts.sent_again >= 3);
	assert_int_equal(counts.maybe_twice, 2 * counts.sent_again);
	/* All that the peer's kernel had is unknown, as far as a peer's kernel has room. */
	assert_true(counts.maybe_missing >= 2 * (uint64_t)(before < 64 ? before : 64));
}

/*
 * What a peer writes has no meaning. One poll takes only some of it, so that a peer that writes
 * without a pause does not hold the sender.
 */
static void test_talkative(void **state)
{
	enum { SIZE = 64 * 1024 };
	char *text = calloc(1, SIZE);
	int unread = 0;

	(void)state;
	assert_non_null(text);
	listen_unix();
	open_unix();
	accept_peer();
	assert_int_equal(send(peer, text, SIZE, MSG_DONTWAIT), SIZE);
	free(text);
	send_one(0);
	assert_int_equal(ship_output__poll(relay), 0);
	assert_int_equal(ioctl(peer, SIOCOUTQ, &unread), 0);
	assert_true(unread > 0);
	/* The message was written all the same. */
	assert_int_equal(ioctl(peer, FIONREAD, &unread), 0);
	assert_int_equal(unread, 5);
	expect("0000\n");
	wait_for_acknowledged(1);
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* The pause between attempts grows: five attempts have pauses of 100, 200, 400 and 800 ms. */
static void test_backoff(void **state)
{
	uint64_t first_ms = 0;

	(void)state;
	open_unix();
	for (int i = 0; i < 5; i++) {
		int pause_ms;

		while ((pause_ms = ship_output__timeout_ms(relay)) > 0)
			(void)poll(NULL, 0, pause_ms);
		/* It is due, so this call is an attempt. */
		assert_int_equal(ship_output__poll(relay), 0);
		if (i == 0)
			first_ms = now_ms();
	}
	/* A slow host only makes it longer. The clock was read after the first attempt. */
	assert_true(now_ms() - first_ms >= 1400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_unix, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_absent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unix_broken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unix_closed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_slow, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_half_a_message, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_tcp_reset, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_tcp_recent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_tcp_no_dns, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_tcp_closed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_tcp_full, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_talkative, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_backoff, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
