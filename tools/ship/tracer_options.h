/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options of eventstrace that "eventstrace-ship read" has, too: filters and formats. Their rows
 * are those of the tracer's table. The tracer's parser reads and checks them, as for --replay.
 */
#ifndef TOOLS_SHIP_TRACER_OPTIONS_H
#define TOOLS_SHIP_TRACER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/eventstrace/options.h"
#include "tools/ship/option.h"

/* All zero: none is given. */
struct ship_tracer_options {
	char **words; /* for the tracer's parser, each "--NAME" or "--NAME=VALUE" */
	size_t count;
	/* name of the first option that lines of JSON cannot answer; NULL: none is given */
	const char *needs_records;
	bool has_format, has_events;
	struct options options; /* only after ship_tracer_options_parse() */
};

/* Get the key and the row of option number @n. Return: 0 if there are fewer. */
int ship_tracer_option(size_t n, struct ship_option *ret);

/**
 * ship_tracer_options_add() - remember an option of the command line
 * @tracer:	receives it
 * @key:	the key in the tracer's table
 * @value:	its argument; NULL: it has none
 *
 * Return: 0 or -ENOMEM.
 */
int ship_tracer_options_add(struct ship_tracer_options *tracer, int key, const char *value);

/**
 * ship_tracer_options_parse() - read and check all options that were added
 * @tracer:	the options
 * @error:	receives a message on failure
 * @size:	bytes at @error
 *
 * Without --format, the format is JSON. Without -e, all events are chosen, also PROCESS_EXISTS.
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int ship_tracer_options_parse(struct ship_tracer_options *tracer, char *error, size_t size);

void ship_tracer_options_free(struct ship_tracer_options *tracer);

#endif /* TOOLS_SHIP_TRACER_OPTIONS_H */
