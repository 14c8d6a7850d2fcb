/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Takes values from an input, one after the other. After the end of the input, all bytes are zero.
 */
#ifndef TOOLS_FUZZ_INPUT_H
#define TOOLS_FUZZ_INPUT_H

#include <linux/types.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct input {
	const uint8_t *data;
	size_t left;
};

/* Return: number of bytes that the input still had, at most @size. */
static inline size_t take(struct input *in, void *ret, size_t size)
{
	size_t n = size < in->left ? size : in->left;

	memset(ret, 0, size);
	if (n)
		memcpy(ret, in->data, n);
	in->data += n;
	in->left -= n;
	return n;
}

static inline __u8 take_u8(struct input *in)
{
	__u8 n;

	take(in, &n, sizeof(n));
	return n;
}

static inline __u16 take_u16(struct input *in)
{
	__u16 n;

	take(in, &n, sizeof(n));
	return n;
}

static inline __u64 take_u64(struct input *in)
{
	__u64 n;

	take(in, &n, sizeof(n));
	return n;
}

#endif /* TOOLS_FUZZ_INPUT_H */
