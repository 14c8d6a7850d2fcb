/* SPDX-License-Identifier: BSD-2-Clause */
/* The user that COMMAND runs as. */
#ifndef TOOLS_EVENTSTRACE_COMMAND_USER_H
#define TOOLS_EVENTSTRACE_COMMAND_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "tools/eventstrace/users.h"

/* As many as the kernel allows since 2.6.4. */
#define COMMAND_GROUPS_MAX 65536

struct command_user {
	bool change;           /* false: the caller's user, groups and environment */
	bool keep_groups;      /* change only the user and group */
	struct user_line line; /* empty texts: unknown */
	gid_t *groups;
	size_t group_count;
};

/**
 * command_user_find() - find the user
 * @wanted:	of --user
 * @ret:	receives the user; the caller frees ret->groups
 * @err:	receives a description of the error on failure, without a newline
 * @err_size:	room at @err in bytes
 *
 * This is the user of --user; or the user that has called sudo, by SUDO_UID and SUDO_GID; or this
 * process's own. Groups come from /etc/group alone. If the program file gives this process more
 * privileges than its caller has (set-user-ID, file capabilities), it is the caller's user, and
 * --user is refused.
 *
 * Return: 0, -EPERM, -EINVAL or -ENOMEM.
 */
int command_user_find(const struct run_as *wanted, struct command_user *ret, char *err,
		      size_t err_size);

/* Become this user for ever, and set HOME, USER and LOGNAME. Return: 0 or a negative errno. */
int command_user_become(const struct command_user *user);

#endif /* TOOLS_EVENTSTRACE_COMMAND_USER_H */
