/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cases/tcp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* True in a new network namespace. There, IPv6 must work if the kernel has it. */
static bool own_network;

/* False with ipv6.disable=1 on the kernel's command line, or with CONFIG_IPV6=n. */
static bool has_ipv6(void)
{
	static bool entered;
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0) {
		close(fd);
		return true;
	}
	CHECK(errno == EAFNOSUPPORT);
	if (!entered)
		account_cannot("no IPv6 in this kernel (socket(AF_INET6) is EAFNOSUPPORT)");
	entered = true;
	return false;
}

/* True if a socket can be bound to ::1. It cannot with the sysctl net.ipv6.conf.lo.disable_ipv6. */
static bool has_loopback(void)
{
	struct sockaddr_in6 addr = { .sin6_family = AF_INET6, .sin6_addr = in6addr_loopback };
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool has;

	CHECK(fd >= 0);
	has = bind(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0;
	CHECK(has || (errno == EADDRNOTAVAIL && !own_network));
	close(fd);
	return has;
}

bool tcp_has(enum tcp_kind kind)
{
	return kind == TCP_V4 || (has_ipv6() && (kind == TCP_MAPPED || has_loopback()));
}

enum tcp_kind tcp_or_v4(enum tcp_kind kind)
{
	return tcp_has(kind) ? kind : TCP_V4;
}

/* Enable IPv6 if the kernel has this setting. */
static void enable_ipv6(void)
{
	if (access("/proc/sys/net/ipv6/conf/all/disable_ipv6", F_OK) == 0)
		tcp_sysctl("ipv6/conf/all/disable_ipv6", "0");
}

void tcp_own_network(void)
{
	struct ifreq lo = { .ifr_name = "lo" };
	int fd;

	CHECK(unshare(CLONE_NEWNET) == 0);
	own_network = true;
	enable_ipv6();
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	CHECK(fd >= 0);
	CHECK(ioctl(fd, SIOCGIFFLAGS, &lo) == 0);
	lo.ifr_flags |= IFF_UP;
	CHECK(ioctl(fd, SIOCSIFFLAGS, &lo) == 0);
	close(fd);
}

void tcp_sysctl(const char *name, const char *value)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	CHECK(write(fd, value, strlen(value)) == (ssize_t)strlen(value));
	close(fd);
}

int tcp_socket(enum tcp_kind kind, int flags)
{
	int fd = socket(kind == TCP_V4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);

	CHECK(fd >= 0);
	return fd;
}

/*
 * Make an address of this family: that of the loopback interface, or the wildcard address. @port is
 * in network byte order. Return: its size.
 */
static socklen_t address(enum tcp_kind kind, bool any, in_port_t port, struct sockaddr_storage *ret)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;

	memset(ret, 0, sizeof(*ret));
	if (kind == TCP_V4) {
		v4->sin_family = AF_INET;
		v4->sin_port = port;
		v4->sin_addr.s_addr = htonl(any ? INADDR_ANY : INADDR_LOOPBACK);
		return sizeof(*v4);
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = port;
	if (any)
		v6->sin6_addr = in6addr_any;
	else if (kind == TCP_V6)
		v6->sin6_addr = in6addr_loopback;
	else
		CHECK(inet_pton(AF_INET6, "::ffff:127.0.0.1", &v6->sin6_addr) == 1);
	return sizeof(*v6);
}

int tcp_bound(enum tcp_kind kind, int flags, bool any_address)
{
	struct sockaddr_storage addr;
	socklen_t len = address(kind, any_address, 0, &addr);
	int fd = tcp_socket(kind, flags);

	CHECK(bind(fd, (struct sockaddr *)&addr, len) == 0);
	return fd;
}

int tcp_bound_to(enum tcp_kind kind, int port)
{
	struct sockaddr_storage addr;
	socklen_t len = address(kind, true, htons((in_port_t)port), &addr);
	int fd = tcp_socket(kind, 0);

	CHECK(bind(fd, (struct sockaddr *)&addr, len) == 0);
	return fd;
}

int tcp_listen(enum tcp_kind kind, int backlog)
{
	int fd = tcp_bound(kind, 0, false);

	CHECK(listen(fd, backlog) == 0);
	return fd;
}

/* sin_port and sin6_port have the same offset. */
static in_port_t port_of(const struct sockaddr_storage *addr)
{
	return ((const struct sockaddr_in *)addr)->sin_port;
}

static void local(int fd, struct sockaddr_storage *ret)
{
	socklen_t len = sizeof(*ret);

	memset(ret, 0, sizeof(*ret));
	CHECK(getsockname(fd, (struct sockaddr *)ret, &len) == 0);
}

