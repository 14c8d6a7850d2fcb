/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of "eventstrace-ship send". */
#ifndef TOOLS_SHIP_OPTIONS_H
#define TOOLS_SHIP_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>
#include <stdio.h>

#include "tools/ship/destination.h"
#include "tools/ship/option.h"
#include "tools/ship/properties.h"
#include "tools/ship/relay_address.h"

struct ship_options {
	const char *folder;
	struct ship_destination to;
	struct ship_relay_address relay; /* of kind SHIP_RELAY_NONE: `to` is the destination */
	struct ship_properties properties;
	const char *host; /* NULL: the name in the segment */
	bool once;
	bool stats;                 /* -s */
	uint64_t stats_interval_ns; /* 0: never */
	const char *metrics;        /* ADDR or FILE; NULL: neither */
	size_t max_line;            /* bytes; 0: no limit */
	bool one_event;             /* --message=event */
	bool as_records;            /* --payload=record */
	bool help;
	unsigned int drain_timeout_ms;
};

/**
 * ship_options_parse() - read the command line
 * @argc:	number of words
 * @argv:	the words, from the name of the command on
 * @ret:	receives the options; ship_options_free() is needed also after a failure
 * @error:	receives a message on failure
 * @size:	bytes at @error
 *
 * Return: 0, -EINVAL, or another negative errno.
 */
int ship_options_parse(int argc, char **argv, struct ship_options *ret, char *error, size_t size);

/* Print the options for users. */
void ship_options_help(FILE *out);

/* Get option number @n of "send". Return: false if there are fewer. */
bool ship_send_option(size_t n, struct ship_option *ret);

void ship_options_free(struct ship_options *options);

#endif /* TOOLS_SHIP_OPTIONS_H */
