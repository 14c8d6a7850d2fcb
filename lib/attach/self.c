/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/self.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "lib/attach/insn.h"

__u32 et_self__tgid(void)
{
	const struct bpf_insn insns[] = {
		ET_INSN_CALL(BPF_FUNC_get_current_pid_tgid),
		ET_INSN_RSH_IMM(BPF_REG_0, 32),
		ET_INSN_EXIT(),
	};
	LIBBPF_OPTS(bpf_test_run_opts, run);
	int prog, r;

	prog = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "et_self", "GPL", insns,
			     sizeof(insns) / sizeof(insns[0]), NULL);
	if (prog < 0)
		return (__u32)getpid();
	/* A test run of a raw tracepoint's program is a call of it, here and now: 1b4d60ec162f. */
	r = bpf_prog_test_run_opts(prog, &run);
	close(prog);
	return r < 0 || !run.retval ? (__u32)getpid() : run.retval;
}

static pid_t parent_of(pid_t pid)
{
	char path[64], text[512], *after;
	int fd, parent;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	/* "4034 (a name) S 4030 ...": the name may hold spaces and parentheses. */
	after = strrchr(text, ')');
	if (!after || sscanf(after + 1, " %*c %d", &parent) != 1)
		return 0;
	return parent;
}

size_t et_self__ancestors(__u32 *ret, size_t max)
{
	pid_t pid = getppid();
	size_t n = 0;

	while (pid > 1 && n < max) {
		ret[n++] = (__u32)pid;
		pid = parent_of(pid);
	}
	return n;
}
