/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line of the account: one event as JSON. Members are added one after another between
 * line_begin() and line_end(). A member with a key is `,"KEY":VALUE`.
 */
#ifndef TOOLS_CASES_ACCOUNT_LINE_H
#define TOOLS_CASES_ACCOUNT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/cases/account_snap.h"

/*
 * Descriptor that all processes of a case append lines to. The number is high, so that no case uses
 * it for another file.
 */
#define ACCOUNT_FD 200

/* Begin the line of an event of type @type. */
void line_begin(const char *type);

/* Complete the line and append it to the account. */
void line_end(void);

/* Add formatted text without any change. */
__attribute__((format(printf, 1, 2))) void line_put(const char *fmt, ...);

/* Add a string of @len bytes, without a key. The bytes need not be UTF-8. */
void line_bytes(const void *data, size_t len);

/* Add a member with a key. */
void line_bool(const char *key, bool value);
void line_string(const char *key, const char *value);

/* Add a list of strings, which ends with NULL. If @list is NULL, the list is empty. */
void line_list(const char *key, char *const *list);

/* Add a path, and a member with its flags, if it has any: PATH_DELETED, PATH_UNREACHABLE. */
void line_path(const char *key, const char *path, unsigned int flags);

/* Add a group of members that many events have. */
void line_pids(const char *key, const struct account_pids *p);
void line_creds(const struct account_creds *c);
void line_cgroups(const struct account_snap *snap);
void line_cgroup_id(const char *path_v2); /* adds nothing if the number is unknown here */
void line_tty(const char *key, const struct account_tty *t);
void line_ns(const uint32_t *ns);

#endif /* TOOLS_CASES_ACCOUNT_LINE_H */
