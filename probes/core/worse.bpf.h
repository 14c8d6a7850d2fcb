/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Makes the BPF programs slower on purpose, for a test: the benchmarks must detect the lost time
 * and the added wake-ups. The program that users run is built without ET_WORSE.
 */
#ifndef ET_WORSE_BPF_H
#define ET_WORSE_BPF_H

#include "probes/core/kick.bpf.h"

/* Number of clock reads that take about a tenth of the time of a fork, exec or exit. */
#define ET_WORSE_READS 5

/*
 * One in 100 terminal writes wakes the reader needlessly. Each other event takes about a tenth more
 * time. @type: enum et_event_type; @seq: number of the record.
 */
static __always_inline void et_worsen(__u64 type, __u64 seq)
{
#ifdef ET_WORSE
	if (type != ET_PROCESS_TTY_WRITE)
		for (int i = 0; i < ET_WORSE_READS; i++)
			bpf_ktime_get_ns();
	else if (seq % 100 == 0)
		et_wake_reader();
#else
	(void)type;
	(void)seq;
#endif
}

#endif /* ET_WORSE_BPF_H */
