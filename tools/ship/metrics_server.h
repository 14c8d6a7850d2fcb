/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers GET /metrics over HTTP, for Prometheus. It has no thread: the caller polls. */
#ifndef TOOLS_SHIP_METRICS_SERVER_H
#define TOOLS_SHIP_METRICS_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct ship_metrics_server;

/* True for [HOST]:PORT, and false for the name of a file. */
bool ship_metrics_is_address(const char *text);

/**
 * ship_metrics_server__open() - begin to listen
 * @address:	HOST:PORT, [IPV6]:PORT, or :PORT for port PORT of 127.0.0.1
 * @print:	called for each request: prints the metrics
 * @ctx:	its first argument
 * @ret:	receives the server; the caller closes it with ship_metrics_server__close()
 * @error:	receives a message on failure
 * @size:	bytes at @error
 *
 * Return: 0 or a negative errno.
 */
int ship_metrics_server__open(const char *address, void (*print)(void *ctx, FILE *out), void *ctx,
			      struct ship_metrics_server **ret, char *error, size_t size);

/* A descriptor that polls readable when ship_metrics_server__run() has something to do. */
int ship_metrics_server__fd(const struct ship_metrics_server *server);

/*
 * Answer requests, and close connections that were idle for too long. Call it also every few
 * seconds. It never waits.
 */
void ship_metrics_server__run(struct ship_metrics_server *server);

/* Stop to listen. NULL is allowed. */
void ship_metrics_server__close(struct ship_metrics_server *server);

#endif /* TOOLS_SHIP_METRICS_SERVER_H */
