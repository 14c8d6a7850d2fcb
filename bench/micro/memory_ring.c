/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/micro/memory_ring.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * Map the same @size bytes at two consecutive addresses, as the kernel maps a ring's data. Return:
 * the address, or NULL with errno set.
 */
static char *map_twice(size_t size)
{
	int fd = memfd_create("ring", MFD_CLOEXEC);
	char *at;

	if (fd < 0)
		return NULL;
	at = mmap(NULL, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED) {
		close(fd);
		return NULL;
	}
	if (ftruncate(fd, (off_t)size) < 0)
		goto fail;
	for (int i = 0; i < 2; i++)
		if (mmap(at + (size_t)i * size, size, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
			goto fail;
	close(fd);
	return at;

fail:
	munmap(at, 2 * size);
	close(fd);
	return NULL;
}

int et_memory_ring_init(struct et_memory_ring *ring, size_t size, const void *rec, size_t rec_size)
{
	const size_t step = (BPF_RINGBUF_HDR_SZ + rec_size + 7) & ~(size_t)7;
	struct et_memory_ring new = { .data = map_twice(size), .size = size };

	if (!new.data)
		return -errno;
	for (; new.producer + step <= size; new.producer += step) {
		/*
		 * The record's header: its length, with busy and discard bits 0. The reader ignores
		 * the page offset.
		 */
		__u32 head[2] = { rec_size, 0 };

		memcpy(new.data + new.producer, head, sizeof(head));
		memcpy(new.data + new.producer + BPF_RINGBUF_HDR_SZ, rec, rec_size);
		new.records++;
	}
	*ring = new;
	return 0;
}

void et_memory_ring_free(struct et_memory_ring *ring)
{
	munmap(ring->data, 2 * ring->size);
}
