/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes to terminals. */
#include <stddef.h>

#include "tools/livetest/suite.h"

static const struct suite_case cases[] = {
	{ .name = "tty_slave" },
	{ .name = "tty_master" },
	{ .name = "tty_big" },
	{ .name = "tty_partial" },
	{ .name = "tty_none" },
	{ .name = "ctty" },
	{ .name = "tty_shared" },
#ifdef __aarch64__
	{ .name = "tagged_arm64", .args = (const char *const[]){ "tty", NULL } },
#endif
};

SUITE("tty", cases, NULL)
