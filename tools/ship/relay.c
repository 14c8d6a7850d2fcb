/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/relay.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "tools/ship/log.h"

#define MS 1000000ULL /* a millisecond, in nanoseconds */

/* The pause before the first new attempt to connect, and the longest one. */
#define BACKOFF_MIN_MS 100
#define BACKOFF_MAX_MS 10000

/* No descriptor polls readable when the peer has read: the kernel is asked this often. */
#define CONFIRM_MS 20

/* After this time without an answer of the peer's kernel, a TCP connection is taken for ended. */
#define DEAD_MS 60000

/*
 * More bytes than a peer's kernel usually holds before the peer reads them. The maximum of the
 * sysctl net.ipv4.tcp_rmem is 6 MiB, and 32 MiB on newer kernels.
 */
#define RECENT_BYTES (64 * 1024 * 1024)

/*
 * Bytes that a Unix socket gets before the peer has read all of them. The kernel only says when it
 * has, so this bounds what is sent again after a break.
 */
#define UNREAD_BYTES (1024 * 1024)

/* Calls of recv(2) in one poll: a peer that sends all the time must not hold the caller. */
#define IGNORE_CALLS 16

/* Seconds after which the same trouble is reported again. */
#define AGAIN_S 60

struct entry {
	struct entry *next;
	uint64_t events;
	uint64_t end; /* bytes of the connection up to the end of this message, if it is written */
	size_t size;
	void *cookie;
	char payload[];
};

/* A list to whose end entries are added. */
struct entries {
	struct entry *first, **last;
	size_t bytes;
};

enum state {
	PAUSING, /* until next_ns */
	CONNECTING,
	CONNECTED,
};

struct ship_relay {
	struct ship_output head;
	struct ship_relay_address to;
	struct ship_output_options options;
	enum state state;
	int fd;
	uint64_t next_ns; /* CLOCK_MONOTONIC */
	unsigned int backoff_ms;
	struct addrinfo *addresses, *address; /* of a TCP host, and the next one to try */
	struct entries sent;                  /* not acknowledged; in order */
	struct entry *current;                /* the one that is written next; NULL: none */
	size_t written;                       /* bytes of `current` that are written */
	uint64_t connection_bytes;            /* bytes written to this connection */
	uint64_t gone_bytes;                  /* those that have left this host */
	struct entries recent; /* acknowledged over TCP; the peer may not have read them */
	struct ship_output_counts counts;
	bool in_trouble;
	time_t trouble_told; /* CLOCK_MONOTONIC, in seconds */
};

static struct ship_relay *relay_of(const struct ship_output *output)
{
	return (struct ship_relay *)(uintptr_t)output; /* its first member */
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 * MS + (uint64_t)ts.tv_nsec;
}

/* ---- lists of messages --------------------------------------------------------------------- */

static void init_entries(struct entries *entries)
{
	*entries = (struct entries){ .last = &entries->first };
}

static void add_entry(struct entries *entries, struct entry *entry)
{
	entry->next = NULL;
	*entries->last = entry;
	entries->last = &entry->next;
	entries->bytes += entry->size;
}

static struct entry *take_entry(struct entries *entries)
{
	struct entry *entry = entries->first;

	entries->first = entry->next;
	if (!entries->first)
		entries->last = &entries->first;
	entries->bytes -= entry->size;
	return entry;
}

static void free_entries(struct entries *entries)
{
	while (entries->first)
		free(take_entry(entries));
}

/* ---- the connection ------------------------------------------------------------------------ */

__attribute__((format(printf, 2, 3))) static void report(struct ship_relay *relay, const char *fmt,
							 ...)
{
	const time_t now = (time_t)(now_ns() / (1000 * MS));
	char text[512];
	va_list args;

	if (relay->in_trouble && now < relay->trouble_told + AGAIN_S)
		return;
	relay->in_trouble = true;
	relay->trouble_told = now;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	ship_log("%s: %s: events stay in the folder until it accepts a connection", relay->to.text,
		 text);
}

