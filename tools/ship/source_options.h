/* SPDX-License-Identifier: BSD-2-Clause */
/* The command lines of "eventstrace-ship read" and "eventstrace-ship verify". */
#ifndef TOOLS_SHIP_SOURCE_OPTIONS_H
#define TOOLS_SHIP_SOURCE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tools/eventstrace/event_list.h"
#include "tools/ship/consumer.h"
#include "tools/ship/destination.h"
#include "tools/ship/option.h"
#include "tools/ship/properties.h"
#include "tools/ship/tracer_options.h"

/* Names of hosts that --host can have, at most. */
#define SHIP_HOSTS_MAX 64

enum ship_source_command {
	SHIP_READ = 1 << 0,
	SHIP_VERIFY = 1 << 1,
};

/* Texts are those of the command line. */
struct ship_source_options {
	const char *folder; /* NULL: a topic */
	struct ship_destination from;
	struct ship_properties properties;
	bool help;
	/* only for SHIP_READ */
	enum ship_consumer_start start;
	uint64_t since_ns; /* since 1970; 0: not given */
	const char *group; /* NULL: none */
	bool follow;
	const char *hosts[SHIP_HOSTS_MAX];
	size_t host_count; /* 0: all */
	struct event_choice events;
	uint64_t count; /* UINT64_MAX: no limit */
	uint64_t window_ns;
	struct ship_tracer_options tracer; /* also since_ns and events */
};

/**
 * ship_source_options_parse() - read the command line
 * @command:	whose options are allowed
 * @argc:	number of words
 * @argv:	the words, from the name of the command on
 * @ret:	receives the options; ship_source_options_free() is needed also after a failure
 * @error:	receives a message on failure
 * @size:	bytes at @error
 *
 * Return: 0, -EINVAL, or another negative errno.
 */
int ship_source_options_parse(enum ship_source_command command, int argc, char **argv,
			      struct ship_source_options *ret, char *error, size_t size);

/* Get option number @n of a command. Return: false if the command has fewer. */
bool ship_read_option(size_t n, struct ship_option *ret);
bool ship_verify_option(size_t n, struct ship_option *ret);

/* Print the options of a command for users. */
void ship_source_options_help(enum ship_source_command command, FILE *out);

void ship_source_options_free(struct ship_source_options *options);

#endif /* TOOLS_SHIP_SOURCE_OPTIONS_H */
