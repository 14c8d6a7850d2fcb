/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads users and groups from /etc/passwd and /etc/group. The C library has other sources, too, but
 * they are shared objects of the host. The program is linked statically, so it cannot load them.
 */
#ifndef TOOLS_EVENTSTRACE_USERS_H
#define TOOLS_EVENTSTRACE_USERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A user and a group from the command line. */
struct run_as {
	bool given;
	uint32_t uid, gid;
};

/* A line of /etc/passwd. Longer texts are cut. */
struct user_line {
	uint32_t uid, gid;
	char name[256], home[4096];
};

/*
 * Find the user @name; if @name is NULL, the user @uid. Return: true if /etc/passwd has the user.
 */
bool users_find_line(const char *name, uint32_t uid, struct user_line *ret);

/* Find the ID of the user @name. Return: true if /etc/passwd has the user. */
bool users_find(const char *name, uint32_t *ret_uid);

/**
 * users_parse_id() - parse the number of a user or a group
 * @text:		the text
 * @ret:		receives the number; otherwise unchanged
 *
 * Return: 1: a number; 0: not a number; -ERANGE: a number that no user or group can have.
 */
int users_parse_id(const char *text, uint32_t *ret);

/**
 * run_as_parse() - parse USER[:GROUP], each a name or a number
 * @option:		the option's name, for messages
 * @text:		the argument
 * @ret:		receives the numbers; unchanged on failure
 * @err:		receives a description of the error on failure, without a newline
 * @err_size:		room at @err in bytes
 *
 * Without GROUP, the group is the user's group in /etc/passwd.
 *
 * Return: 0 or -EINVAL.
 */
int run_as_parse(const char *option, const char *text, struct run_as *ret, char *err,
		 size_t err_size);

/**
 * users_parse_group() - parse GROUP, a name or a number
 * @option:	name of the option, for the message
 * @text:	the argument
 * @ret:	receives the group ID
 * @err:	receives one line that describes the error on failure
 * @err_size:	room at @err in bytes
 *
 * Return: 0 or -EINVAL.
 */
int users_parse_group(const char *option, const char *text, uint32_t *ret, char *err,
		      size_t err_size);

#endif /* TOOLS_EVENTSTRACE_USERS_H */
