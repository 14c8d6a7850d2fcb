/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that are created, modified, renamed, deleted, or opened in memory. */
#include <stddef.h>

#include "tools/livetest/suite.h"

static const struct suite_case cases[] = {
	{ .name = "file_create" },   { .name = "file_delete" },     { .name = "file_rename" },
	{ .name = "file_modify" },   { .name = "file_attributes" }, { .name = "file_memory" },
	{ .name = "file_overlay" },  { .name = "file_links" },      { .name = "file_long" },
	{ .name = "file_shared" },   { .name = "file_proc" },       { .name = "file_crowd" },
	{ .name = "file_uncached" }, { .name = "file_strings" },    { .name = "file_handle" },
	{ .name = "file_extents" },  { .name = "file_empty_path" },
#ifdef __x86_64__
	{ .name = "int80_x86_64" },
#elif defined(__aarch64__)
	{ .name = "aarch32_arm64" },
	{ .name = "tagged_arm64", .args = (const char *const[]){ "file", NULL } },
#endif
};

static const char *const events[] = { "file-delete", "file-create",     "file-rename",
				      "file-modify", "file-memfd-open", "file-shmem-open",
				      NULL };

SUITE("file", cases, events)
