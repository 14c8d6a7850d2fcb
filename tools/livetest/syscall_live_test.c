/* SPDX-License-Identifier: BSD-2-Clause */
/* Process events that are single system calls: files in memory, shared memory, ptrace. */
#include <stddef.h>

#include "tools/livetest/suite.h"

static const char *const events[] = {
	"process-memfd-create",
	"process-shmget",
	"process-ptrace",
	NULL,
};

static const struct suite_case cases[] = {
	{ .name = "memfd_create" },
	{ .name = "shmget" },
	{ .name = "ptrace" },
	{ .name = "exec_memfd" },
	{ .name = "calls_known" },
#ifdef __aarch64__
	{ .name = "tagged_arm64", .args = (const char *const[]){ "syscall", NULL } },
#endif
};

SUITE("syscall", cases, events)
