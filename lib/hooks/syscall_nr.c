/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/hooks/syscall_nr.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>

#include "lib/hooks/arch.h"

#define CALL(name) { #name, SYS_##name }

/* The system calls of all tables of hooks. */
static const struct {
	const char *name;
	int nr;
} calls[] = {
	CALL(accept),
	CALL(accept4),
	CALL(connect),
	CALL(copy_file_range),
	CALL(execve),
	CALL(execveat),
	CALL(fallocate),
	CALL(fchmod),
	CALL(fchmodat),
	CALL(fchown),
	CALL(fchownat),
	CALL(fremovexattr),
	CALL(fsetxattr),
	CALL(ftruncate),
	CALL(ioctl),
	CALL(linkat),
	CALL(lremovexattr),
	CALL(lsetxattr),
	CALL(memfd_create),
	CALL(open_by_handle_at),
	CALL(openat),
	CALL(openat2),
	CALL(ptrace),
	CALL(pwrite64),
	CALL(pwritev),
	CALL(pwritev2),
	CALL(removexattr),
	CALL(renameat),
	CALL(renameat2),
	CALL(setfsgid),
	CALL(setfsuid),
	CALL(setgid),
	CALL(setregid),
	CALL(setresgid),
	CALL(setresuid),
	CALL(setreuid),
	CALL(setsid),
	CALL(setuid),
	CALL(setxattr),
	CALL(shmget),
	CALL(splice),
	CALL(truncate),
	CALL(unlinkat),
	CALL(write),
	CALL(writev),
#if ET_HAS_OLD_CALLS
	CALL(chmod),
	CALL(chown),
	CALL(creat),
	CALL(lchown),
	CALL(link),
	CALL(open),
	CALL(rename),
	CALL(rmdir),
	CALL(unlink),
#endif
	{ "sendfile64", SYS_sendfile }, /* the tracepoint has the name of the kernel's function */
	/* System calls added since 5.1 have the same number on all architectures. */
	{ "fchmodat2", 452 },     /* since 6.6 */
	{ "setxattrat", 463 },    /* since 6.13 */
	{ "removexattrat", 466 }, /* since 6.13 */
};

int et_hook_syscall_nr(const char *tracepoint, bool *ret_at_exit)
{
	static const char enter[] = "syscalls/sys_enter_", exit[] = "syscalls/sys_exit_";
	const char *name = NULL;
	bool at_exit = false;

	if (strncmp(tracepoint, enter, sizeof(enter) - 1) == 0) {
		name = tracepoint + sizeof(enter) - 1;
	} else if (strncmp(tracepoint, exit, sizeof(exit) - 1) == 0) {
		name = tracepoint + sizeof(exit) - 1;
		at_exit = true;
	}
	for (size_t i = 0; name && i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (strcmp(calls[i].name, name) != 0)
			continue;
		*ret_at_exit = at_exit;
		return calls[i].nr;
	}
	return -ENOENT;
}
