/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/metrics_server.h"

#include <errno.h>
#include <netdb.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#define CONNECTIONS_MAX 16
#define IDLE_S          10

#define DIGITS "0123456789"

struct ship_metrics_server {
	struct MHD_Daemon *daemon;
	void (*print)(void *ctx, FILE *out);
	void *ctx;
};

/* The last colon, if a port of digits follows. */
static const char *find_port(const char *text)
{
	const char *colon = strrchr(text, ':');

	return colon && colon[1] && strlen(colon + 1) <= 5 &&
			       strspn(colon + 1, DIGITS) == strlen(colon + 1)
		       ? colon
		       : NULL;
}

bool ship_metrics_is_address(const char *text)
{
	return find_port(text) && !strchr(text, '/');
}

/* ---- listening ----------------------------------------------------------------------------- */

static int listen_at(const struct addrinfo *at)
{
	const int on = 1;
	int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), r;

	if (fd < 0)
		return -errno;
	/* So that a restarted sender gets the port although old connections linger. */
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, CONNECTIONS_MAX) == 0)
		return fd;
	r = -errno;
	close(fd);
	return r;
}

/* Listen at the address. Return: a descriptor or a negative errno, with a message. */
static int listen_on(const char *address, char *error, size_t size)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
					.ai_flags = AI_NUMERICSERV | AI_PASSIVE };
	const char *port = find_port(address), *host = address;
	struct addrinfo *found = NULL;
	char name[256];
	size_t len = (size_t)(port - address);
	int r;

	if (len > 2 && *host == '[' && host[len - 1] == ']') {
		host++;
		len -= 2;
	}
	snprintf(name, sizeof(name), "%.*s", (int)len, host);
	r = getaddrinfo(*name ? name : "127.0.0.1", port + 1, &hints, &found);
	if (r != 0) {
		snprintf(error, size, "cannot listen on %s: %s", address, gai_strerror(r));
		return -EINVAL;
	}
	r = listen_at(found);
	freeaddrinfo(found);
	if (r < 0)
		snprintf(error, size,
			 "cannot listen on %s: %s: choose another address for --metrics", address,
			 strerror(-r));
	return r;
}

/* ---- answering ----------------------------------------------------------------------------- */

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned int status, char *text,
			      size_t size)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(size, text, MHD_RESPMEM_MUST_FREE);
	enum MHD_Result r = MHD_NO;

	if (!response) {
		free(text);
		return MHD_NO;
	}
	/* The type that Prometheus expects of its text format. */
	if (MHD_add_response_header(response, "Content-Type",
				    "text/plain; version=0.0.4; charset=utf-8") == MHD_YES)
		r = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return r;
}

static enum MHD_Result answer_error(struct MHD_Connection *connection, unsigned int status,
				    const char *text)
{
	char *copy = strdup(text);

	return copy ? answer(connection, status, copy, strlen(copy)) : MHD_NO;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version, const char *upload,
				  size_t *upload_size, void **request)
{
	const struct ship_metrics_server *server = ctx;
	char *text = NULL;
	size_t size = 0;
	FILE *out;

	(void)version;
	(void)upload;
	(void)upload_size;
	(void)request;
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return answer_error(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET\n");
	if (strcmp(url, "/metrics") != 0)
		return answer_error(connection, MHD_HTTP_NOT_FOUND,
				    "the metrics are at /metrics\n");
	out = open_memstream(&text, &size);
	if (!out)
		return MHD_NO;
	server->print(server->ctx, out);
	if (fclose(out) != 0) {
		free(text);
		return MHD_NO;
	}
	return answer(connection, MHD_HTTP_OK, text, size);
}

int ship_metrics_server__open(const char *address, void (*print)(void *ctx, FILE *out), void *ctx,
			      struct ship_metrics_server **ret, char *error, size_t size)
{
	struct ship_metrics_server *server = calloc(1, sizeof(*server));
	int fd;

	if (!server) {
		snprintf(error, size, "no memory");
		return -ENOMEM;
	}
	server->print = print;
	server->ctx = ctx;
	fd = listen_on(address, error, size);
	if (fd < 0) {
		free(server);
		return fd;
	}
	server->daemon = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, server,
					  MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
					  CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, IDLE_S,
					  MHD_OPTION_END);
	if (!server->daemon) {
		snprintf(error, size, "cannot start the server of the metrics");
		close(fd);
		free(server);
		return -ENOMEM;
	}
	*ret = server;
	return 0;
}

int ship_metrics_server__fd(const struct ship_metrics_server *server)
{
	return MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

void ship_metrics_server__run(struct ship_metrics_server *server)
{
	(void)MHD_run(server->daemon);
}

void ship_metrics_server__close(struct ship_metrics_server *server)
{
	if (!server)
		return;
	MHD_stop_daemon(server->daemon);
	free(server);
}
