/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Users and groups of /etc/passwd and /etc/group. The program is static: the other sources that the
 * C library would ask are shared objects of the host, which it cannot load.
 */
#ifndef TOOLS_EVENTSTRACE_USERS_H
#define TOOLS_EVENTSTRACE_USERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who to be while events are recorded. */
struct run_as {
	bool given;
	uint32_t uid, gid;
};

/* Find the number of the user @name. */
bool users_find(const char *name, uint32_t *ret_uid);

/**
 * run_as_parse() - understand USER[:GROUP], each a name or a number
 * @text:	the argument
 * @ret:	receives the numbers; left alone on failure
 * @err:	receives what is wrong on failure, without a newline
 * @err_size:	room at @err in bytes
 *
 * Without GROUP it is the user's group of /etc/passwd.
 *
 * Return: 0 or -EINVAL.
 */
int run_as_parse(const char *text, struct run_as *ret, char *err, size_t err_size);

#endif /* TOOLS_EVENTSTRACE_USERS_H */
