/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Included first by every BPF program: the kernel's types, libbpf's helpers, the record format, and
 * the functions that read user memory.
 */
#ifndef ET_COMMON_BPF_H
#define ET_COMMON_BPF_H

/* clang-format off: vmlinux.h comes before everything that uses its types */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
/* clang-format on */

#include "lib/wire/schema.h"
#include "lib/wire/shared.h"
#include "probes/core/user.bpf.h"

/*
 * Make the compiler forget the value of @var. It then cannot remove a bounds check of @var that the
 * verifier needs.
 */
#ifndef barrier_var
# define barrier_var(var) asm volatile("" : "+r"(var))
#endif

#endif /* ET_COMMON_BPF_H */
