/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls that change attributes of files, and that the C library's headers may lack. */
#ifndef TOOLS_CASES_ATTRIBUTES_H
#define TOOLS_CASES_ATTRIBUTES_H

#include "tools/cases/account.h"

#include <sys/syscall.h>

#ifndef SYS_fchmodat2
# define SYS_fchmodat2 452
#endif
#ifndef SYS_setxattrat
# define SYS_setxattrat    463
# define SYS_removexattrat 466
#endif

/*
 * Only root sees trusted attributes, so no other program depends on this one. All file systems of
 * the cases support it.
 */
#define NAME "trusted.case"

/* include/uapi/linux/xattr.h: struct xattr_args */
struct xattr_arguments {
	uint64_t value;
	uint32_t size, flags;
};

#endif /* TOOLS_CASES_ATTRIBUTES_H */
