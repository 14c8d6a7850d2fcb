/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/privileges.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tools/eventstrace/landlock.h"
#include "tools/eventstrace/syscall_filter.h"

#ifndef CAP_BPF
# define CAP_BPF 39
#endif

#define BIT(cap) (1ULL << (cap))

static void report(struct privileges_report *ret, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void report(struct privileges_report *ret, const char *fmt, ...)
{
	va_list ap;

	if (ret->count == sizeof(ret->lines) / sizeof(*ret->lines))
		return;
	va_start(ap, fmt);
	vsnprintf(ret->lines[ret->count++], sizeof(*ret->lines), fmt, ap);
	va_end(ap);
}

/* ---- capabilities -------------------------------------------------------------------------- */

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

/*
 * Needs CAP_SETPCAP. Without this capability, executed programs still get no capabilities, because
 * of no_new_privs.
 */
static void empty_bounding_set(void)
{
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		(void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

/*
 * Since 5.19, reading a map needs no capability: commit c8644cd0efe7 ("bpf: refine
 * kernel.unprivileged_bpf_disabled behaviour").
 */
static int drop_capabilities(const struct privileges_wanted *wanted, struct privileges_report *ret)
{
	uint64_t permitted = 0, keep = 0;
	int r;

	r = get(&permitted);
	if (r == 0)
		r = set(permitted, 0);
	if (r == 0 && wanted->read_map && wanted->read_map(wanted->ctx) == -EPERM)
		keep = permitted & BIT(CAP_BPF);
	if (r == 0)
		r = set(keep, keep);
	if (r < 0)
		report(ret, "capabilities cannot be given up: %s", strerror(-r));
	else
		report(ret, "capabilities: %s",
		       keep ? "CAP_BPF is kept: this kernel reads no map without it" : "none left");
	return r;
}

/* ---- user ---------------------------------------------------------------------------------- */

/* Become the user of --run-as. Permitted capabilities stay, because the next steps need them. */
static int become(const struct run_as *who, struct privileges_report *ret)
{
	int r = 0;

	if (!who->given) {
		report(ret, "user: %u, as before", geteuid());
		return 0;
	}
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 || setgroups(0, NULL) < 0 ||
	    setresgid(who->gid, who->gid, who->gid) < 0 ||
	    setresuid(who->uid, who->uid, who->uid) < 0 || prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) < 0)
		r = -errno;
	if (r < 0)
		report(ret, "--run-as: the process cannot become user %u, group %u: %s", who->uid,
		       who->gid, strerror(-r));
	else
		report(ret, "user: %u, group %u, no other groups", who->uid, who->gid);
	return r;
}

/* ---- files and system calls ---------------------------------------------------------------- */

/* Forbid to open files, as far as the kernel supports Landlock. */
static void forbid_files(const struct privileges_wanted *wanted, struct privileges_report *ret)
{
	/* Files for the summary: memory of maps, number of tasks, and number of CPUs. */
	static const char *const of_maps[] = {
		"/proc/self/fdinfo",
		"/proc/loadavg",
		"/sys/devices/system/cpu",
	};
	const char *readable[6] = { NULL };
	size_t count = 0;
	int version;

	if (wanted->read_map)
		for (size_t i = 0; i < sizeof(of_maps) / sizeof(*of_maps); i++)
			readable[count++] = of_maps[i];
	if (wanted->files.processes)
		readable[count++] = "/proc";
	if (wanted->directory)
		readable[count] = wanted->directory;
	version = landlock_restrict(readable, &wanted->files);
	if (version < 0)
		report(ret, "Landlock: not on this kernel: %s", strerror(-version));
	else
		report(ret, "Landlock, version %d: no file can be opened but %s%s%s", version,
		       wanted->read_map
			       ? "/proc/self/fdinfo, /proc/loadavg and /sys/devices/system/cpu "
				 "to read"
			       : "those that are open",
		       wanted->files.processes ? ", and /proc to read" : "",
		       wanted->files.count ? ", and those in the output's folder to write" : "");
}

/*
 * Forbid system calls, if the kernel has seccomp. This is the last step, because the filter forbids
 * the system calls of all other steps.
 */
static void forbid_calls(const struct privileges_wanted *wanted, struct privileges_report *ret)
{
	int sockets[2], r;
	size_t count = 0;
	struct stat st;

	for (size_t i = 0; i < sizeof(wanted->outputs) / sizeof(*wanted->outputs); i++) {
		if (fstat(wanted->outputs[i], &st) == 0 && S_ISSOCK(st.st_mode))
			sockets[count++] = wanted->outputs[i];
	}
	r = syscall_filter_load(wanted->read_map, sockets, count, &wanted->files);
	if (r < 0)
		report(ret, "seccomp: not on this kernel: %s", strerror(-r));
	else
		report(ret, "seccomp: no program can be started, no socket made, no BPF loaded");
}

int privileges_drop(const struct privileges_wanted *wanted, struct privileges_report *ret)
{
	int r;

	ret->count = 0;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		r = -errno;
		report(ret, "no_new_privs cannot be set: %s", strerror(-r));
		return r;
	}
	empty_bounding_set();
	r = become(&wanted->run_as, ret);
	if (r < 0)
		return r;
	r = drop_capabilities(wanted, ret);
	if (r < 0)
		return r;
	/* A change of the user sets the dumpable flag to fs.suid_dumpable. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) {
		r = -errno;
		report(ret, "the process can still be dumped: %s", strerror(-r));
		return r;
	}
	forbid_files(wanted, ret);
	forbid_calls(wanted, ret);
	return 0;
}
