/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/ring_shards.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/wire/shared.h"

/* At most this number of CPUs should share a ring, because they wait for each other at its lock. */
#define CPUS_OF_A_RING 4

/* Smallest size in bytes of a ring if its class has several rings: room for a burst of one CPU. */
#define LEAST (256UL * 1024)

/* A ring has room for this number of the largest records of its class. */
#define RECORDS 3

size_t et_ring_shards__least(enum et_ring_class ring_class)
{
	static const struct {
		enum et_ring_class ring_class;
		size_t size;
	} events[] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	{ ET_RING_##RING, ET_FIXED_SIZE_##NAME },
#include "lib/wire/schema.def"
	};
	size_t least = LEAST;

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		while (events[i].ring_class == ring_class && least < RECORDS * events[i].size)
			least *= 2;
	return least;
}

unsigned int et_ring_shards__for_cpus(unsigned int cpus)
{
	unsigned int shards = 1;

	while (shards < ET_RING_SHARDS_MAX && shards * CPUS_OF_A_RING < cpus)
		shards *= 2;
	return shards;
}

unsigned int et_ring_shards__fit(enum et_ring_class ring_class, size_t size, unsigned int wanted)
{
	size_t least = et_ring_shards__least(ring_class);
	unsigned int shards = 1;

	while (shards < ET_RING_SHARDS_MAX && shards * 2 <= wanted &&
	       size / (2UL * shards) >= least)
		shards *= 2;
	return shards;
}

void et_ring_shards__assign(const bool *online, unsigned int cpus, unsigned int shards, __u32 *ret)
{
	unsigned int counts[2] = { 0 }, ranks[2] = { 0 };

	for (unsigned int cpu = 0; cpu < cpus; cpu++)
		counts[online[cpu]]++;
	for (unsigned int cpu = 0; cpu < cpus; cpu++) {
		bool is = online[cpu];

		ret[cpu] = (__u32)((__u64)ranks[is]++ * shards / counts[is]);
	}
}

static void set_all(bool *ret, unsigned int cpus, bool value)
{
	for (unsigned int cpu = 0; cpu < cpus; cpu++)
		ret[cpu] = value;
}

/* Read a number below 2^31. Return: false if there is none. */
static bool read_number(const char **text, unsigned long *ret)
{
	char *end;

	if (**text < '0' || **text > '9')
		return false;
	*ret = strtoul(*text, &end, 10);
	*text = end;
	return *ret < 1UL << 31;
}

int et_cpu_list__parse(const char *text, bool *ret, unsigned int cpus)
{
	const char *at = text;

	set_all(ret, cpus, false);
	for (;;) {
		unsigned long first, last;

		if (!read_number(&at, &first))
			break;
		last = first;
		if (*at == '-') {
			at++;
			if (!read_number(&at, &last) || last < first)
				break;
		}
		for (unsigned long cpu = first; cpu <= last && cpu < cpus; cpu++)
			ret[cpu] = true;
		if (*at == '\0' || *at == '\n')
			return 0;
		if (*at++ != ',')
			break;
	}
	set_all(ret, cpus, true);
	return -EINVAL;
}
