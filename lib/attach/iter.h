/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs BPF iterators: programs that the kernel calls for each of its tasks or open files. */
#ifndef ET_ITER_H
#define ET_ITER_H

struct bpf_link;

/**
 * et_iter__run() - run an iterator's program once for each object
 * @link:	the attached iterator, whose program prints nothing
 *
 * Return: 0 or a negative errno.
 */
int et_iter__run(const struct bpf_link *link);

#endif /* ET_ITER_H */
