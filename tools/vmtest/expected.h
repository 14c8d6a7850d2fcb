/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The events that a kind of hooks must have on a kernel: those with a candidate hook of that kind.
 */
#ifndef TOOLS_VMTEST_EXPECTED_H
#define TOOLS_VMTEST_EXPECTED_H

#include <stdint.h>

#include "tools/vmtest/cli.h"

/* Mask of ET_EVENT_BIT of the events with a candidate of the kind, without the excluded ones. */
uint64_t expected_events(const struct cli *args, const char *kind);

/* The bit of the event with this option name, or 0. */
uint64_t expected_bit(const char *event);

#endif /* TOOLS_VMTEST_EXPECTED_H */
