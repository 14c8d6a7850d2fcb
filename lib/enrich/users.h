/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names of users, from the file /etc/passwd itself. The C library's functions would load shared
 * objects of the host, which a static program must not.
 */
#ifndef ET_ENRICH_USERS_H
#define ET_ENRICH_USERS_H

#include <linux/types.h>

struct et_users;

/* Longest name that is kept, in bytes. */
#define ET_USER_MAX 32

/**
 * et_users_new() - read the names
 * @path:	"/etc/passwd"; must outlive the result. A file that is missing has no names
 * @fd:		a pipe that brings the file after each change: its size as four bytes, then its
 *		bytes. It must not block, and is the caller's. -1: the file itself is looked at
 * @ret:	receives them; the caller frees them with et_users_free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_users_new(const char *path, int fd, struct et_users **ret);

/*
 * Take over a file that was changed or replaced. Looks at most once a second; @now_ns is
 * CLOCK_MONOTONIC. If the file cannot be read now, the names stay.
 */
void et_users_refresh(struct et_users *users, __u64 now_ns);

/* The name of a user, as the file has it, or NULL: the file has none. */
const char *et_users_name(const struct et_users *users, __u32 uid);

/* NULL is allowed. */
void et_users_free(struct et_users *users);

#endif /* ET_ENRICH_USERS_H */
