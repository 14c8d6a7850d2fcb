/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 and IPv6 addresses as text.
 */
#ifndef ET_ENCODE_ADDRESS_H
#define ET_ENCODE_ADDRESS_H

#include <linux/types.h>

/* Eight groups of four digits, with colons between them. */
#define ET_ADDRESS_MAX 39

/**
 * et_put_address() - write an address
 * @p:		output; it has room for ET_ADDRESS_MAX bytes, and no byte after them is written
 * @address:	IPv6, in network order
 *
 * Writes the text of RFC 5952, as inet_ntop(3) does: lower case, no leading zeroes. The longest
 * run of zero groups, or the first of equal ones, becomes `::`. An address in ::ffff:0:0/96 is
 * written as the IPv4 address that it contains: 192.0.2.1.
 *
 * Return: the end of the text; there is no terminator.
 */
char *et_put_address(char *p, const __u8 address[16]);

#endif /* ET_ENCODE_ADDRESS_H */
