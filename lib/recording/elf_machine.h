/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ELF number of the CPU architecture for which this code is compiled, such as EM_X86_64. A
 * recording contains the number of its writer. From this number, a reader knows whether the records
 * have the layout of its own records.
 */
#ifndef ET_ELF_MACHINE_H
#define ET_ELF_MACHINE_H

#include <elf.h>
#include <linux/types.h>
#include <stdbool.h>

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

/*
 * True if records from a host of the architecture @machine have the layout of this host's records.
 * x86-64, arm64 and this host's architecture all align each number to its own size. The byte order
 * is checked separately.
 */
static inline bool et_elf_machine_is_readable(__u32 machine)
{
	return machine == ET_ELF_MACHINE || machine == EM_X86_64 || machine == EM_AARCH64;
}

#endif /* ET_ELF_MACHINE_H */
