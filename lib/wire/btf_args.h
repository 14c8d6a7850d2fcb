/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Numbers the rows of btf_args.def: ET_ARG_<NAME> or ET_ARGS_<NAME> is a row's index. */
#ifndef ET_WIRE_BTF_ARGS_H
#define ET_WIRE_BTF_ARGS_H

enum et_arg {
#define ET_ARG(NAME, function, argument) ET_ARG_##NAME,
#define ET_ARGS(NAME, function)          ET_ARGS_##NAME,
#include "lib/wire/btf_args.def"
	ET_ARG_ROWS,
};

/* The position if this kernel lacks the argument or its function. */
#define ET_ARG_NONE 0xff

#endif /* ET_WIRE_BTF_ARGS_H */
