/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds faults of the kernel in its own log. */
#ifndef TOOLS_VMTEST_FAULTS_H
#define TOOLS_VMTEST_FAULTS_H

#include <stddef.h>
#include <stdio.h>

/**
 * faults_find() - find warnings, oopses and other faults in a kernel's log
 * @console:	the log
 * @out:	receives each fault with the lines after it, which have its address; may be NULL
 *
 * Return: the number of faults.
 */
size_t faults_find(const char *console, FILE *out);

#endif /* TOOLS_VMTEST_FAULTS_H */
