/* SPDX-License-Identifier: BSD-2-Clause */
/* Definitions for the hook tables that depend on the processor's architecture. */
#ifndef ET_HOOKS_ARCH_H
#define ET_HOOKS_ARCH_H

#if defined(__x86_64__)
# include "lib/hooks/arch_x86_64.h"
#elif defined(__aarch64__)
# include "lib/hooks/arch_arm64.h"
#else
# error "add lib/hooks/arch_<architecture>.h"
#endif

#endif /* ET_HOOKS_ARCH_H */
