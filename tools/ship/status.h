/* SPDX-License-Identifier: BSD-2-Clause */
/* Exit statuses of eventstrace-ship, with the numbers and meanings of eventstrace's own. */
#ifndef TOOLS_SHIP_STATUS_H
#define TOOLS_SHIP_STATUS_H

enum ship_status {
	SHIP_OK = 0,     /* stopped cleanly: on its own, or by SIGINT or SIGTERM */
	SHIP_OTHER = 1,  /* any failure without its own status */
	SHIP_USAGE = 2,  /* the command line is invalid */
	SHIP_OUTPUT = 5, /* the destination does not accept events, or --metrics has failed */
};

#endif /* TOOLS_SHIP_STATUS_H */
