/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/host.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#define BTF "/sys/kernel/btf/vmlinux"

/*
 * Linux 5.8 split BPF and PERFMON from CAP_SYS_ADMIN. SYS_RESOURCE lifts the limit on locked
 * memory, which counts the memory of maps before 5.11.
 */
static const struct {
	const char *name;
	int number;
} capabilities[] = {
	{ "CAP_SYS_ADMIN", CAP_SYS_ADMIN },
	{ "CAP_BPF", CAP_BPF },
	{ "CAP_PERFMON", CAP_PERFMON },
	{ "CAP_SYS_RESOURCE", CAP_SYS_RESOURCE },
};

static bool have(const struct __user_cap_data_struct *data, int number)
{
	return data[CAP_TO_INDEX(number)].effective & CAP_TO_MASK(number);
}

static void print_capabilities(FILE *out)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	fputs("capabilities: ", out);
	if (syscall(SYS_capget, &header, data) < 0) {
		fprintf(out, "unknown: %s\n", strerror(errno));
		return;
	}
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(*capabilities); i++)
		fprintf(out, "%s%s %s", i ? ", " : "", capabilities[i].name,
			have(data, capabilities[i].number) ? "yes" : "no");
	fputc('\n', out);
}

void host_print(FILE *out)
{
	struct utsname uts;
	struct stat st;

	if (!uname(&uts))
		fprintf(out, "kernel: %s %s\n", uts.release, uts.machine);
	if (!stat(BTF, &st))
		fprintf(out, "BTF: " BTF ", %lld KiB\n", (long long)st.st_size / 1024);
	else
		fprintf(out, "BTF: none: " BTF ": %s\n", strerror(errno));
	print_capabilities(out);
}
