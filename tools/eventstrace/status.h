/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exit statuses. docs/eventstrace.md and --help document them, so their meaning must never change.
 */
#ifndef TOOLS_EVENTSTRACE_STATUS_H
#define TOOLS_EVENTSTRACE_STATUS_H

#include "lib/include/eventstrace.h"

enum status {
	STATUS_OK = 0,        /* stopped cleanly: by a limit, SIGINT, SIGTERM or SIGHUP */
	STATUS_OTHER = 1,     /* any other failure */
	STATUS_USAGE = 2,     /* the command line is not valid */
	STATUS_PRIVILEGE = 3, /* a capability is missing */
	STATUS_ATTACH = 4,    /* no requested event is available, or not with the requested hooks */
	STATUS_OUTPUT = 5,    /* the output is not writable */
	/* With a COMMAND, as a shell. COMMAND's own status can be any number. */
	STATUS_NOT_EXECUTABLE = 126,
	STATUS_NOT_FOUND = 127,
	STATUS_SIGNAL = 128, /* plus the number of the signal that ended COMMAND */
};

/* The exit status for an error of the library. */
static inline enum status status_of(enum et_error_kind kind)
{
	switch (kind) {
	case ET_ERROR_NONE:
		return STATUS_OK;
	case ET_ERROR_USAGE:
		return STATUS_USAGE;
	case ET_ERROR_PRIVILEGE:
		return STATUS_PRIVILEGE;
	case ET_ERROR_ATTACH:
		return STATUS_ATTACH;
	case ET_ERROR_OUTPUT:
	case ET_ERROR_RECORD:
		return STATUS_OUTPUT;
	case ET_ERROR_INPUT:
	case ET_ERROR_SYSTEM:
		break;
	}
	return STATUS_OTHER;
}

#endif /* TOOLS_EVENTSTRACE_STATUS_H */
