/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads changes of /etc/passwd and /etc/group for a process that can no longer open these files.
 *
 * Landlock permits inodes, not names: a rule for /etc/passwd does not apply to the new file that
 * useradd(8) renames to this name. A rule for /etc would show secrets to a process that decodes
 * hostile bytes. So each file has a child process that watches it. The child reads nothing but this
 * file, and has no other rights.
 */
#ifndef TOOLS_EVENTSTRACE_NAMES_H
#define TOOLS_EVENTSTRACE_NAMES_H

#include "lib/include/eventstrace.h"
#include "tools/eventstrace/options.h"

/**
 * names_give() - start a child for each file that the printed events need
 * @options:		the options
 * @opts:		has the format; users_fd and groups_fd receive descriptors. With a negative
 *		errno, names do not change during the recording
 *
 * A child ends when its descriptor is closed, also by the end of this process.
 */
void names_give(const struct options *options, struct et_options *opts);

#endif /* TOOLS_EVENTSTRACE_NAMES_H */
