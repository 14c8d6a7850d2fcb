/* SPDX-License-Identifier: BSD-2-Clause */
/* A destination of events: "kafka://HOST[:PORT][,HOST[:PORT]...]/TOPIC". */
#ifndef TOOLS_SHIP_DESTINATION_H
#define TOOLS_SHIP_DESTINATION_H

struct ship_destination {
	char brokers[1024]; /* HOST[:PORT][,HOST[:PORT]...], as in the destination */
	char topic[250];
};

/**
 * ship_destination_parse() - split a destination into its parts
 * @text:	the destination
 * @ret:	receives the parts
 * @ret_why:	receives what is wrong, in words that can follow "the destination"
 *
 * Return: 0 or -EINVAL.
 */
int ship_destination_parse(const char *text, struct ship_destination *ret, const char **ret_why);

#endif /* TOOLS_SHIP_DESTINATION_H */
