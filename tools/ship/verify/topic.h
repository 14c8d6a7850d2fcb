/* SPDX-License-Identifier: BSD-2-Clause */
/* Verifies a topic. */
#ifndef TOOLS_SHIP_VERIFY_TOPIC_H
#define TOOLS_SHIP_VERIFY_TOPIC_H

#include <stdio.h>

#include "tools/ship/destination.h"
#include "tools/ship/properties.h"

/**
 * ship_verify_topic() - verify a topic up to its present end, and print what was found
 * @from:	the topic
 * @properties:	of the user
 * @out:	receives a line for each finding and for each session
 * @error:	receives a message on failure
 * @size:	bytes at @error
 *
 * Return: 0, 1 or a negative errno. 0: each counted event is in the topic or reported as lost. 1:
 * one is not, or the topic is empty. -EINVAL: a property is invalid.
 */
int ship_verify_topic(const struct ship_destination *from, const struct ship_properties *properties,
		      FILE *out, char *error, size_t size);

#endif /* TOOLS_SHIP_VERIFY_TOPIC_H */
