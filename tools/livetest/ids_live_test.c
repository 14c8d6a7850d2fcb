/* SPDX-License-Identifier: BSD-2-Clause */
/* Changes of sessions, users and groups. */
#include <stddef.h>

#include "tools/livetest/suite.h"

static const struct suite_case cases[] = {
	{ .name = "setsid" }, { .name = "setuid" },      { .name = "setgid" },
	{ .name = "userns" }, { .name = "exec_setuid" },
};

SUITE("ids", cases, NULL)
