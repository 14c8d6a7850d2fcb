/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exit statuses. docs/eventstrace.md and --help give them to users: they never change meaning.
 */
#ifndef TOOLS_EVENTSTRACE_STATUS_H
#define TOOLS_EVENTSTRACE_STATUS_H

#include "lib/include/eventstrace.h"

enum status {
	STATUS_OK = 0,        /* stopped cleanly: by itself, SIGINT, SIGTERM, SIGHUP */
	STATUS_OTHER = 1,     /* anything that has no status of its own */
	STATUS_USAGE = 2,     /* the command line makes no sense */
	STATUS_PRIVILEGE = 3, /* a capability is missing */
	STATUS_ATTACH = 4,    /* no requested event can be had, or not the way that was asked for */
	STATUS_OUTPUT = 5,    /* the output cannot be written */
};

/* The exit status that goes with what the library says went wrong. */
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
