/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/decode/record_samples.h"

const struct et_tty et_sample_tty = {
	.major = 136,
	.minor = 3,
	.winsize_rows = 50,
	.winsize_cols = 212,
	.termios_c_iflag = 0x500,
	.termios_c_oflag = 5,
	.termios_c_lflag = 0x8a3b,
	.termios_c_cflag = 0xbf,
};

const struct et_ns et_sample_ns = {
	.uts = 4026531838,
	.ipc = 4026531839,
	.mnt = 4026531841,
	.net = 4026531840,
	.cgroup = 4026531835,
	.time = 4026531834,
	.pid = 4026531836,
};

const struct et_net et_sample_ipv4 = {
	.transport = ET_TRANSPORT_TCP,
	.family = ET_FAMILY_AF_INET,
	.source_port = 54321,
	.destination_port = 443,
	.network_namespace = 4026531840,
	.source_address = { [10] = 0xff, 0xff, 192, 0, 2, 17 },
	.destination_address = { [10] = 0xff, 0xff, 198, 51, 100, 3 },
};
