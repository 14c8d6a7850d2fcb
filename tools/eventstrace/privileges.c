/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/privileges.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/include/eventstrace.h"

#ifndef CAP_BPF
# define CAP_BPF 39
#endif

static int set(uint64_t permitted, uint64_t effective)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	const struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {
		{ .permitted = (uint32_t)permitted, .effective = (uint32_t)effective },
		{ .permitted = permitted >> 32, .effective = effective >> 32 },
	};

	return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

static int get(uint64_t *ret_permitted)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data) < 0)
		return -errno;
	*ret_permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
	return 0;
}

/* Needs CAP_SETPCAP; without, a program that is executed gets nothing either: no_new_privs. */
static void empty_bounding_set(void)
{
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		(void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

/*
 * Do maps tell without a capability? Since 5.19, commit c8644cd0efe7 ("bpf: refine
 * kernel.unprivileged_bpf_disabled behaviour").
 */
static bool reads_maps(struct et_session *session)
{
	struct et_event_stats stats;

	return et_session__event_stats(session, &stats, 1) != -EPERM;
}

int privileges_drop(struct et_session *session)
{
	uint64_t permitted = 0, keep = 0;
	int r;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return -errno;
	empty_bounding_set();
	r = get(&permitted);
	if (r == 0)
		r = set(permitted, 0);
	if (r < 0)
		return r;
	if (!reads_maps(session))
		keep = permitted & 1ULL << CAP_BPF;
	return set(keep, keep);
}
