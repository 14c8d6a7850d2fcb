/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of the Internet as text.
 */
#ifndef ET_ENCODE_ADDRESS_H
#define ET_ENCODE_ADDRESS_H

#include <linux/types.h>

/* Eight groups of four digits, and a colon between them. */
#define ET_ADDRESS_MAX 39

/**
 * et_put_address() - write an address
 * @p:		where; room for ET_ADDRESS_MAX bytes, no more are touched
 * @address:	IPv6, in network order
 *
 * As inet_ntop(3) writes it, which is RFC 5952's way: lower case, no zeroes in front, the longest
 * run of groups that are 0, and the first of equal ones, as `::`. An address in ::ffff:0:0/96 is
 * an IPv4 address, and written as one: 192.0.2.1.
 *
 * Return: the end of what it wrote; there is no terminator.
 */
char *et_put_address(char *p, const __u8 address[16]);

#endif /* ET_ENCODE_ADDRESS_H */
