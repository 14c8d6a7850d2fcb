/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/encode/address.h"

#include <stddef.h>
#include <string.h>

#include "lib/encode/numbers.h"

/* Number of groups in an IPv6 address; a group is 16 bits. */
#define GROUPS 8

static char *put_ipv4(char *p, const __u8 address[4])
{
	for (int i = 0; i < 4; i++) {
		if (i)
			*p++ = '.';
		p = et_put_u32(p, address[i]);
	}
	return p;
}

static char *put_group(char *p, unsigned int group)
{
	static const char digits[] = "0123456789abcdef";

	if (group >= 0x1000)
		*p++ = digits[group >> 12];
	if (group >= 0x100)
		*p++ = digits[group >> 8 & 15];
	if (group >= 0x10)
		*p++ = digits[group >> 4 & 15];
	*p++ = digits[group & 15];
	return p;
}

/*
 * A run of consecutive zero groups of an IPv6 address: the index of the first group, and the number
 * of groups.
 */
struct run {
	int begin, len;
};

/* The run that is written as "::", which has at least two groups. If there is none, begin is -1. */
static struct run longest_run(const unsigned int groups[GROUPS])
{
	struct run best = { .begin = -1, .len = 1 }, run = { 0 };

	for (int i = 0; i < GROUPS; i++) {
		if (groups[i]) {
			run.len = 0;
			continue;
		}
		if (!run.len++)
			run.begin = i;
		if (run.len > best.len)
			best = run;
	}
	return best;
}

char *et_put_address(char *p, const __u8 address[16])
{
	static const __u8 ipv4[12] = { [10] = 0xff, [11] = 0xff };
	unsigned int groups[GROUPS];
	struct run run;

	if (!memcmp(address, ipv4, sizeof(ipv4)))
		return put_ipv4(p, address + sizeof(ipv4));
	for (size_t i = 0; i < GROUPS; i++)
		groups[i] = (unsigned int)address[2 * i] << 8 | address[2 * i + 1];
	run = longest_run(groups);
	for (int i = 0; i < GROUPS; i++) {
		if (i == run.begin) {
			*p++ = ':';
			*p++ = ':';
			i += run.len - 1;
			continue;
		}
		/*
		 * Write ::192.0.2.1 for the deprecated IPv4-compatible addresses of RFC 4291.
		 * inet_ntop(3) does the same.
		 */
		if (i == 6 && !run.begin && run.len == 6)
			return put_ipv4(p, address + 12);
		if (i && i != run.begin + run.len)
			*p++ = ':';
		p = put_group(p, groups[i]);
	}
	return p;
}
