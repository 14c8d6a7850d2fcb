/* SPDX-License-Identifier: BSD-2-Clause */
/* Realistic values for members of test records: a terminal, namespaces and a connection. */
#ifndef ET_DECODE_RECORD_SAMPLES_H
#define ET_DECODE_RECORD_SAMPLES_H

#include <linux/types.h>

#include "lib/wire/schema.h"

/* The terminal /dev/pts/3, 212 columns by 50 rows, in the mode of a shell that waits for input. */
extern const struct et_tty et_sample_tty;
/* Inode numbers of the initial namespaces. Those of mnt and net differ between kernels. */
extern const struct et_ns et_sample_ns;
/* A TCP connection from 192.0.2.17 port 54321 to 198.51.100.3 port 443. */
extern const struct et_net et_sample_ipv4;

#endif /* ET_DECODE_RECORD_SAMPLES_H */
