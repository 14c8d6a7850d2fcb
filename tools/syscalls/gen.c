/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/syscalls/gen.h"

#include <stddef.h>

enum kind {
	KIND_CALL,
	KIND_OLD_CALL,
	KIND_COMPAT,
	KIND_OP,
	KIND_UNSEEN,
	KIND_UNSEEN_OP,
	KIND_NONE,
	KIND_NONE_OP,
	KIND_ABSENT,
};

struct row {
	enum kind kind;
	const char *name;
	const char *text[5];
};

static const struct row rows[] = {
#define CALL(name, events, native, compat, x32, remark) \
	{ KIND_CALL, #name, { events, native, compat, x32, remark } },
#define OLD_CALL(name, events, native, compat, x32, remark) \
	{ KIND_OLD_CALL, #name, { events, native, compat, x32, remark } },
#define COMPAT(name, events, compat, remark) { KIND_COMPAT, #name, { events, compat, remark } },
#define OP(name, events, native, remark)     { KIND_OP, #name, { events, native, remark } },
#define UNSEEN(name, reason)                 { KIND_UNSEEN, #name, { reason } },
#define UNSEEN_OP(name, reason)              { KIND_UNSEEN_OP, #name, { reason } },
#define NONE(name)                           { KIND_NONE, #name, { NULL } },
#define NONE_OP(name)                        { KIND_NONE_OP, #name, { NULL } },
#define ABSENT(name)                         { KIND_ABSENT, #name, { NULL } },
#include "tools/syscalls/calls.def"
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* Print a column of hooks: the letters, or "-" if no hook sees the call. */
static void put_hooks(FILE *f, const char *hooks)
{
	if (!*hooks)
		fputs(" -", f);
	for (; *hooks; hooks++)
		fprintf(f, " %c", *hooks);
	fputs(" |", f);
}

/*
 * Print a table of the rows of this kind. The first @hooks texts after the events are columns of
 * hooks.
 */
static void put_table(FILE *f, enum kind kind, const char *head, int hooks)
{
	fprintf(f, "%s", head);
	for (size_t i = 0; i < ROWS; i++) {
		const struct row *row = &rows[i];

		if (row->kind != kind)
			continue;
		fprintf(f, "| `%s` | %s |", row->name, row->text[0]);
		for (int column = 1; column <= hooks; column++)
			put_hooks(f, row->text[column]);
		if (hooks)
			fprintf(f, " %s |", row->text[hooks + 1]);
		fputc('\n', f);
	}
	fputc('\n', f);
}

/* Print the table of the calls of 64-bit programs. arm64 has the same hooks, but fewer calls. */
static void put_calls(FILE *f)
{
	fputs("## Calls with events\n\n"
	      "| call | events | 64-bit | arm64 | 32-bit | x32 | remark |\n|---|---|---|---|---|---|---|\n",
	      f);
	for (size_t i = 0; i < ROWS; i++) {
		const struct row *row = &rows[i];

		if (row->kind != KIND_CALL && row->kind != KIND_OLD_CALL)
			continue;
		fprintf(f, "| `%s` | %s |", row->name, row->text[0]);
		put_hooks(f, row->text[1]);
		if (row->kind == KIND_CALL)
			put_hooks(f, row->text[1]);
		else
			fputs(" no call |", f);
		put_hooks(f, row->text[2]);
		put_hooks(f, row->text[3]);
		fprintf(f, " %s |\n", row->text[4]);
	}
	fputc('\n', f);
}

/* Print only the names of the rows of this kind, in lines of about 120 characters. */
static void put_names(FILE *f, enum kind kind)
{
	int width = 0;

	for (size_t i = 0; i < ROWS; i++) {
		if (rows[i].kind != kind)
			continue;
		if (width > 100) {
			fputc('\n', f);
			width = 0;
		}
		width += fprintf(f, "%s`%s`", width ? " " : "", rows[i].name);
	}
	fputs("\n\n", f);
}

void syscalls_gen(FILE *f)
{
	fputs("# System calls\n\n"
	      "All system calls of x86-64 and arm64, and all opcodes of io_uring, and the events that each can cause. This page is\n"
	      "made of `tools/syscalls/calls.def`:\n\n"
	      "```\n./bazelw run //tools/syscalls:gen > docs/syscalls.md\n```\n\n"
	      "The case `calls_known` fails on a kernel with a call or an opcode that the table lacks. It takes the names from\n"
	      "`events/syscalls` of tracefs, and from `__x64_sys_*` or `__arm64_sys_*` and `enum io_uring_op` of the kernel's BTF.\n\n"
	      "A call has the name of its function in the kernel: `sendfile64`, `newfstatat`, `umount`. The columns list the kinds of\n"
	      "hooks that see it: F `fentry`, K kprobe, T tracepoint. *64-bit* is the call of a 64-bit program of x86-64, *arm64* that\n"
	      "of a 64-bit program of arm64, *32-bit* that of `int $0x80` or of an AArch32 program, *x32* that of a program of x32. On\n"
	      "arm64, F needs Linux 6.4. The 32-bit column is tested by the cases `int80_x86_64` and `aarch32_arm64` for calls of files;\n"
	      "x32 is by reading, since no kernel of the tests has it. A call that fails causes no event, but `PROCESS_EXEC_FAILED`.\n\n",
	      f);
	put_calls(f);
	put_table(f, KIND_COMPAT,
		  "## Calls of 32-bit programs alone\n\n"
		  "| call | events | 32-bit | remark |\n|---|---|---|---|\n",
		  1);
	fputs("## ioctl\n\n"
	      "These commands change the contents of a regular file, and are a `FILE_MODIFY` with the change `CONTENT`:\n\n"
	      "| command | file | hooks |\n|---|---|---|\n"
	      "| `FICLONE`, `FICLONERANGE` (btrfs: `BTRFS_IOC_CLONE`, `..._RANGE`) | the descriptor's; none if nothing was shared | F K T |\n"
	      "| `FIDEDUPERANGE` | each destination that shares a byte or more | F K T |\n"
	      "| `FS_IOC_RESVSP`, `FS_IOC_RESVSP64`, `FS_IOC_UNRESVSP`, `FS_IOC_UNRESVSP64`, `FS_IOC_ZERO_RANGE` | the descriptor's | F K T |\n"
	      "| `XFS_IOC_ALLOCSP`, `XFS_IOC_FREESP` and their 64-bit kin, `EXT4_IOC_SWAP_BOOT`, `F2FS_IOC_ABORT_ATOMIC_WRITE`, `F2FS_IOC_SEC_TRIM_FILE`, `CIFS_IOC_COPYCHUNK_FILE`, `BTRFS_IOC_ENCODED_WRITE` | the descriptor's | F T |\n"
	      "| `XFS_IOC_EXCHANGE_RANGE`, `XFS_IOC_COMMIT_RANGE`, `F2FS_IOC_MOVE_RANGE`, `XFS_IOC_SWAPEXT` | both | F T |\n"
	      "| `EXT4_IOC_MOVE_EXT` | the donor: the other file keeps its contents | F T |\n\n"
	      "`FIDEDUPERANGE` leaves the bytes that a reader sees as they were. It is an event all the same, as is a write of the\n"
	      "same bytes. The file gets other extents, which takes the right to write to it.\n\n"
	      "Commands with the hooks F T are those of one file system. Kprobes do not see them: a kretprobe has room for a few\n"
	      "calls at a time, and other commands sleep. In programs of 32 bits and of x32 these commands are not seen.\n\n"
	      "No event: defragmentation (`BTRFS_IOC_DEFRAG`, `F2FS_IOC_DEFRAGMENT`), since the contents stay; flags and project\n"
	      "(`FS_IOC_SETFLAGS`, `FS_IOC_FSSETXATTR`), since no `change_type` means them; `BTRFS_IOC_SNAP_DESTROY`, which deletes a\n"
	      "subvolume, and `OCFS2_IOC_REFLINK`, which creates a file, since no hook of the VFS sees them.\n\n",
	      f);
	put_table(
		f, KIND_OP,
		"## Opcodes of io_uring with events\n\n"
		"Of files from 5.12 on; before, the kernel's own threads do the work, and there is no event.\n\n"
		"| opcode | events | hooks | remark |\n|---|---|---|---|\n",
		1);
	put_table(f, KIND_UNSEEN,
		  "## Calls that could be thought to have an event\n\n"
		  "| call | why there is none |\n|---|---|\n",
		  0);
	put_table(f, KIND_UNSEEN_OP,
		  "## The same of io_uring\n\n| opcode | why there is none |\n|---|---|\n", 0);
	fputs("## Calls without an event\n\n", f);
	put_names(f, KIND_NONE);
	fputs("## Opcodes of io_uring without an event\n\n", f);
	put_names(f, KIND_NONE_OP);
	fputs("## Names without a 64-bit call\n\n"
	      "A kernel's BTF also has calls of 32-bit programs and of other processors. Some calls were never made, or are gone.\n\n",
	      f);
	put_names(f, KIND_ABSENT);
	fputs("## Without a call\n\n"
	      "When the kernel dumps the memory of a process that dies, it creates a file: `FILE_CREATE` (F K). What loop devices,\n"
	      "swap, accounting and NFS servers write is the kernel's own, and no event.\n\n"
	      "Some calls open a file for the kernel's own use: `acct`, `swapon`, `mount` of an erofs image. If that is a file of shared\n"
	      "memory or a memfd, the open is an event (F K).\n\n"
	      "A socket is closed when its last reference goes, whichever call that is: also `munmap` of a mapped socket, `recvmsg` that\n"
	      "drops a descriptor for which there is no room, `io_uring_register`. The event is NETWORK_CONNECTION_CLOSED (F K T).\n",
	      f);
}
