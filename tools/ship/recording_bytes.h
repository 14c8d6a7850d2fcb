/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: the bytes of a recording, also as a zstd frame. */
#ifndef TOOLS_SHIP_RECORDING_BYTES_H
#define TOOLS_SHIP_RECORDING_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Bytes that recording_bytes_frame() adds. */
#define RECORDING_BYTES_FRAME 12

/* Read a file. Return: its size in bytes, at most @room; 0 if it cannot be read. */
static inline size_t recording_bytes_read(const char *path, char *to, size_t room)
{
	FILE *f = fopen(path, "re");
	size_t size;

	if (!f)
		return 0;
	size = fread(to, 1, room, f);
	fclose(f);
	return size;
}

/*
 * Make a zstd frame (RFC 8878) of one block that is not compressed. @size: below 128 KiB. Return:
 * size of the frame in bytes.
 */
static inline size_t recording_bytes_frame(const char *recording, size_t size, char *frame)
{
	/* The magic number; a single segment, whose size has 4 bytes. */
	static const unsigned char begin[] = { 0x28, 0xb5, 0x2f, 0xfd, 0xa0 };
	const uint32_t whole = (uint32_t)size, block = whole << 3 | 1;

	memcpy(frame, begin, 5);
	memcpy(frame + 5, &whole, 4);
	memcpy(frame + 9, &block, 3);
	memcpy(frame + RECORDING_BYTES_FRAME, recording, size);
	return size + RECORDING_BYTES_FRAME;
}

#endif /* TOOLS_SHIP_RECORDING_BYTES_H */
