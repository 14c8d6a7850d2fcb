/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls a function for many elements at the same time. It is for calls that wait in the kernel for
 * an RCU grace period: calls that wait at the same time share one grace period.
 */
#ifndef ET_PARALLEL_H
#define ET_PARALLEL_H

#include <stddef.h>

/**
 * et_parallel__run() - call a function for each element of an array
 * @call:	the function; its argument is the address of an element
 * @elements:	the array
 * @count:	number of elements
 * @size:	bytes of one element
 *
 * The caller's thread and up to 15 new threads share the calls, and block all signals meanwhile. If
 * the kernel starts fewer threads, these make all calls. The function returns after all calls have
 * returned.
 */
void et_parallel__run(void (*call)(void *element), void *elements, size_t count, size_t size);

#endif /* ET_PARALLEL_H */
