/* SPDX-License-Identifier: BSD-2-Clause */
/* Chooses the format of events, by the options and by the kind of output. */
#ifndef TOOLS_EVENTSTRACE_FORMAT_H
#define TOOLS_EVENTSTRACE_FORMAT_H

#include <stdbool.h>

#include "lib/include/eventstrace.h"
#include "tools/eventstrace/options.h"

/* Set format and text of @opts for the output @fd; -1: events are not printed. */
void format_choose(const struct options *options, int fd, struct et_options *opts);

/* True if the locale of the environment has the encoding UTF-8. */
bool format_knows_utf8(void);

/* True if text is printed with colours. @terminal: the output is a terminal. */
bool format_wants_color(const struct options *options, bool terminal);

/* True if format_choose() chose text. */
bool format_is_text(const struct et_options *opts);

#endif /* TOOLS_EVENTSTRACE_FORMAT_H */
