/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends messages to a relay over a socket: newline-delimited JSON, without headers and keys. If the
 * connection ends, the relay is connected again, with a growing pause between attempts.
 *
 * The peer sends no acknowledgement. So a message is acknowledged when it has left this host.
 * With a Unix socket, that is when the peer has read it; with TCP, when the peer's kernel has it.
 * If the connection ends before, the message is sent again in the next one, and its events are
 * counted as maybe_twice. If a TCP connection does not end cleanly, the peer may not have read what
 * its kernel had. Those events are counted as maybe_missing, at most those of the last RECENT_BYTES
 * bytes. A proxy between the two can hold more.
 */
#ifndef TOOLS_SHIP_RELAY_H
#define TOOLS_SHIP_RELAY_H

#include "tools/ship/output.h"
#include "tools/ship/relay_address.h"

/**
 * ship_relay__open() - prepare a relay; the connection is made later
 * @to:		its address; copied
 * @options:	what the caller wants to know
 * @ret:	receives the output; the caller closes it with ship_output__close()
 *
 * Return: 0 or -ENOMEM.
 */
int ship_relay__open(const struct ship_relay_address *to, const struct ship_output_options *options,
		     struct ship_output **ret);

#endif /* TOOLS_SHIP_RELAY_H */
