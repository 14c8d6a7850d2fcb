/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/kernel/caps.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#define HAS(mask, cap) (!!((mask) & (1ULL << (cap))))

int et_caps__effective(__u64 *ret)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &head, data) < 0)
		return -errno;
	*ret = (__u64)data[1].effective << 32 | data[0].effective;
	return 0;
}

int et_caps__missing_for_bpf(__u64 effective, char *ret, size_t size)
{
	bool admin = HAS(effective, CAP_SYS_ADMIN);
	bool bpf = admin || HAS(effective, CAP_BPF);
	bool perfmon = admin || HAS(effective, CAP_PERFMON);

	snprintf(ret, size, "%s%s%s", bpf ? "" : "CAP_BPF", bpf || perfmon ? "" : " and ",
		 perfmon ? "" : "CAP_PERFMON");
	return !bpf + !perfmon;
}
