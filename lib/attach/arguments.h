/* SPDX-License-Identifier: BSD-2-Clause */
/* Where arguments of kernel functions are. */
#ifndef ET_ARGUMENTS_H
#define ET_ARGUMENTS_H

#include <linux/types.h>
#include <stdbool.h>

#include "lib/wire/arguments.h"

struct btf;

/**
 * et_arguments__find() - the number of an argument
 * @btf:	the kernel's types
 * @function:	its name
 * @argument:	the name of the argument; NULL: how many arguments are there?
 *
 * Return: the number, from 0 on, or -ENOENT: there is no such function, or no such argument.
 */
int et_arguments__find(const struct btf *btf, const char *function, const char *argument);

/**
 * et_arguments__are() - whether a function has just these arguments
 * @btf:	the kernel's types
 * @declared:	"tty_write(iocb, from)": names, in order
 */
bool et_arguments__are(const struct btf *btf, const char *declared);

/* Fill in what lib/wire/arguments.def asks for: ET_ARG_NONE where there is none. */
void et_arguments__fill(const struct btf *btf, __u8 ret[ET_ARG_ROWS]);

#endif /* ET_ARGUMENTS_H */
