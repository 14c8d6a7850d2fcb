/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Workload connections: TCP connections over loopback. Each is opened and accepted, transfers one
 * byte, and is closed.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/work/work.h"
#include "tools/cases/account.h"

struct connections {
	int listener;
	struct sockaddr_in address;
};

static const char *missing(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool works = fd >= 0 && bind(fd, (const struct sockaddr *)&any, sizeof(any)) == 0;

	if (fd >= 0)
		close(fd);
	return works ? NULL : "there is no IPv4 loopback interface";
}

static void *setup(const struct runfiles *runfiles)
{
	struct connections *c = calloc(1, sizeof(*c));
	socklen_t len = sizeof(c->address);

	(void)runfiles;
	CHECK(c);
	c->address = (struct sockaddr_in){ .sin_family = AF_INET,
					   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	c->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(c->listener >= 0);
	CHECK(bind(c->listener, (const struct sockaddr *)&c->address, len) == 0);
	CHECK(listen(c->listener, 1) == 0);
	CHECK(getsockname(c->listener, (struct sockaddr *)&c->address, &len) == 0);
	return c;
}

static void run(void *state, uint64_t count)
{
	const struct connections *c = state;

	while (count--) {
		int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), server;
		char byte = 'a';

		CHECK(client >= 0);
		CHECK(connect(client, (const struct sockaddr *)&c->address, sizeof(c->address)) ==
		      0);
		server = accept4(c->listener, NULL, NULL, SOCK_CLOEXEC);
		CHECK(server >= 0);
		CHECK(write(client, &byte, 1) == 1 && read(server, &byte, 1) == 1);
		/*
		 * Each run has a new listener with a new port, so connections in state TIME_WAIT do
		 * not block it.
		 */
		CHECK(close(client) == 0 && close(server) == 0);
	}
}

static struct bench_workload workload = {
	.name = "connections",
	.doc = "TCP connections over loopback, one after the other, with one byte each",
	.operation = "connection",
	.events = "network",
	.order = 63,
	.work = 6000,
	.varied = true,
	.missing = missing,
	.setup = setup,
	.run = run,
};
BENCH_WORKLOAD(workload)
