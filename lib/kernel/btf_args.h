/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds in BTF at which position a kernel function has an argument. */
#ifndef ET_BTF_ARGS_H
#define ET_BTF_ARGS_H

#include <linux/types.h>
#include <stdbool.h>

#include "lib/wire/btf_args.h"

struct btf;

/**
 * et_btf_args__find() - find the position of a function's argument
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
 * @declared:	the function with the names of its arguments, for example "tty_write(iocb, from)"
 */
bool et_btf_args__are(const struct btf *btf, const char *declared);

/*
 * For each row of lib/wire/btf_args.def, set the element of @ret to the position of the row's
 * argument. ET_ARG_NONE means that the kernel has no such argument.
 */
void et_btf_args__fill(const struct btf *btf, __u8 ret[ET_ARG_ROWS]);

#endif /* ET_BTF_ARGS_H */
