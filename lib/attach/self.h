/* SPDX-License-Identifier: BSD-2-Clause */
/* Who we are, as the kernel's programs see it. */
#ifndef ET_SELF_H
#define ET_SELF_H

#include <linux/types.h>
#include <stddef.h>

/**
 * et_self__tgid() - this process's number in the initial PID namespace
 *
 * Programs see numbers of the initial namespace, getpid() those of a container. So a program is
 * asked (Linux 5.10); where it cannot be, getpid() must do.
 */
__u32 et_self__tgid(void);

/**
 * et_self__ancestors() - the processes that this one descends from
 * @ret:	receives their numbers, the parent's first
 * @max:	room at @ret
 *
 * Read from /proc, so in its PID namespace; init (1) is left out: it relays nothing.
 *
 * Return: how many.
 */
size_t et_self__ancestors(__u32 *ret, size_t max);

#endif /* ET_SELF_H */
