/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line of the account: an event as JSON. Between line_begin() and line_end() members are added
 * one after another. A member with a key is `,"KEY":VALUE`.
 */
#ifndef TOOLS_CASES_ACCOUNT_LINE_H
#define TOOLS_CASES_ACCOUNT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/cases/account_snap.h"

/*
 * All processes of a case append here. The number is high, so that a case's own descriptors do not
 * collide.
 */
#define ACCOUNT_FD 200

/* Begin a line, with the event's type. */
void line_begin(const char *type);

/* Complete the line and append it to the account. */
void line_end(void);

/* Add text as it is. */
__attribute__((format(printf, 1, 2))) void line_put(const char *fmt, ...);

/* Add a string of @len bytes, which may be any bytes; a value without a key. */
void line_bytes(const void *data, size_t len);

/* Add a member. */
void line_bool(const char *key, bool value);
void line_string(const char *key, const char *value);

/* Add a list of strings that ends with NULL; @list NULL: an empty list. */
void line_list(const char *key, char *const *list);

/* Add a path, and its flags if it has any: PATH_DELETED, PATH_UNREACHABLE. */
void line_path(const char *key, const char *path, unsigned int flags);

/* Add a group of fields that several events have. */
void line_pids(const char *key, const struct account_pids *p);
void line_creds(const struct account_creds *c);
void line_cgroups(const struct account_snap *snap);
void line_cgroup_id(const char *path_v2); /* nothing if it is not known here */
void line_tty(const char *key, const struct account_tty *t);
void line_ns(const uint32_t *ns);

#endif /* TOOLS_CASES_ACCOUNT_LINE_H */
