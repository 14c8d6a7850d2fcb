/* SPDX-License-Identifier: BSD-2-Clause */
#include <linux/types.h>

#include "lib/encode/numbers.h"

/* clang-format off */
const char et_digit_pairs[201] =
	"00010203040506070809"
	"10111213141516171819"
	"20212223242526272829"
	"30313233343536373839"
	"40414243444546474849"
	"50515253545556575859"
	"60616263646566676869"
	"70717273747576777879"
	"80818283848586878889"
	"90919293949596979899";

/*
 * et_digit_counts has an entry for each bit length. ALL(): all numbers of this bit length have @d
 * digits.
 */
#define ALL(d) ((__u64)(d) << 32)
/*
 * FROM(): numbers of this bit length have @d digits below @power, a power of ten, and @d + 1 digits
 * otherwise.
 */
#define FROM(d, power) (((__u64)((d) + 1) << 32) - (power))

const __u64 et_digit_counts[32] = {
	ALL(1), ALL(1), ALL(1), FROM(1, 10u),
	ALL(2), ALL(2), FROM(2, 100u), ALL(3),
	ALL(3), FROM(3, 1000u), ALL(4), ALL(4),
	ALL(4), FROM(4, 10000u), ALL(5), ALL(5),
	FROM(5, 100000u), ALL(6), ALL(6), FROM(6, 1000000u),
	ALL(7), ALL(7), ALL(7), FROM(7, 10000000u),
	ALL(8), ALL(8), FROM(8, 100000000u), ALL(9),
	ALL(9), FROM(9, 1000000000u), ALL(10), ALL(10),
};
/* clang-format on */
