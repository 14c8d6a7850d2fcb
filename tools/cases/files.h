/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Helpers for cases of files. The files are in a directory of the case; names are relative to it.
 */
#ifndef TOOLS_CASES_FILES_H
#define TOOLS_CASES_FILES_H

#include "tools/cases/account.h"

/* Make a directory under /tmp and enter it. */
void files_begin(void);

/* Leave the directory, which must be empty, and remove it. */
void files_end(void);

/* Mount a tmpfs on the directory in a private mount namespace; and leave it with its files. */
void files_mount(void);
void files_unmount(void);

/*
 * The absolute path of @name in the directory, or of the directory itself for NULL. The result is
 * in one of several buffers that are used in turn.
 */
const char *files_path(const char *name);

/* Make a regular file with the text @text, and add both events to the account. */
void files_make(const char *name, const char *text);

/* The account's data for the file @name as it is now: path, state, link target. */
struct account_file files_now(const char *name);

/* Add the operation that was just done to the file @name. */
void files_created(const char *name);
void files_modified(const char *name, const char *change);

/* Add that @old was renamed to @name. */
void files_renamed(const char *old, const char *name);

/* Call unlink(2) or rmdir(2), and add the event. */
void files_unlink(const char *name);
void files_rmdir(const char *name);

#endif /* TOOLS_CASES_FILES_H */
