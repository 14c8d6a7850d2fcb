/* SPDX-License-Identifier: BSD-2-Clause */
/* Positions of kernel functions' arguments. */
#ifndef ET_BTF_ARGS_H
#define ET_BTF_ARGS_H

#include <linux/types.h>
#include <stdbool.h>

#include "lib/wire/btf_args.h"

struct btf;

/**
 * et_btf_args__find() - the number of an argument
 * @btf:	the kernel's types
 * @function:	its name
 * @argument:	the name of the argument; NULL: return the number of arguments
 *
 * Return: the number, from 0 on, or -ENOENT: no such function or argument exists.
 */
int et_btf_args__find(const struct btf *btf, const char *function, const char *argument);

/**
 * et_btf_args__are() - true if a function has exactly these arguments
 * @btf:	the kernel's types
 * @declared:	"tty_write(iocb, from)": names, in order
 */
bool et_btf_args__are(const struct btf *btf, const char *declared);

/* Fill in the arguments that lib/wire/btf_args.def lists: ET_ARG_NONE for a missing one. */
void et_btf_args__fill(const struct btf *btf, __u8 ret[ET_ARG_ROWS]);

#endif /* ET_BTF_ARGS_H */
