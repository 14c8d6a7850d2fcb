/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers on a command line. The format is strict: no sign, no space, no exponent, no hexadecimal,
 * and no text after the number.
 *
 * Each function returns 0, -EINVAL for an invalid number, or -ERANGE for one that is too large.
 */
#ifndef TOOLS_EVENTSTRACE_NUMBER_H
#define TOOLS_EVENTSTRACE_NUMBER_H

#include <stddef.h>
#include <stdint.h>

/* The digits at *@at, of which there is at least one; moves *@at behind them. */
int take_digits(const char **at, uint64_t *ret);

/*
 * The digits behind the decimal point of seconds, as nanoseconds; moves *@at behind them. Digits
 * after the ninth are dropped.
 */
int take_fraction(const char **at, uint64_t *ret_ns);

/* "3000" */
int parse_count(const char *text, uint64_t *ret);

/*
 * "5", "0.25", ".25", "5s": seconds, as nanoseconds. "200ms", "2m", "1.5h": other units. Digits
 * after the ninth of a fraction are dropped.
 */
int parse_seconds(const char *text, uint64_t *ret_ns);

/* "4194304", "4096K", "4M", "1G": bytes; the suffixes are powers of 1024, in either case. */
int parse_size(const char *text, size_t *ret);

#endif /* TOOLS_EVENTSTRACE_NUMBER_H */
