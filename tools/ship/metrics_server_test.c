/* SPDX-License-Identifier: BSD-2-Clause */
/* The server of metrics, with clients in this process. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/ship/metrics_server.h"

static struct ship_metrics_server *server;
static uint16_t port;
static char answer[4096];

static void print(void *ctx, FILE *out)
{
	fprintf(out, "figures of %s\n", (const char *)ctx);
}

/* A socket that is bound to a free port, which the server then gets. */
static uint16_t find_free_port(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &size) < 0)
		abort();
	close(fd);
	return ntohs(at.sin_port);
}

static int open_server(char *error, size_t size)
{
	char address[32];

	snprintf(address, sizeof(address), ":%d", port);
	return ship_metrics_server__open(address, print, "a test", &server, error, size);
}

static int set_up(void **state)
{
	char error[256];

	(void)state;
	server = NULL;
	/* Another program may take the port in between: try again. */
	for (int i = 0; i < 20; i++) {
		port = find_free_port();
		if (open_server(error, sizeof(error)) == 0)
			return 0;
	}
	return -1;
}

static int tear_down(void **state)
{
	(void)state;
	ship_metrics_server__close(server);
	return 0;
}

static int connect_to(in_addr_t host)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons(port),
				  .sin_addr.s_addr = htonl(host) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		abort();
	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Send a request, and let the server run until it has answered and closed the connection. */
static const char *ask(const char *request)
{
	int fd = connect_to(INADDR_LOOPBACK);
	size_t len = 0;

	if (fd < 0)
		abort();
	assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
	for (int i = 0; i < 1000; i++) {
		struct pollfd poll_fd = { .fd = ship_metrics_server__fd(server), .events = POLLIN };
		ssize_t n;

		(void)poll(&poll_fd, 1, 10);
		ship_metrics_server__run(server);
		n = recv(fd, answer + len, sizeof(answer) - 1 - len, MSG_DONTWAIT);
		if (n == 0)
			break;
		if (n > 0)
			len += (size_t)n;
	}
	answer[len] = '\0';
	close(fd);
	return answer;
}

#define CLOSE "Host: x\r\nConnection: close\r\n\r\n"

static void test_metrics(void **state)
{
	const char *text = ask("GET /metrics HTTP/1.1\r\n" CLOSE);

	(void)state;
	assert_int_equal(strncmp(text, "HTTP/1.1 200 ", 13), 0);
	assert_non_null(strstr(text, "Content-Type: text/plain; version=0.0.4"));
	assert_non_null(strstr(text, "\r\n\r\nfigures of a test\n"));
}

static void test_refused(void **state)
{
	(void)state;
	assert_int_equal(strncmp(ask("GET / HTTP/1.1\r\n" CLOSE), "HTTP/1.1 404 ", 13), 0);
	assert_int_equal(strncmp(ask("POST /metrics HTTP/1.1\r\n" CLOSE), "HTTP/1.1 405 ", 13), 0);
	(void)ask("nonsense\r\n\r\n");
	/* It still works. */
	test_metrics(state);
}

/* Without a host, only this host can connect: 127.0.0.2 is another address of it. */
static void test_loopback(void **state)
{
	(void)state;
	assert_int_equal(connect_to(INADDR_LOOPBACK + 1), -1);
}

static void test_in_use(void **state)
{
	struct ship_metrics_server *first = server;
	char error[256];

	(void)state;
	assert_int_equal(open_server(error, sizeof(error)), -EADDRINUSE);
	assert_non_null(strstr(error, "choose another address for --metrics"));
	assert_ptr_equal(server, first);
}

static void test_address(void **state)
{
	static const char *const addresses[] = { ":9185", "localhost:1", "[::1]:9185",
						 "10.0.0.1:65535" };
	static const char *const files[] = { "ship.prom", "/run/a:1", "a:b", "a:", ":123456" };

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++)
		assert_true(ship_metrics_is_address(addresses[i]));
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		assert_false(ship_metrics_is_address(files[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_metrics, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_loopback, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_in_use, set_up, tear_down),
		cmocka_unit_test(test_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
