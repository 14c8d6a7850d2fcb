/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs BPF iterators: BPF programs that the kernel calls for each task or each open file. */
#ifndef ET_ITER_H
#define ET_ITER_H

struct bpf_link;

/**
 * et_iter__run() - run a BPF iterator over all its objects
 * @link:	the attached iterator; its BPF program must write no output
 *
 * Return: 0 or a negative errno.
 */
int et_iter__run(const struct bpf_link *link);

#endif /* ET_ITER_H */
