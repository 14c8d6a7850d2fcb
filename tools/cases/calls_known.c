/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks that the table for docs/syscalls.md has all system calls and io_uring opcodes of this
 * kernel. The names of the calls come from the kernel's tracepoints, and those of the opcodes from
 * its BTF.
 */
#include "tools/cases/account.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/hooks/arch.h"

/* The rows OLD_CALL of the table, as far as libc has the same name. */
#if !ET_HAS_OLD_CALLS &&                                                                          \
	(defined(SYS_open) || defined(SYS_creat) || defined(SYS_link) || defined(SYS_rename) ||   \
	 defined(SYS_unlink) || defined(SYS_rmdir) || defined(SYS_chmod) || defined(SYS_chown) || \
	 defined(SYS_lchown) || defined(SYS_fork) || defined(SYS_vfork) || defined(SYS_dup2))
# error "tools/syscalls/calls.def: this architecture has a call of OLD_CALL"
#endif

static const char *const calls[] = {
#define CALL(name, ...)   #name,
#define OLD_CALL          CALL
#define COMPAT(name, ...) #name,
#define UNSEEN(name, ...) #name,
#define NONE(name)        #name,
#define ABSENT(name)      #name,
#define OP(name, ...)
#define UNSEEN_OP(name, ...)
#define NONE_OP(name)
#include "tools/syscalls/calls.def"
	NULL,
};

static const char *const ops[] = {
#define CALL(name, ...)
#define OLD_CALL CALL
#define COMPAT(name, ...)
#define UNSEEN(name, ...)
#define NONE(name)
#define ABSENT(name)
#define OP(name, ...)        #name,
#define UNSEEN_OP(name, ...) #name,
#define NONE_OP(name)        #name,
#include "tools/syscalls/calls.def"
	"LAST", /* IORING_OP_LAST: the number of opcodes */
	NULL,
};

static int missing, call_names, op_names;

static void look_up(const char *const *table, const char *what, const char *name)
{
	for (; *table; table++)
		if (!strcmp(*table, name))
			return;
	fprintf(stderr, "tools/syscalls/calls.def lacks the %s %s\n", what, name);
	missing++;
}

static void look_at_tracepoints(void)
{
	static const char prefix[] = "sys_enter_";
	struct dirent *entry;
	DIR *dir;

	CHECK(unshare(CLONE_NEWNS) == 0);
	CHECK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	CHECK(mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, "") == 0 || errno == EBUSY);
	dir = opendir("/sys/kernel/tracing/events/syscalls");
	if (!dir) {
		CHECK(errno == ENOENT);
		account_cannot("no tracepoints of system calls on this machine (opendir: ENOENT)");
		return;
	}
	while ((entry = readdir(dir)))
		if (!strncmp(entry->d_name, prefix, strlen(prefix)))
			look_up(calls, "system call", entry->d_name + strlen(prefix));
	closedir(dir);
}

/* Number of bytes after a struct btf_type. It depends on the type's kind. */
static size_t behind(__u32 info)
{
	size_t count = BTF_INFO_VLEN(info);

	switch (BTF_INFO_KIND(info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return 4;
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return count * sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return count * sizeof(struct btf_enum);
	case BTF_KIND_FUNC_PROTO:
		return count * sizeof(struct btf_param);
	case BTF_KIND_DATASEC:
		return count * sizeof(struct btf_var_secinfo);
	case BTF_KIND_ENUM64:
		return count * sizeof(struct btf_enum64);
	default:
		return 0;
	}
}

/* Before 5.19, enum io_uring_op has no name, but its first value shows which enum it is. */
static void look_at_enum(const struct btf_type *type, const char *strings)
{
	static const char prefix[] = "IORING_OP_";
	const struct btf_enum *value = (const struct btf_enum *)(type + 1);

	if (!BTF_INFO_VLEN(type->info) || strcmp(strings + value->name_off, "IORING_OP_NOP") != 0)
		return;
	for (__u32 i = 0; i < BTF_INFO_VLEN(type->info); i++) {
		const char *name = strings + value[i].name_off;

		CHECK(!strncmp(name, prefix, strlen(prefix)));
		look_up(ops, "opcode of io_uring", name + strlen(prefix));
		op_names++;
	}
}

static void look_at_type(const struct btf_type *type, const char *strings)
{
	static const char prefix[] = ET_SYSCALL;
	const char *name = strings + type->name_off;

	if (BTF_INFO_KIND(type->info) == BTF_KIND_ENUM)
		look_at_enum(type, strings);
	if (BTF_INFO_KIND(type->info) != BTF_KIND_FUNC ||
	    strncmp(name, prefix, strlen(prefix)) != 0)
		return;
	look_up(calls, "system call", name + strlen(prefix));
	call_names++;
}

static void look_at_btf(void)
{
	int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	const struct btf_header *header;
	const char *at, *end, *strings;
	struct stat st;
	size_t got = 0;
	char *btf;

	CHECK(fd >= 0 && fstat(fd, &st) == 0);
	btf = malloc((size_t)st.st_size);
	CHECK(btf);
	while (got < (size_t)st.st_size) {
		ssize_t n = read(fd, btf + got, (size_t)st.st_size - got);

		CHECK(n > 0);
		got += (size_t)n;
	}
	close(fd);
	header = (const struct btf_header *)btf;
	CHECK(header->magic == BTF_MAGIC);
	strings = btf + header->hdr_len + header->str_off;
	at = btf + header->hdr_len + header->type_off;
	for (end = at + header->type_len; at < end;) {
		const struct btf_type *type = (const struct btf_type *)at;

		look_at_type(type, strings);
		at += sizeof(*type) + behind(type->info);
	}
	CHECK(at == end && call_names > 300 && op_names > 30);
	free(btf);
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	look_at_tracepoints();
	look_at_btf();
	CHECK(!missing);
	return account_end();
}
