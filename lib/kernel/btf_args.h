/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the positions of kernel functions' arguments in BTF. */
#ifndef ET_BTF_ARGS_H
#define ET_BTF_ARGS_H

#include <linux/types.h>
#include <stdbool.h>

#include "lib/wire/btf_args.h"

struct btf;

/**
 * et_btf_args__find() - the number of an argument
 * @btf:	the kernel's types
 * @function:	the function's name
 * @argument:	the name of the argument; NULL: return the number of arguments
 *
 * Return: the argument's number, from 0 on, or the number of arguments; -ENOENT if there is no such
 * function or argument.
 */
int et_btf_args__find(const struct btf *btf, const char *function, const char *argument);

/**
 * et_btf_args__are() - true if a function has exactly these arguments
 * @btf:	the kernel's types
 * @declared:	the function and the names of its arguments in order, as "tty_write(iocb, from)"
 */
bool et_btf_args__are(const struct btf *btf, const char *declared);

/*
 * Fill @ret with the position of each row of lib/wire/btf_args.def; ET_ARG_NONE for a missing
 * argument.
 */
void et_btf_args__fill(const struct btf *btf, __u8 ret[ET_ARG_ROWS]);

#endif /* ET_BTF_ARGS_H */