static void close_socket(struct ship_relay *relay)
{
	if (relay->fd >= 0)
		close(relay->fd);
	relay->fd = -1;
}

/* Try again after the pause, which grows until a message is acknowledged. */
static void pause_then_connect(struct ship_relay *relay)
{
	close_socket(relay);
	relay->state = PAUSING;
	relay->next_ns = now_ns() + relay->backoff_ms * MS;
	relay->backoff_ms *= 2;
	if (relay->backoff_ms > BACKOFF_MAX_MS)
		relay->backoff_ms = BACKOFF_MAX_MS;
}

static void set_tcp_options(int fd)
{
	const int on = 1;
	const unsigned int dead_ms = DEAD_MS;

	/* They notice a peer whose host lost power. A failure is harmless. */
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead_ms, sizeof(dead_ms));
}

/* Begin to connect to an address. Return: 0, also while it is connecting, or a negative errno. */
static int connect_to(struct ship_relay *relay, const struct sockaddr *address, socklen_t size)
{
	relay->fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (relay->fd < 0)
		return -errno;
	if (relay->to.kind == SHIP_RELAY_TCP)
		set_tcp_options(relay->fd);
	relay->state = CONNECTING;
	if (connect(relay->fd, address, size) < 0 && errno != EINPROGRESS)
		return -errno;
	return 0;
}

/* Connect to the host's next address, or pause. @r is the failure with the former address. */
static void connect_next(struct ship_relay *relay, int r)
{
	while (relay->address) {
		const struct addrinfo *address = relay->address;

		relay->address = address->ai_next;
		r = connect_to(relay, address->ai_addr, address->ai_addrlen);
		if (r == 0)
			return;
		close_socket(relay);
	}
	relay->counts.refused++;
	report(relay, "cannot connect: %s", strerror(-r));
	pause_then_connect(relay);
}

/*
 * Find the addresses of the host, only once. If no DNS server answers, getaddrinfo(3) blocks for
 * many seconds. Meanwhile the sender reads and sends nothing. Return: as getaddrinfo(3).
 */
static int find_addresses(struct ship_relay *relay)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };

	if (relay->addresses)
		return 0;
	return getaddrinfo(relay->to.name, relay->to.port, &hints, &relay->addresses);
}

static void connect_tcp(struct ship_relay *relay)
{
	int r = find_addresses(relay);

	if (r != 0) {
		relay->counts.refused++;
		report(relay, "cannot find the host: %s", gai_strerror(r));
		pause_then_connect(relay);
		return;
	}
	relay->address = relay->addresses;
	connect_next(relay, 0);
}

static void connect_unix(struct ship_relay *relay)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int r;

	snprintf(address.sun_path, sizeof(address.sun_path), "%.107s", relay->to.name);
	r = connect_to(relay, (const struct sockaddr *)&address, sizeof(address));
	if (r < 0)
		connect_next(relay, r);
}

