/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Computes the checksum CRC-32C (Castagnoli's polynomial), for which x86 and arm64 have an
 * instruction.
 */
#ifndef ET_RECORD_CRC32C_H
#define ET_RECORD_CRC32C_H

#include <linux/types.h>
#include <stddef.h>

/**
 * et_crc32c() - continue a checksum
 * @crc:	checksum of the preceding bytes; 0 at the beginning
 * @data:	the bytes
 * @size:	number of bytes
 *
 * et_crc32c(et_crc32c(0, "1234", 4), "56789", 5) is et_crc32c(0, "123456789", 9): 0xe3069283.
 *
 * Return: the checksum of all bytes.
 */
__u32 et_crc32c(__u32 crc, const void *data, size_t size);

/*
 * Compute the same checksum as et_crc32c(), but without the CPU's CRC instruction: for tests, and
 * for CPUs that have no such instruction.
 */
__u32 et_crc32c_portable(__u32 crc, const void *data, size_t size);

#endif /* ET_RECORD_CRC32C_H */
