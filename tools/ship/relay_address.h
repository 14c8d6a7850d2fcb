/* SPDX-License-Identifier: BSD-2-Clause */
/* The address of a relay: "unix:PATH" or "tcp:HOST:PORT". */
#ifndef TOOLS_SHIP_RELAY_ADDRESS_H
#define TOOLS_SHIP_RELAY_ADDRESS_H

#include <stdbool.h>

enum ship_relay_kind {
	SHIP_RELAY_NONE, /* the destination is no relay */
	SHIP_RELAY_UNIX,
	SHIP_RELAY_TCP,
};

struct ship_relay_address {
	enum ship_relay_kind kind;
	char name[256]; /* the path of the socket, or the host without brackets */
	char port[6];   /* of SHIP_RELAY_TCP */
	char text[280]; /* the whole address, for messages */
};

/* True if @text begins as the address of a relay does. */
bool ship_relay_address_is(const char *text);

/**
 * ship_relay_address_parse() - split an address into its parts
 * @text:	the address
 * @ret:	receives the parts; unchanged on failure
 * @ret_why:	receives what is wrong, in words that can follow "the destination"
 *
 * Return: 0 or -EINVAL.
 */
int ship_relay_address_parse(const char *text, struct ship_relay_address *ret,
			     const char **ret_why);

#endif /* TOOLS_SHIP_RELAY_ADDRESS_H */
