/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds and becomes the user that COMMAND runs as. */
#ifndef TOOLS_EVENTSTRACE_COMMAND_USER_H
#define TOOLS_EVENTSTRACE_COMMAND_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "tools/eventstrace/users.h"

/* NGROUPS_MAX of the kernel since 2.6.4. */
#define COMMAND_GROUPS_MAX 65536

struct command_user {
	bool change;           /* false: keep the caller's user, groups and environment */
	bool keep_groups;      /* change only the user and group, not the list of groups */
	struct user_line line; /* user of /etc/passwd; empty texts: unknown */
	gid_t *groups;
	size_t group_count;
};

/**
 * command_user_find() - find the user for COMMAND
 * @wanted:		the value of --user
 * @ret:		receives the user; the caller frees ret->groups
 * @err:		receives a description of the error on failure, without a newline
 * @err_size:		room at @err in bytes
 *
 * The user is that of --user. Without --user, it is the user that called sudo, by SUDO_UID and
 * SUDO_GID, or this process's own. Groups come only from /etc/group. If the program's file gives
 * this process more privileges than its caller has (set-user-ID, file capabilities), the user is
 * the caller, and --user is refused.
 *
 * Return: 0, -EPERM, -EINVAL or -ENOMEM.
 */
int command_user_find(const struct run_as *wanted, struct command_user *ret, char *err,
		      size_t err_size);

/* Become this user irrevocably, and set HOME, USER and LOGNAME. Return: 0 or a negative errno. */
int command_user_become(const struct command_user *user);

#endif /* TOOLS_EVENTSTRACE_COMMAND_USER_H */
