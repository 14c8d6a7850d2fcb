/* SPDX-License-Identifier: BSD-2-Clause */
#include <linux/types.h>
#include <stdbool.h>

#include "lib/encode/timestamp.h"

static bool is_leap(unsigned int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/*
 * Compute the date by counting years and months from 1970, in at most about 600 steps. The function
 * gmtime_r(3) would read the host's time zone files, which UTC does not need.
 */
void et_timestamp_set_second(struct et_encoder *enc, __u64 second)
{
	static const unsigned char month_days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	unsigned int days = second / 86400, clock = second % 86400;
	unsigned int year = 1970, month = 0;
	char *p = enc->second_text;

	while (days >= 365u + is_leap(year)) {
		days -= 365 + is_leap(year);
		year++;
	}
	for (;; month++) {
		unsigned int n = month_days[month] + (month == 1 && is_leap(year));

		if (days < n)
			break;
		days -= n;
	}

	et_put_pair(p, year / 100);
	et_put_pair(p + 2, year % 100);
	p[4] = '-';
	et_put_pair(p + 5, month + 1);
	p[7] = '-';
	et_put_pair(p + 8, days + 1);
	p[10] = 'T';
	et_put_pair(p + 11, clock / 3600);
	p[13] = ':';
	et_put_pair(p + 14, clock / 60 % 60);
	p[16] = ':';
	et_put_pair(p + 17, clock % 60);
	p[19] = '.';
	enc->second = second;
}
