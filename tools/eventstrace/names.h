/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads /etc/passwd or /etc/group again for a process that can no longer open it.
 *
 * Landlock permits files, not names: a rule for /etc/passwd ends when useradd(8) renames another
 * file to it, and a rule for /etc would show secrets to a process that decodes hostile bytes. So a
 * child of its own watches the file. It takes no input but the file, and can do nothing else.
 */
#ifndef TOOLS_EVENTSTRACE_NAMES_H
#define TOOLS_EVENTSTRACE_NAMES_H

#include "lib/include/eventstrace.h"
#include "tools/eventstrace/options.h"

/**
 * names_give() - start a child for each file that the printed events need
 * @options:	the options
 * @opts:	has the format; receives users_fd and groups_fd, or a negative errno: names then
 *		stay as they are
 *
 * A child ends when its descriptor is closed, also by the end of this process.
 */
void names_give(const struct options *options, struct et_options *opts);

#endif /* TOOLS_EVENTSTRACE_NAMES_H */
