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

#include "tools/eventstrace/users.h"

/**
 * names_start() - start the child
 * @who:	the user of --run-as
 * @name:	the file in /etc: "passwd" or "group"
 *
 * The child ends when the descriptor is closed, also by the end of this process.
 *
 * Return: a descriptor for et_options.users_fd or groups_fd, or a negative errno: names then stay
 * as they are.
 */
int names_start(const struct run_as *who, const char *name);

#endif /* TOOLS_EVENTSTRACE_NAMES_H */
