/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Helper functions for cases of files. The files are in the case's directory, and names are
 * relative to it.
 */
#ifndef TOOLS_CASES_FILES_H
#define TOOLS_CASES_FILES_H

#include "tools/cases/account.h"

/* Make a directory below /tmp, and change to it. */
void files_begin(void);

/* Continue in that directory, the current one, after the process has executed a program. */
void files_continue(void);

/* Leave the directory and remove it. It must be empty. */
void files_end(void);

/* Mount a tmpfs over the directory, in a new mount namespace; and unmount it with its files. */
void files_mount(void);
void files_unmount(void);

/*
 * Absolute path of @name in the directory, or of the directory itself if @name is NULL. The result
 * is in one of several static buffers, which are used in turn.
 */
const char *files_path(const char *name);

/* Make a regular file with the text @text, and add the events to the account. */
void files_make(const char *name, const char *text);

/* Data of the file @name for an event: path, state, and target of a symbolic link. */
struct account_file files_now(const char *name);

/* Add an event for the file @name, after the operation. */
void files_created(const char *name);
void files_modified(const char *name, const char *change);

/* Add the rename from @old to @name, after the operation. */
void files_renamed(const char *old, const char *name);

/* Call unlink(2) or rmdir(2), and add the event. */
void files_unlink(const char *name);
void files_rmdir(const char *name);

#endif /* TOOLS_CASES_FILES_H */
