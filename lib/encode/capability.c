/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/encode/capability.h"

#include <linux/capability.h>
#include <stddef.h>

#include "lib/encode/numbers.h"
#include "lib/encode/put.h"

#define NAME(capability) [capability] = #capability

/* All capabilities of Linux 6.18. The newest one, CAP_CHECKPOINT_RESTORE, is from Linux 5.9. */
static const char *const names[] = {
	NAME(CAP_CHOWN),
	NAME(CAP_DAC_OVERRIDE),
	NAME(CAP_DAC_READ_SEARCH),
	NAME(CAP_FOWNER),
	NAME(CAP_FSETID),
	NAME(CAP_KILL),
	NAME(CAP_SETGID),
	NAME(CAP_SETUID),
	NAME(CAP_SETPCAP),
	NAME(CAP_LINUX_IMMUTABLE),
	NAME(CAP_NET_BIND_SERVICE),
	NAME(CAP_NET_BROADCAST),
	NAME(CAP_NET_ADMIN),
	NAME(CAP_NET_RAW),
	NAME(CAP_IPC_LOCK),
	NAME(CAP_IPC_OWNER),
	NAME(CAP_SYS_MODULE),
	NAME(CAP_SYS_RAWIO),
	NAME(CAP_SYS_CHROOT),
	NAME(CAP_SYS_PTRACE),
	NAME(CAP_SYS_PACCT),
	NAME(CAP_SYS_ADMIN),
	NAME(CAP_SYS_BOOT),
	NAME(CAP_SYS_NICE),
	NAME(CAP_SYS_RESOURCE),
	NAME(CAP_SYS_TIME),
	NAME(CAP_SYS_TTY_CONFIG),
	NAME(CAP_MKNOD),
	NAME(CAP_LEASE),
	NAME(CAP_AUDIT_WRITE),
	NAME(CAP_AUDIT_CONTROL),
	NAME(CAP_SETFCAP),
	NAME(CAP_MAC_OVERRIDE),
	NAME(CAP_MAC_ADMIN),
	NAME(CAP_SYSLOG),
	NAME(CAP_WAKE_ALARM),
	NAME(CAP_BLOCK_SUSPEND),
	NAME(CAP_AUDIT_READ),
	NAME(CAP_PERFMON),
	NAME(CAP_BPF),
	NAME(CAP_CHECKPOINT_RESTORE),
};

_Static_assert(sizeof(names) / sizeof(names[0]) == CAP_LAST_CAP + 1, "each capability has a name");

char *et_put_capabilities(char *p, __u64 mask)
{
	char *const begin = p;

	for (unsigned int bit = 0; bit < 64; bit++) {
		if (!(mask >> bit & 1))
			continue;
		p = PUT(p, ",\"");
		if (bit < sizeof(names) / sizeof(names[0]))
			p = et_put_text(p, names[bit]);
		else
			p = et_put_u64(PUT(p, "CAP_"), bit);
		p = PUT(p, "\"");
	}
	/* The bracket replaces the comma before the first name. */
	if (p == begin)
		p = PUT(p, "[");
	*begin = '[';
	return PUT(p, "]");
}
