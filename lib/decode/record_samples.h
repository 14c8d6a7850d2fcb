/* SPDX-License-Identifier: BSD-2-Clause */
/* Typical parts of a desktop's records, for tests. */
#ifndef ET_DECODE_RECORD_SAMPLES_H
#define ET_DECODE_RECORD_SAMPLES_H

#include <linux/types.h>

#include "lib/wire/schema.h"

/* /dev/pts/3, 212 columns by 50 rows, as a shell leaves it. */
extern const struct et_tty et_sample_tty;
/* The namespaces that exist at boot. */
extern const struct et_ns et_sample_ns;
/* TCP from 192.0.2.17 port 54321 to 198.51.100.3 port 443. */
extern const struct et_net et_sample_ipv4;

#endif /* ET_DECODE_RECORD_SAMPLES_H */
