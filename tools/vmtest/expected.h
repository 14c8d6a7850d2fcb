/* SPDX-License-Identifier: BSD-2-Clause */
/* Which events a kind of hooks must have on a kernel: those with a candidate of it. */
#ifndef TOOLS_VMTEST_EXPECTED_H
#define TOOLS_VMTEST_EXPECTED_H

#include <stdint.h>

#include "tools/vmtest/arguments.h"

/* Mask of ET_EVENT_BIT of the events with a candidate of the kind, but for those left out. */
uint64_t expected_events(const struct arguments *args, const char *kind);

/* The bit of an event by its option's name, or 0. */
uint64_t expected_bit(const char *event);

#endif /* TOOLS_VMTEST_EXPECTED_H */
