/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers as people write them on a command line. Nothing is guessed: no sign, no space, no
 * exponent, no hexadecimal, and nothing behind the number.
 *
 * Each returns 0, -EINVAL for what is not such a number, or -ERANGE for one that is too large.
 */
#ifndef TOOLS_EVENTSTRACE_NUMBER_H
#define TOOLS_EVENTSTRACE_NUMBER_H

#include <stddef.h>
#include <stdint.h>

/* "3000" */
int parse_count(const char *text, uint64_t *ret);

/* "5", "0.25", ".25": seconds, as nanoseconds. Digits behind the ninth of a fraction are dropped. */
int parse_seconds(const char *text, uint64_t *ret_ns);

/* "4194304", "4096K", "4M", "1G": bytes; the suffixes are powers of 1024, in either case. */
int parse_size(const char *text, size_t *ret);

#endif /* TOOLS_EVENTSTRACE_NUMBER_H */
