/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the names of users from /etc/passwd. getpwuid(3) is not used: it loads shared objects of
 * the host, which a static program must not do.
 */
#ifndef ET_ENRICH_USERS_H
#define ET_ENRICH_USERS_H

#include <linux/types.h>
#include <stddef.h>

struct et_users;

/* Largest length of a user name in bytes. Users with a longer name are shown without a name. */
#define ET_USER_MAX 32

/**
 * et_users_new() - read the names of users
 * @path:	"/etc/passwd"; the string must outlive the result. If there is no such file, there
 *		are no names
 * @fd:		a pipe from which the file is read after each change: first its size as four
 *		bytes, then its content. The pipe must be non-blocking; the caller closes it. -1:
 *		the file at @path is opened and read after each change
 * @ret:	receives the names; the caller frees them with et_users_free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_users_new(const char *path, int fd, struct et_users **ret);

/*
 * Read the file again if it was changed or replaced. The function checks this at most once a
 * second; @now_ns is the current CLOCK_MONOTONIC time. If the file cannot be read, the old names
 * stay.
 */
void et_users_refresh(struct et_users *users, __u64 now_ns);

/**
 * et_users_new_empty() - make a list of names without a file, for et_users_set()
 * @ret:	receives the names; the caller frees them with et_users_free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_users_new_empty(struct et_users **ret);

/**
 * et_users_set() - set the name of a user
 * @users:	names of et_users_new_empty()
 * @uid:	the user
 * @name:	the name; not terminated
 * @len:	bytes of the name, at most ET_USER_MAX; 0: the user has no name
 *
 * Return: 0 or -ENOMEM.
 */
int et_users_set(struct et_users *users, __u32 uid, const char *name, size_t len);

/* A number that changes whenever a name changes. */
__u64 et_users_version(const struct et_users *users);

/* The name of the user with this uid; NULL if there is no such user. */
const char *et_users_name(const struct et_users *users, __u32 uid);

/* Free the names. NULL is allowed. */
void et_users_free(struct et_users *users);

#endif /* ET_ENRICH_USERS_H */
