/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/fleet/ports.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel's default, if the file cannot be read. */
#define CONNECTIONS_FROM 32768

/* Ports below this one belong to well-known services. */
#define LOWEST 10000

#define TRIES 1000

/* The first port that the kernel gives to connections. */
static unsigned int connections_from(void)
{
	FILE *f = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
	unsigned int first = CONNECTIONS_FROM;

	if (f) {
		if (fscanf(f, "%u", &first) != 1 || first <= LOWEST)
			first = CONNECTIONS_FROM;
		fclose(f);
	}
	return first;
}

static bool is_free(unsigned short port)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool bound = fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;

	if (fd >= 0)
		close(fd);
	return bound;
}

static bool is_among(unsigned short port, const unsigned short *ports, int count)
{
	for (int i = 0; i < count; i++)
		if (ports[i] == port)
			return true;
	return false;
}

int fleet_ports(unsigned short *ret, int count)
{
	const unsigned int room = connections_from() - LOWEST;
	int found = 0;

	for (int i = 0; i < TRIES && found < count; i++) {
		unsigned int number;
		unsigned short port;

		if (getrandom(&number, sizeof(number), 0) != sizeof(number))
			return -EIO;
		port = (unsigned short)(LOWEST + number % room);
		if (!is_among(port, ret, found) && is_free(port))
			ret[found++] = port;
	}
	return found == count ? 0 : -EADDRINUSE;
}
