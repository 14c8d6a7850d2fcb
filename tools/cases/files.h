/* SPDX-License-Identifier: BSD-2-Clause */
/* Cases of files: what they do is done in a folder of their own, and entered by its name there. */
#ifndef TOOLS_CASES_FILES_H
#define TOOLS_CASES_FILES_H

#include "tools/cases/account.h"

/* Make a folder under /tmp and go there. */
void files_begin(void);

/* Leave the folder, which must be empty, and remove it. */
void files_end(void);

/* Have a tmpfs on the folder, in a mount namespace of the process; and leave it with all in it. */
void files_mount(void);
void files_unmount(void);

/*
 * The absolute path of @name in the folder, or of the folder itself for NULL; in one of a few
 * buffers that are used in turn.
 */
const char *files_path(const char *name);

/* Make a regular file with the text @text, and enter both. */
void files_make(const char *name, const char *text);

/* What is to be entered of the file @name as it is now: its path, its state, where it leads. */
struct account_file files_now(const char *name);

/* Enter what has just been done to the file @name. */
void files_created(const char *name);
void files_modified(const char *name, const char *change);

/* Enter that @name is what was @old; the latter is gone. */
void files_renamed(const char *old, const char *name);

/* unlink(2), and rmdir(2), and enter it. */
void files_unlink(const char *name);
void files_rmdir(const char *name);

#endif /* TOOLS_CASES_FILES_H */
