/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes IPv4 and IPv6 addresses as text. */
#ifndef ET_ENCODE_ADDRESS_H
#define ET_ENCODE_ADDRESS_H

#include <linux/types.h>

/* Length of the longest address in bytes: eight groups of four digits, with colons between them. */
#define ET_ADDRESS_MAX 39

/**
 * et_put_address() - write an address
 * @p:		output, with room for ET_ADDRESS_MAX bytes
 * @address:	IPv6 address in network byte order
 *
 * Writes the text of RFC 5952, as inet_ntop(3) does: lower case, no leading zeroes. The longest run
 * of zero groups, or the first of equal ones, becomes `::`. An address in ::ffff:0:0/96 is written
 * as the IPv4 address that it contains: 192.0.2.1.
 *
 * Return: the end of the text, which has no terminating 0.
 */
char *et_put_address(char *p, const __u8 address[16]);

#endif /* ET_ENCODE_ADDRESS_H */
