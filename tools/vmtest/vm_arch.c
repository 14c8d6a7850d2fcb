/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tools/vmtest/vm_arch.h"

#include <stddef.h>
#include <string.h>

static const struct vm_arch archs[] = {
	{
		.qemu = "qemu-system-x86_64",
		.machine = "pc,vmport=on",
		/*
		 * A CPU model without features that are slow in an emulator. These are page tables
		 * of five levels, the protection of user memory from the kernel, and fast string
		 * copies (ERMS). Kernel and libc use such copies on a CPU that has them.
		 */
		.cpu = "max,-la57,-smap,-smep,-umip,-erms",
		/*
		 * tsc=reliable: the emulator provides the clock. A kernel that does not trust the
		 * clock patches its code while other CPUs run this code.
		 */
		.parameters = "console=ttyS0 tsc=reliable report=/dev/ttyS1",
		.jobs_port = { "-serial", "chardev:jobs" },
		.has_madt = true,
	},
	{
		.qemu = "qemu-system-aarch64",
		/* The older interrupt controller, which is the default, supports only 8 CPUs. */
		.machine = "virt,gic-version=3",
		/* The emulator computes the authentication codes of pointers slowly. */
		.cpu = "max,pauth=off",
		/* The machine has only one serial port of its own. The second is a PCI card. */
		.parameters = "console=ttyAMA0 report=/dev/ttyS0",
		.jobs_port = { "-device", "pci-serial,chardev=jobs" },
	},
};

const struct vm_arch *vm_arch_of(const char *qemu)
{
	for (size_t i = 0; i < sizeof(archs) / sizeof(archs[0]); i++)
		if (!strcmp(basename(qemu), archs[i].qemu))
			return &archs[i];
	return &archs[0];
}
