/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/session/nap.h"

#define MS 1000000ULL

/* Rings of this size in bytes or larger allow naps as long as the budget. */
#define ROOMY (1ULL << 20)

/* Shortest nap in ns: a shorter one costs more than it saves. */
#define SHORTEST_NS 20000

__u64 et_nap_budget(unsigned int latency_ms, bool unbuffered)
{
	if (!latency_ms)
		latency_ms = unbuffered ? ET_LATENCY_UNBUFFERED : ET_LATENCY_DEFAULT_MS;
	return latency_ms * MS;
}

__u64 et_nap_cap(__u64 budget_ns, __u64 ring_size)
{
	return ring_size < ROOMY ? budget_ns * ring_size / ROOMY : budget_ns;
}

static __u64 smaller(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

__u64 et_nap_length(__u64 budget_ns, __u64 cap_ns, const struct et_nap_seen *seen)
{
	__u64 reading = seen->now_ns - seen->began_ns, ns;

	/* Fewer than two events in @budget_ns: a wake-up for each is cheaper than naps. */
	if (!seen->before_last || seen->now_ns - seen->before_last > budget_ns)
		return 0;
	/*
	 * An event that comes now waits until the nap ends, and then until the records before it
	 * are read. Reading them will take about as long as the last reading: `reading`. Both waits
	 * together must fit the budget.
	 */
	ns = budget_ns - smaller(reading, budget_ns / 2);
	ns = smaller(ns, cap_ns);
	if (seen->fill && seen->since_ns)
		ns = smaller(ns, (seen->now_ns - seen->since_ns) * ET_NAP_FILL / seen->fill);
	if (seen->feedback)
		ns = smaller(ns, ET_NAP_FEEDBACK_NS);
	return ns > SHORTEST_NS ? ns : smaller(SHORTEST_NS, cap_ns);
}

__u64 et_nap_fixed(__u64 cap_ns, const struct et_nap_seen *seen)
{
	return seen->any ? cap_ns : 0;
}
