/* SPDX-License-Identifier: BSD-2-Clause */
/* When to give up privileges, and what is said of it. */
#ifndef TOOLS_EVENTSTRACE_GIVE_UP_H
#define TOOLS_EVENTSTRACE_GIVE_UP_H

#include "tools/eventstrace/log.h"
#include "tools/eventstrace/privileges.h"
#include "tools/eventstrace/status.h"

/**
 * give_up() - give up the privileges that are not needed any more, or say why that fails
 * @session:	whose maps are read from now on; NULL: none
 * @who:	of --run-as
 * @events:	where events are written; -1: nowhere
 * @record:	where records are written; -1: nowhere
 * @ret:	receives what was given up
 */
enum status give_up(struct et_session *session, const struct run_as *who, int events, int record,
		    struct privileges_report *ret);

/* With --libbpf-verbose, print what was given up. */
void give_up_log(const struct privileges_report *report, struct log *log);

#endif /* TOOLS_EVENTSTRACE_GIVE_UP_H */