/* Look whether the connection is made. */
static void finish_connecting(struct ship_relay *relay)
{
	struct pollfd fd = { .fd = relay->fd, .events = POLLOUT };
	int error = 0;
	socklen_t size = sizeof(error);

	if (poll(&fd, 1, 0) != 1)
		return;
	if (getsockopt(relay->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		error = errno;
	if (error) {
		close_socket(relay);
		connect_next(relay, -error);
		return;
	}
	relay->state = CONNECTED;
	relay->connection_bytes = relay->gone_bytes = 0;
	relay->current = relay->sent.first;
	relay->written = 0;
	if (relay->in_trouble)
		ship_log("%s: connected again", relay->to.text);
	relay->in_trouble = false;
}

/* ---- acknowledgements ---------------------------------------------------------------------- */

/* The message has left this host. A peer of a TCP connection may not have read it yet. */
static void acknowledge(struct ship_relay *relay, struct entry *entry)
{
	relay->backoff_ms = BACKOFF_MIN_MS;
	relay->counts.acknowledged++;
	relay->options.acknowledged(relay->options.ctx, entry->cookie);
	if (relay->to.kind == SHIP_RELAY_UNIX) {
		free(entry);
		return;
	}
	/* Only the counts are needed from now on. realloc(3) to less memory does not fail. */
	add_entry(&relay->recent, realloc(entry, sizeof(*entry)));
	while (relay->recent.bytes > RECENT_BYTES)
		free(take_entry(&relay->recent));
}

/*
 * Bytes of the connection that have left this host: of a Unix socket, all or nothing. The kernel
 * counts the memory of what a peer has not read, and not its bytes.
 */
static uint64_t bytes_gone(const struct ship_relay *relay)
{
	int queued = 0;

	if (ioctl(relay->fd, SIOCOUTQ, &queued) < 0)
		return 0;
	if (relay->to.kind == SHIP_RELAY_UNIX)
		return queued ? 0 : relay->connection_bytes;
	return relay->connection_bytes - (uint64_t)queued;
}

static void acknowledge_until(struct ship_relay *relay, uint64_t bytes)
{
	while (relay->sent.first && relay->sent.first != relay->current &&
	       relay->sent.first->end <= bytes)
		acknowledge(relay, take_entry(&relay->sent));
}

static uint64_t events_of(const struct entries *entries, const struct entry *end)
{
	uint64_t events = 0;

	for (const struct entry *entry = entries->first; entry != end; entry = entry->next)
		events += entry->events;
	return events;
}

/* The connection has ended: with @r, or by the peer if @r is 0. What it carried is sent again. */
static void connection_ended(struct ship_relay *relay, int r)
{
	const struct entry *end = relay->current;
	uint64_t twice, missing;

	if (r == 0)
		free_entries(&relay->recent); /* the peer has read all that its kernel had */
	if (end && relay->written)
		end = end->next;
	twice = events_of(&relay->sent, end);
	missing = events_of(&relay->recent, NULL);
	for (const struct entry *entry = relay->sent.first; entry != end; entry = entry->next)
		relay->counts.sent_again++;
	free_entries(&relay->recent);
	relay->counts.maybe_twice += twice;
	relay->counts.maybe_missing += missing;
	if (r == 0)
		relay->counts.closed++;
	else
		relay->counts.failed++;
	report(relay,
	       "the connection ended (%s): %llu events are sent again, at most %llu may be missing",
	       r ? strerror(-r) : "closed by the peer", (unsigned long long)twice,
	       (unsigned long long)missing);
	relay->current = NULL;
	pause_then_connect(relay);
}

/*
 * Take what the peer sends, which has no meaning. Return: 1 if the connection is there; 0 if the
 * peer has closed it; or a negative errno.
 */
static int check_connection(const struct ship_relay *relay)
{
	char ignored[512];
	ssize_t n = 1;

	for (int i = 0; i < IGNORE_CALLS && n > 0; i++)
		n = recv(relay->fd, ignored, sizeof(ignored), MSG_DONTWAIT);
	if (n > 0)
		return 1;
	if (n == 0)
		return 0;
	return errno == EAGAIN || errno == EINTR ? 1 : -errno;
}

/* Acknowledge what has left this host. Return: as check_connection(). */
static int take_acknowledged(struct ship_relay *relay)
{
	/*
	 * The order matters. When a Unix socket is closed, the kernel first sets the error that the
	 * check returns. Then it frees what was not read.
	 */
	uint64_t gone = bytes_gone(relay);
	int r = check_connection(relay);

	if (r == 0)
		gone = bytes_gone(relay);
	if (r >= 0 && gone > relay->gone_bytes) {
		relay->gone_bytes = gone;
		acknowledge_until(relay, gone);
	}
	return r;
}

/* ---- writing ------------------------------------------------------------------------------- */

static bool has_to_write(const struct ship_relay *relay)
{
	return relay->current && (relay->to.kind == SHIP_RELAY_TCP ||
				  relay->connection_bytes < relay->gone_bytes + UNREAD_BYTES);
}

/* Write as much as the socket takes. Return: 0 or a negative errno. */
static int write_some(struct ship_relay *relay)
{
	while (has_to_write(relay)) {
		struct entry *entry = relay->current;
		ssize_t n = send(relay->fd, entry->payload + relay->written,
				 entry->size - relay->written, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -errno;
		relay->written += (size_t)n;
		relay->connection_bytes += (uint64_t)n;
		if (relay->written < entry->size)
			continue;
		entry->end = relay->connection_bytes;
		relay->current = entry->next;
		relay->written = 0;
	}
	return 0;
}

static void advance_connected(struct ship_relay *relay)
{
	int r = take_acknowledged(relay), written;

	if (r > 0) {
		written = write_some(relay);
		if (written < 0)
			r = written;
		/* The peer may have closed the connection after it has read everything. */
		if (written == -EPIPE && take_acknowledged(relay) == 0)
			r = 0;
	}
	if (r <= 0)
		connection_ended(relay, r);
}

static int relay_poll(struct ship_output *output)
{
	struct ship_relay *relay = relay_of(output);

	if (relay->state == PAUSING && now_ns() >= relay->next_ns) {
		if (relay->to.kind == SHIP_RELAY_UNIX)
			connect_unix(relay);
		else
			connect_tcp(relay);
	}
	if (relay->state == CONNECTING)
		finish_connecting(relay);
	if (relay->state == CONNECTED)
		advance_connected(relay);
	return 0;
}

static int relay_send(struct ship_output *output, const struct ship_message *message)
{
	struct ship_relay *relay = relay_of(output);
	struct entry *entry = malloc(sizeof(*entry) + message->size);

	if (!entry)
		return -ENOMEM;
	*entry = (struct entry){
		.events = message->events,
		.size = message->size,
		.cookie = message->cookie,
	};
	memcpy(entry->payload, message->payload, message->size);
	add_entry(&relay->sent, entry);
	relay->counts.produced++;
	/* Written by relay_poll(): acknowledgements are only given there. */
	if (relay->state == CONNECTED && !relay->current)
		relay->current = entry;
	return 0;
}

/* ---- the output ---------------------------------------------------------------------------- */

static struct pollfd relay_pollfd(const struct ship_output *output)
{
	const struct ship_relay *relay = relay_of(output);
	struct pollfd fd = { .fd = relay->fd, .events = POLLIN };

	if (relay->state == CONNECTING || has_to_write(relay))
		fd.events |= POLLOUT;
	return fd;
}

static int relay_timeout_ms(const struct ship_output *output)
{
	const struct ship_relay *relay = relay_of(output);
	const uint64_t now = now_ns();

	if (relay->state == PAUSING)
		return now >= relay->next_ns ? 0 : (int)((relay->next_ns - now + MS - 1) / MS);
	return relay->state == CONNECTED && relay->sent.first ? CONFIRM_MS : -1;
}

static struct ship_output_counts relay_counts(const struct ship_output *output)
{
	return relay_of(output)->counts;
}

static const char *relay_error(const struct ship_output *output)
{
	(void)output;
	return "no memory";
}

static void relay_close(struct ship_output *output)
{
	struct ship_relay *relay = relay_of(output);

	close_socket(relay);
	free_entries(&relay->sent);
	free_entries(&relay->recent);
	if (relay->addresses)
		freeaddrinfo(relay->addresses);
	free(relay);
}

static const struct ship_output_ops relay_ops = {
	.pollfd = relay_pollfd,
	.timeout_ms = relay_timeout_ms,
	.send = relay_send,
	.poll = relay_poll,
	.counts = relay_counts,
	.error = relay_error,
	.close = relay_close,
};

int ship_relay__open(const struct ship_relay_address *to, const struct ship_output_options *options,
		     struct ship_output **ret)
{
	struct ship_relay *relay = calloc(1, sizeof(*relay));

	if (!relay)
		return -ENOMEM;
	relay->head.ops = &relay_ops;
	relay->to = *to;
	relay->options = *options;
	relay->fd = -1;
	relay->backoff_ms = BACKOFF_MIN_MS;
	init_entries(&relay->sent);
	init_entries(&relay->recent);
	*ret = &relay->head;
	return 0;
}
