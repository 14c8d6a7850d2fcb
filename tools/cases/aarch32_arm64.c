/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls of 32-bit programs (AArch32): operations on files, and execs. Tracepoints of system
 * calls do not see these calls.
 *
 * A 64-bit program cannot make such a call. So for each operation, the case writes a small 32-bit
 * program and executes it. That program makes the call, and executes the case again. The case then
 * adds the call's event, as the same process with the same name.
 */
#include "tools/cases/files.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME "aarch32_arm64"

/* The descriptor to which the 32-bit program writes. */
#define FD 100

/* arch/arm/tools/syscall.tbl */
enum call {
	CALL_WRITE = 4,
	CALL_OPEN = 5,
	CALL_LINK = 9,
	CALL_UNLINK = 10,
	CALL_EXECVE = 11,
	CALL_CHMOD = 15,
	CALL_RENAME = 38,
	CALL_TRUNCATE = 92,
};

/* One operation: the call, and the event that it causes. Texts are passed by address. */
static const struct step {
	enum call call;
	uint32_t a; /* first argument, if there is no text for it */
	const char *text_a, *text_b;
	uint32_t b, c;
	const char *event, *change;
	const char *name; /* the file of the event; of a deleted file, another name of it */
} steps[] = {
	{ CALL_OPEN, .text_a = "a", .b = O_WRONLY | O_CREAT | O_EXCL, .c = 0600,
	  .event = "FILE_CREATE", .name = "a" },
	{ CALL_WRITE, .a = FD, .text_b = "text", .c = 4, .event = "FILE_MODIFY",
	  .change = "CONTENT", .name = "a" },
	{ CALL_TRUNCATE, .text_a = "a", .b = 2, .event = "FILE_MODIFY", .change = "CONTENT",
	  .name = "a" },
	{ CALL_CHMOD, .text_a = "a", .b = 0640, .event = "FILE_MODIFY", .change = "PERMISSIONS",
	  .name = "a" },
	{ CALL_LINK, .text_a = "a", .text_b = "b", .event = "FILE_CREATE", .name = "b" },
	{ CALL_RENAME, .text_a = "b", .text_b = "c", .event = "FILE_RENAME", .name = "c" },
	{ CALL_UNLINK, .text_a = "c", .event = "FILE_DELETE", .name = "a" },
};

#define STEPS (sizeof(steps) / sizeof(steps[0]))

/* The 32-bit program, a file without sections that the kernel maps at BASE. */
#define BASE 0x10000

struct call_args {
	uint32_t a, b, c, nr;
};

struct image {
	Elf32_Ehdr header;
	Elf32_Phdr segment;
	uint32_t code[9];
	struct call_args calls[2]; /* the operation, and execve of the case */
	uint32_t argv[3], envp[1];
	char program[256], step[8], text_a[8], text_b[8];
};

#define ADDRESS(member) (BASE + (uint32_t)offsetof(struct image, member))

/*
 * Loads the arguments and the number of a call into the registers, makes the call, and then the
 * next one. If a call fails, the program exits with its error.
 */
static const uint32_t code[] = {
	0xe28f801c, /* add   r8, pc, #28: the address of `calls` */
	0xe8b80087, /* ldm   r8!, {r0, r1, r2, r7} */
	0xef000000, /* svc   0 */
	0xe3500000, /* cmp   r0, #0 */
	0xa8b80087, /* ldmge r8!, {r0, r1, r2, r7} */
	0xaf000000, /* svcge 0 */
	0xe2600000, /* rsb   r0, r0, #0 */
	0xe3a07001, /* mov   r7, #1: exit */
	0xef000000, /* svc   0 */
};

static void make_image(struct image *image, size_t number)
{
	const struct step *step = &steps[number];

	*image = (struct image){
		.header = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB,
				     EV_CURRENT },
			.e_type = ET_EXEC,
			.e_machine = EM_ARM,
			.e_version = EV_CURRENT,
			.e_entry = ADDRESS(code),
			.e_phoff = offsetof(struct image, segment),
			.e_flags = EF_ARM_EABI_VER5,
			.e_ehsize = sizeof(Elf32_Ehdr),
			.e_phentsize = sizeof(Elf32_Phdr),
			.e_phnum = 1,
		},
		.segment = {
			.p_type = PT_LOAD,
			.p_vaddr = BASE,
			.p_filesz = sizeof(*image),
			.p_memsz = sizeof(*image),
			.p_flags = PF_R | PF_X,
			.p_align = BASE, /* a multiple of all sizes of pages */
		},
		.calls = {
			{ step->text_a ? ADDRESS(text_a) : step->a,
			  step->text_b ? ADDRESS(text_b) : step->b, step->c, step->call },
			{ ADDRESS(program), ADDRESS(argv), ADDRESS(envp), CALL_EXECVE },
		},
		.argv = { ADDRESS(program), ADDRESS(step), 0 },
	};
	memcpy(image->code, code, sizeof(code));
	snprintf(image->program, sizeof(image->program), "%s", account_program(NAME));
	snprintf(image->step, sizeof(image->step), "%zu", number);
	snprintf(image->text_a, sizeof(image->text_a), "%s", step->text_a ? step->text_a : "");
	snprintf(image->text_b, sizeof(image->text_b), "%s", step->text_b ? step->text_b : "");
}

/* Execute the 32-bit program for a step. Return: false if this machine has no such programs. */
static bool execute(size_t number)
{
	char path[128], *const argv[] = { path, NULL }, *const envp[] = { NULL };
	struct image image;
	int fd;

	make_image(&image, number);
	fd = open(NAME, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	CHECK(fd >= 0);
	files_created(NAME);
	CHECK(write(fd, &image, sizeof(image)) == sizeof(image));
	files_modified(NAME, "CONTENT");
	CHECK(close(fd) == 0);
	if (steps[number].call == CALL_WRITE) {
		fd = open("a", O_WRONLY);
		CHECK(dup2(fd, FD) == FD && close(fd) == 0);
	}
	snprintf(path, sizeof(path), "%s", files_path(NAME));
	execve(path, argv, envp);
	CHECK(errno == ENOEXEC);
	account_exec_failed(ENOEXEC, path, argv);
	files_unlink(NAME);
	return false;
}

/* Add the exec of the 32-bit program, and the event of its call. */
static void enter(size_t number)
{
	char path[128], *argv[] = { path, NULL }, *envp[] = { NULL };
	const struct step *step = &steps[number];
	struct account_file f = files_now(step->name);

	snprintf(path, sizeof(path), "%s", files_path(NAME));
	account_exec_other(path, argv, envp);
	f.change = step->change;
	f.unseen = true;
	if (step->call == CALL_RENAME)
		f.old_path = files_path("b");
	if (step->call == CALL_UNLINK) {
		f.path = files_path("c");
		/* The event may have the change time from before the deletion. */
		f.st.st_ctim = f.st.st_mtim;
	}
	account_file(step->event, &f);
}

int main(int argc, char **argv, char **envp)
{
	size_t next = 0;

	if (argc == 1) {
		account_begin(argv, envp);
		files_begin();
	} else {
		size_t done = strtoul(argv[1], NULL, 10);

		files_continue();
		enter(done);
		account_exec(argv, envp);
		if (steps[done].call == CALL_WRITE)
			CHECK(close(FD) == 0);
		files_unlink(NAME);
		next = done + 1;
	}
	if (next < STEPS && !execute(next))
		account_cannot("no 32-bit programs on this machine (execve is ENOEXEC)");
	else
		files_unlink("a");
	files_end();
	return account_end();
}
