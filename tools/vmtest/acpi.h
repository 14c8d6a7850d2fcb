/* SPDX-License-Identifier: BSD-2-Clause */
/* What firmware says of a machine's CPUs. */
#ifndef TOOLS_VMTEST_ACPI_H
#define TOOLS_VMTEST_ACPI_H

/**
 * acpi_write_madt() - write a table of interrupt controllers, without its header
 * @path:	the file
 * @present:	CPUs that the machine has
 * @possible:	CPUs that it could have; those that it has are among them
 *
 * A kernel takes a CPU that is in the table and not enabled for one that may be added later: it is
 * possible, and not present. Emulators describe no more than they can have, which for a machine
 * without x2APIC is 255.
 *
 * Return: 0 or a negative errno.
 */
int acpi_write_madt(const char *path, unsigned int present, unsigned int possible);

#endif /* TOOLS_VMTEST_ACPI_H */
