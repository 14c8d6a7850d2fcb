/* SPDX-License-Identifier: BSD-2-Clause */
/* What a kernel says when something is wrong with it. */
#ifndef TOOLS_VMTEST_FAULTS_H
#define TOOLS_VMTEST_FAULTS_H

#include <stddef.h>
#include <stdio.h>

/**
 * faults_find() - look for warnings, oopses and the like in what a kernel said
 * @console:	its log
 * @out:	receives each with the lines behind it, which say where; may be NULL
 *
 * Return: how many there are.
 */
size_t faults_find(const char *console, FILE *out);

#endif /* TOOLS_VMTEST_FAULTS_H */
