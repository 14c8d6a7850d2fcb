/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP connections: attempted, accepted, closed. */
#include <stddef.h>

#include "tools/livetest/suite.h"

static const struct suite_case cases[] = {
	{ .name = "net_connect" },
	{ .name = "net_accept" },
	{ .name = "net_attempts" },
	{ .name = "net_close" },
	{ .name = "net_none" },
	{ .name = "net_mptcp" },
	{ .name = "net_queued" },
	{ .name = "net_exit" },
#ifdef __aarch64__
	{ .name = "tagged_arm64", .args = (const char *const[]){ "network", NULL } },
#endif
};

static const char *const events[] = { "net-conn-attempt", "net-conn-accept", "net-conn-closed",
				      NULL };

SUITE("network", cases, events)
