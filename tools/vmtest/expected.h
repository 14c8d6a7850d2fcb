/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events that must be available with a kind of hooks on a kernel: those that have a candidate hook
 * of this kind.
 */
#ifndef TOOLS_VMTEST_EXPECTED_H
#define TOOLS_VMTEST_EXPECTED_H

#include <stdint.h>

#include "tools/vmtest/cli.h"

/*
 * Mask of ET_EVENT_BIT: the events that have a candidate hook of this kind, except those of the
 * kernel's list `without`.
 */
uint64_t expected_events(const struct cli *args, const char *kind);

/* ET_EVENT_BIT of the event with this option; 0 if there is none. */
uint64_t expected_bit(const char *event);

#endif /* TOOLS_VMTEST_EXPECTED_H */
