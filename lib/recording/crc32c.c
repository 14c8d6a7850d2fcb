/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/recording/crc32c.h"

#include <string.h>

/*
 * The table of the checksums of the byte values 0 to 255. The checksum of a byte is the xor of the
 * checksums of its bits. So T() computes each entry from eight constants.
 */
#define BIT(n, i, crc) (((n) >> (i) & 1) ? (crc) : 0)
#define T(n)                                                                        \
	(BIT(n, 0, 0xf26b8303u) ^ BIT(n, 1, 0xe13b70f7u) ^ BIT(n, 2, 0xc79a971fu) ^ \
	 BIT(n, 3, 0x8ad958cfu) ^ BIT(n, 4, 0x105ec76fu) ^ BIT(n, 5, 0x20bd8edeu) ^ \
	 BIT(n, 6, 0x417b1dbcu) ^ BIT(n, 7, 0x82f63b78u))
#define T4(n)  T(n), T((n) + 1), T((n) + 2), T((n) + 3)
#define T16(n) T4(n), T4((n) + 4), T4((n) + 8), T4((n) + 12)
#define T64(n) T16(n), T16((n) + 16), T16((n) + 32), T16((n) + 48)

static const __u32 table[256] = { T64(0), T64(64), T64(128), T64(192) };

__u32 et_crc32c_portable(__u32 crc, const void *data, size_t size)
{
	const unsigned char *p = data;

	crc = ~crc;
	while (size--)
		crc = crc >> 8 ^ table[(crc ^ *p++) & 0xff];
	return ~crc;
}

#ifdef __x86_64__

__attribute__((target("sse4.2"))) static __u32 with_sse(__u32 crc, const unsigned char *p,
							size_t size)
{
	__u64 sum = (__u32)~crc, word;

	for (; size >= 8; size -= 8, p += 8) {
		memcpy(&word, p, 8);
		sum = __builtin_ia32_crc32di(sum, word);
	}
	for (; size; size--, p++)
		sum = __builtin_ia32_crc32qi((__u32)sum, *p);
	return ~(__u32)sum;
}

__u32 et_crc32c(__u32 crc, const void *data, size_t size)
{
	/*
	 * Nearly always true: all x86-64 CPUs since 2008 have SSE 4.2. __builtin_cpu_supports()
	 * needs no initialisation here, as the C library has read the CPU's features at start-up.
	 */
	if (__builtin_cpu_supports("sse4.2"))
		return with_sse(crc, data, size);
	return et_crc32c_portable(crc, data, size);
}

#else

__u32 et_crc32c(__u32 crc, const void *data, size_t size)
{
	return et_crc32c_portable(crc, data, size);
}

#endif
