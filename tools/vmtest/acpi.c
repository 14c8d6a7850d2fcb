/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/vmtest/acpi.h"

#include <errno.h>
#include <stdio.h>

/* ACPI 6.5, section 5.2.12: types of entries of the "Multiple APIC Description Table" (MADT). */
enum {
	LOCAL_APIC = 0,
	IO_APIC = 1,
	INTERRUPT_SOURCE_OVERRIDE = 2,
	LOCAL_APIC_NMI = 4,
};

#define ENABLED 1u

/* Largest APIC id of a CPU. 255 addresses all CPUs. */
#define APIC_ID_LAST 254

static void put(FILE *f, unsigned int value, int bytes)
{
	for (; bytes > 0; bytes--, value >>= 8)
		fputc((int)(value & 0xff), f);
}

static void put_cpu(FILE *f, unsigned int uid, unsigned int apic, unsigned int flags)
{
	put(f, LOCAL_APIC, 1);
	put(f, 8, 1);
	put(f, uid & 0xff, 1);
	put(f, apic, 1);
	put(f, flags, 4);
}

static void put_override(FILE *f, unsigned int source, unsigned int interrupt, unsigned int flags)
{
	put(f, INTERRUPT_SOURCE_OVERRIDE, 1);
	put(f, 10, 1);
	put(f, 0, 1); /* bus: ISA */
	put(f, source, 1);
	put(f, interrupt, 4);
	put(f, flags, 2);
}

int acpi_write_madt(const char *path, unsigned int present, unsigned int possible)
{
	FILE *f = fopen(path, "we");
	int r = 0;

	if (!f)
		return -errno;
	put(f, 0xfee00000, 4); /* physical address of the local APICs */
	put(f, 1, 4);          /* flag: the machine has an 8259 too */
	/*
	 * There are fewer APIC ids than CPUs. A kernel counts the entries of absent CPUs, so all
	 * CPUs without an id of their own share the last one.
	 */
	for (unsigned int i = 0; i < possible; i++)
		put_cpu(f, i, i < APIC_ID_LAST ? i : APIC_ID_LAST, i < present ? ENABLED : 0);
	put(f, IO_APIC, 1);
	put(f, 12, 1);
	put(f, 0, 2);
	put(f, 0xfec00000, 4);
	put(f, 0, 4);
	/* The timer, and the interrupts that PCI devices share: level-triggered, active high. */
	put_override(f, 0, 2, 0);
	put_override(f, 5, 5, 0xd);
	put_override(f, 9, 9, 0xd);
	put_override(f, 10, 10, 0xd);
	put_override(f, 11, 11, 0xd);
	put(f, LOCAL_APIC_NMI, 1);
	put(f, 6, 1);
	put(f, 0xff, 1); /* all CPUs */
	put(f, 0, 2);
	put(f, 1, 1); /* LINT1 */
	if (ferror(f))
		r = -EIO;
	if (fclose(f) == EOF && r == 0)
		r = -errno;
	return r;
}
