/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Users and groups of /etc/passwd and /etc/group. The program is static. The C library's other
 * sources are shared objects of the host, which it cannot load.
 */
#ifndef TOOLS_EVENTSTRACE_USERS_H
#define TOOLS_EVENTSTRACE_USERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A user and a group of the command line. */
struct run_as {
	bool given;
	uint32_t uid, gid;
};

/* A line of /etc/passwd; longer texts are cut. */
struct user_line {
	uint32_t uid, gid;
	char name[256], home[4096];
};

/* Find the user @name, or with NULL the user @uid. Return: true if /etc/passwd has it. */
bool users_find_line(const char *name, uint32_t uid, struct user_line *ret);

/* Find the ID of the user @name. */
bool users_find(const char *name, uint32_t *ret_uid);

/**
 * users_parse_id() - parse the number of a user or a group
 * @text:	the text
 * @ret:	receives the number; left alone otherwise
 *
 * Return: 1 if it is a number, 0 if it is not, -ERANGE for a number that no user or group can have.
 */
int users_parse_id(const char *text, uint32_t *ret);

/**
 * run_as_parse() - parse USER[:GROUP], each a name or a number
 * @option:	the option's name, for messages
 * @text:	the argument
 * @ret:	receives the numbers; left alone on failure
 * @err:	receives a description of the error on failure, without a newline
 * @err_size:	room at @err in bytes
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
