/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Divides the memory of a ring class among several rings, and the CPUs among these rings. A ring
 * has one lock. With one ring, all CPUs of a large host would wait for each other at this lock.
 */
#ifndef ET_RING_SHARDS_H
#define ET_RING_SHARDS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/wire/wire.h"

/*
 * Smallest size in bytes of a ring of a class that has several rings: a power of two. It has room
 * for three of the largest records of the class.
 */
size_t et_ring_shards__least(enum et_ring_class ring_class);

/* Number of rings that a class should have on a host with @cpus CPUs: a power of two. */
unsigned int et_ring_shards__for_cpus(unsigned int cpus);

/**
 * et_ring_shards__fit() - limit the number of rings of a class by their size
 * @ring_class:	the class
 * @size:	bytes of all rings of the class together, a power of two
 * @wanted:	the wanted number of rings
 *
 * Return: the largest power of two that is at most @wanted and leaves each ring at least
 * et_ring_shards__least() bytes; at least 1.
 */
unsigned int et_ring_shards__fit(enum et_ring_class ring_class, size_t size, unsigned int wanted);

/**
 * et_ring_shards__assign() - divide the CPUs among the rings of a class
 * @online:	by CPU: true if it is online
 * @cpus:	number of possible CPUs
 * @shards:	number of rings
 * @ret:	receives, by CPU, the number of its ring, from 0 on
 *
 * CPUs with neighbouring numbers use the same ring. The online CPUs are divided evenly. CPUs that
 * are offline now are divided evenly too, because they may come online later.
 */
void et_ring_shards__assign(const bool *online, unsigned int cpus, unsigned int shards, __u32 *ret);

/**
 * et_cpu_list__parse() - read a list of CPUs as the kernel writes it
 * @text:	such as "0-3,8,10-11", with or without a newline
 * @ret:	receives true for each CPU of the list, and false for all others
 * @cpus:	number of elements at @ret; CPUs with higher numbers are ignored
 *
 * Return: 0, or -EINVAL if @text is no such list; then all elements are true.
 */
int et_cpu_list__parse(const char *text, bool *ret, unsigned int cpus);

#endif /* ET_RING_SHARDS_H */