int tcp_connect(enum tcp_kind kind, int fd, int to)
{
	struct sockaddr_storage addr;
	socklen_t len;

	local(to, &addr);
	len = address(kind, false, port_of(&addr), &addr);
	return connect(fd, (struct sockaddr *)&addr, len);
}

/*
 * The address as text. Return: the connection's family. An IPv4-mapped IPv6 address is an IPv4
 * address.
 */
static const char *to_text(const struct sockaddr_storage *addr, char text[ACCOUNT_ADDRESS])
{
	struct sockaddr_in6 v6;

	memcpy(&v6, addr, sizeof(v6));
	if (addr->ss_family == AF_INET) {
		CHECK(inet_ntop(AF_INET, &((const struct sockaddr_in *)addr)->sin_addr, text,
				ACCOUNT_ADDRESS));
		return "AF_INET";
	}
	if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
		CHECK(inet_ntop(AF_INET, v6.sin6_addr.s6_addr + 12, text, ACCOUNT_ADDRESS));
		return "AF_INET";
	}
	CHECK(inet_ntop(AF_INET6, &v6.sin6_addr, text, ACCOUNT_ADDRESS));
	return "AF_INET6";
}

static void fill(const struct sockaddr_storage *own, const struct sockaddr_storage *peer,
		 struct account_connection *ret)
{
	struct stat st;

	memset(ret, 0, sizeof(*ret));
	to_text(own, ret->source);
	ret->family = to_text(peer, ret->destination);
	ret->source_port = ntohs(port_of(own));
	ret->destination_port = ntohs(port_of(peer));
	CHECK(stat("/proc/thread-self/ns/net", &st) == 0);
	ret->netns = (uint32_t)st.st_ino;
}

void tcp_connection(int fd, struct account_connection *ret)
{
	struct sockaddr_storage own = { 0 }, peer = { 0 };
	socklen_t len = sizeof(peer);

	local(fd, &own);
	CHECK(getpeername(fd, (struct sockaddr *)&peer, &len) == 0);
	fill(&own, &peer, ret);
}

void tcp_connection_to(int fd, int to, struct account_connection *ret)
{
	struct sockaddr_storage own = { 0 }, peer = { 0 };

	local(to, &peer);
	local(fd, &own);
	fill(&own, &peer, ret);
	/* On the loopback interface, both ends have the same address. */
	memcpy(ret->source, ret->destination, sizeof(ret->source));
}

void tcp_mirror(struct account_connection *conn)
{
	const struct account_connection was = *conn;

	memcpy(conn->source, was.destination, sizeof(conn->source));
	memcpy(conn->destination, was.source, sizeof(conn->destination));
	conn->source_port = was.destination_port;
	conn->destination_port = was.source_port;
}

void tcp_pair(enum tcp_kind kind, int listener, struct tcp_pair *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->client = tcp_socket(kind, 0);
	CHECK(tcp_connect(kind, ret->client, listener) == 0);
	tcp_connection(ret->client, &ret->client_conn);
	account_attempted(&ret->client_conn);
	ret->server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	CHECK(ret->server >= 0);
	tcp_connection(ret->server, &ret->server_conn);
	account_accepted(&ret->server_conn);
}

static void transfer(int from, int to, size_t bytes)
{
	char buf[4096] = { 0 };

	while (bytes) {
		size_t part = bytes < sizeof(buf) ? bytes : sizeof(buf), left = part;

		CHECK(send(from, buf, part, 0) == (ssize_t)part);
		while (left) {
			ssize_t n = recv(to, buf, left, 0);

			CHECK(n > 0);
			left -= (size_t)n;
		}
		bytes -= part;
	}
}

void tcp_pair_up(struct tcp_pair *pair, size_t bytes)
{
	transfer(pair->client, pair->server, bytes);
	pair->up += bytes;
}

void tcp_pair_down(struct tcp_pair *pair, size_t bytes)
{
	transfer(pair->server, pair->client, bytes);
	pair->down += bytes;
}

void tcp_close_client(struct tcp_pair *pair)
{
	close(pair->client);
	account_closed(&pair->client_conn, pair->up, pair->down);
}

void tcp_close_server(struct tcp_pair *pair)
{
	close(pair->server);
	account_closed(&pair->server_conn, pair->down, pair->up);
}

void tcp_expect_end(int fd)
{
	char c;

	CHECK(recv(fd, &c, 1, 0) == 0);
}
