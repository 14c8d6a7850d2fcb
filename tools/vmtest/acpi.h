/* SPDX-License-Identifier: BSD-2-Clause */
/* The firmware's description of a machine's CPUs. */
#ifndef TOOLS_VMTEST_ACPI_H
#define TOOLS_VMTEST_ACPI_H

/**
 * acpi_write_madt() - write a table of interrupt controllers, without its header
 * @path:	the file
 * @present:	number of CPUs that the machine has
 * @possible:	number of CPUs that it could have, the present ones included
 *
 * A kernel treats a CPU that is in the table but not enabled as one that may be added later. Such a
 * CPU is possible, and not present. Emulators describe at most the CPUs that they support. Without
 * x2APIC those are 255.
 *
 * Return: 0 or a negative errno.
 */
int acpi_write_madt(const char *path, unsigned int present, unsigned int possible);

#endif /* TOOLS_VMTEST_ACPI_H */
