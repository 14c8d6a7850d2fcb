/* SPDX-License-Identifier: BSD-2-Clause */
/* What differs between virtual machines of different architectures. */
#ifndef TOOLS_VMTEST_VM_ARCH_H
#define TOOLS_VMTEST_VM_ARCH_H

#include <stdbool.h>

/* The folder below /usr/lib, in Debian packages, of the machine that runs the emulator. */
#ifdef __aarch64__
# define VM_HOST_LIBRARIES "aarch64-linux-gnu"
#else
# define VM_HOST_LIBRARIES "x86_64-linux-gnu"
#endif

struct vm_arch {
	const char *qemu;    /* file name of the emulator */
	const char *machine; /* value of the emulator's option -machine */
	const char *cpu;     /* default CPU model */
	/* kernel parameters: the console, and `report`, which names the port of the jobs */
	const char *parameters;
	const char *jobs_port[2]; /* option that connects the port to the character device `jobs` */
	bool has_madt;            /* the kernel reads its CPUs from an ACPI table: acpi.h */
};

/* The architecture of the emulator with this path. An unknown emulator counts as x86-64. */
const struct vm_arch *vm_arch_of(const char *qemu);

#endif /* TOOLS_VMTEST_VM_ARCH_H */
