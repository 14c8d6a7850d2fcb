/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of Linux capabilities. */
#ifndef ET_CAPABILITY_H
#define ET_CAPABILITY_H

#include <linux/types.h>

/* Longest list of et_put_capabilities(): 64 names in quotes, with commas, and the brackets. */
#define ET_CAPABILITY_NAME_MAX (sizeof("CAP_CHECKPOINT_RESTORE") - 1)
#define ET_CAPABILITIES_MAX    (2 + 64 * (ET_CAPABILITY_NAME_MAX + 3))

/*
 * Write the capabilities of a bit mask as a JSON array of names, lowest bit first, such as
 * ["CAP_CHOWN","CAP_KILL"]. A bit without a name becomes its number: "CAP_63". Needs at most
 * ET_CAPABILITIES_MAX bytes at @p. Returns the end of the array.
 */
char *et_put_capabilities(char *p, __u64 mask);

#endif /* ET_CAPABILITY_H */
