/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the firmware's table of a machine's CPUs. */
#ifndef TOOLS_VMTEST_ACPI_H
#define TOOLS_VMTEST_ACPI_H

/**
 * acpi_write_madt() - write a table of interrupt controllers, without its header
 * @path:	the file
 * @present:	number of CPUs that the machine has
 * @possible:	number of possible CPUs, which includes the present ones
 *
 * If the table has a CPU that is not enabled, the kernel assumes that the CPU may be added later.
 * Such a CPU is possible, and not present. An emulator's own table has at most as many CPUs as the
 * emulator supports: 255 without x2APIC.
 *
 * Return: 0 or a negative errno.
 */
int acpi_write_madt(const char *path, unsigned int present, unsigned int possible);

#endif /* TOOLS_VMTEST_ACPI_H */
