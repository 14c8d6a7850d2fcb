/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ELF number of the CPU architecture for which this code is compiled, such as EM_X86_64. A
 * recording contains it, because the layout of records depends on the architecture.
 */
#ifndef ET_ELF_MACHINE_H
#define ET_ELF_MACHINE_H

#include <elf.h>

#if defined(__x86_64__)
# define ET_ELF_MACHINE EM_X86_64
#elif defined(__aarch64__)
# define ET_ELF_MACHINE EM_AARCH64
#elif defined(__riscv)
# define ET_ELF_MACHINE EM_RISCV
#elif defined(__s390x__)
# define ET_ELF_MACHINE EM_S390
#elif defined(__powerpc64__)
# define ET_ELF_MACHINE EM_PPC64
#else
# error "add this machine"
#endif

#endif /* ET_ELF_MACHINE_H */
