/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares two results of stat(2): are they the same file? */
#ifndef TOOLS_EVENTSTRACE_SAME_FILE_H
#define TOOLS_EVENTSTRACE_SAME_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

static inline bool is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

#endif /* TOOLS_EVENTSTRACE_SAME_FILE_H */
