/* SPDX-License-Identifier: BSD-2-Clause */
/* Forks, execs and exits of processes. */
#include <stddef.h>

#include "tools/livetest/suite.h"

static const struct suite_case cases[] = {
	{ .name = "fork" },
	{ .name = "vfork" },
	{ .name = "clone" },
	{ .name = "threads" },
	{ .name = "comm" },
	{ .name = "orphan" },
	{ .name = "exec_args" },
	{ .name = "exec_script" },
	{ .name = "execveat" },
	{ .name = "exec_thread" },
	{ .name = "exec_memfd" },
	{ .name = "exec_deleted" },
	{ .name = "exec_failed" },
	{ .name = "exec_chroot" },
	{ .name = "exec_mounts" },
	{ .name = "exec_overlay" },
	{ .name = "cwd" },
	{ .name = "exit_codes" },
	{ .name = "exit_signal" },
	{ .name = "exit_threads" },
	{ .name = "cgroup" },
	{ .name = "namespaces" },
	{ .name = "exec_unreadable" },
	{ .name = "exec_replaced" },
#ifdef __aarch64__
	{ .name = "tagged_arm64", .args = (const char *const[]){ "process", NULL } },
#endif
};

SUITE("process", cases, NULL)
