/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls of 32-bit programs: operations on files, and an exec. A 64-bit program can make them
 * by int $0x80. Tracepoints of system calls do not see these calls.
 */
#include "tools/cases/files.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* arch/x86/entry/syscalls/syscall_32.tbl */
enum call {
	CALL_WRITE = 4,
	CALL_OPEN = 5,
	CALL_LINK = 9,
	CALL_UNLINK = 10,
	CALL_EXECVE = 11,
	CALL_CHMOD = 15,
	CALL_GETPID = 20,
	CALL_RENAME = 38,
	CALL_TRUNCATE = 92,
};

/* Make a 32-bit call. Its arguments have 32 bits. Return: a value or a negative errno. */
static int call(enum call nr, uint32_t a, uint32_t b, uint32_t c)
{
	long ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"((long)nr), "b"((long)a), "c"((long)b), "d"((long)c)
			 : "memory", "cc");
	return (int)ret;
}

/* Allocate @size bytes with a 32-bit address. The memory is not freed. */
static void *low(size_t size)
{
	static char *at, *end;

	if (!at) {
		at = mmap(NULL, 65536, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
		CHECK(at != MAP_FAILED);
		end = at + 65536;
	}
	size = (size + 7) & ~(size_t)7;
	CHECK(size <= (size_t)(end - at));
	at += size;
	return at - size;
}

static uint32_t address(const void *at)
{
	CHECK((uintptr_t)at == (uint32_t)(uintptr_t)at);
	return (uint32_t)(uintptr_t)at;
}

static uint32_t string(const char *text)
{
	size_t size = strlen(text) + 1;

	return address(memcpy(low(size), text, size));
}

/* ---- files --------------------------------------------------------------------------------- */

static void enter(const char *type, struct account_file f)
{
	f.unseen = true;
	account_file(type, &f);
}

static void enter_change(const char *name, const char *change)
{
	struct account_file f = files_now(name);

	f.change = change;
	enter("FILE_MODIFY", f);
}

static void files(void)
{
	struct account_file f;
	int fd;

	fd = call(CALL_OPEN, string("a"), O_WRONLY | O_CREAT | O_EXCL, 0600);
	CHECK(fd >= 0);
	enter("FILE_CREATE", files_now("a"));
	CHECK(call(CALL_WRITE, (uint32_t)fd, string("text"), 4) == 4);
	enter_change("a", "CONTENT");
	CHECK(close(fd) == 0);
	CHECK(call(CALL_TRUNCATE, string("a"), 2, 0) == 0);
	enter_change("a", "CONTENT");
	CHECK(call(CALL_CHMOD, string("a"), 0640, 0) == 0);
	enter_change("a", "PERMISSIONS");
	CHECK(call(CALL_LINK, string("a"), string("b"), 0) == 0);
	enter("FILE_CREATE", files_now("b"));
	CHECK(call(CALL_RENAME, string("b"), string(files_path("c")), 0) == 0);
	f = files_now("c");
	f.old_path = files_path("b");
	enter("FILE_RENAME", f);
	for (const char *const *name = (const char *const[]){ "c", "a", NULL }; *name; name++) {
		f = files_now(*name);
		CHECK(call(CALL_UNLINK, string(*name), 0, 0) == 0);
		enter("FILE_DELETE", f);
	}
}

/* ---- an exec ------------------------------------------------------------------------------- */

static void executes(void)
{
	uint32_t *args = low(3 * sizeof(*args)), *env = low(2 * sizeof(*env));
	pid_t pid;

	args[0] = string("int80_x86_64");
	args[1] = string("an argument");
	args[2] = 0;
	env[0] = string("E=1");
	env[1] = 0;
	pid = account_fork();
	if (!pid) {
		call(CALL_EXECVE, string(account_program("report")), address(args), address(env));
		CHECK(!"execve");
	}
	account_wait(pid, 17);
}

/* ---- a kernel without 32-bit user code ------------------------------------------------------- */

static sigjmp_buf before_call;
static volatile sig_atomic_t fault_code;

static void faulted(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	fault_code = info->si_code;
	siglongjmp(before_call, 1);
}

/*
 * A kernel without 32-bit calls has no interrupt gate for int $0x80. The CPU then raises a general
 * protection fault.
 */
static bool has_calls(void)
{
	const struct sigaction catch = { .sa_sigaction = faulted, .sa_flags = SA_SIGINFO };
	struct sigaction before;
	bool has = false;

	CHECK(sigaction(SIGSEGV, &catch, &before) == 0);
	if (sigsetjmp(before_call, 1) == 0) {
		CHECK(call(CALL_GETPID, 0, 0, 0) == getpid());
		has = true;
	}
	CHECK(sigaction(SIGSEGV, &before, NULL) == 0);
	CHECK(has || fault_code == SI_KERNEL);
	return has;
}

/* A kernel without 32-bit calls does not execute 32-bit programs either. */
static void runs_no_program(void)
{
	static const struct {
		Elf32_Ehdr header;
		Elf32_Phdr segment;
	} image = {
		.header = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB,
				     EV_CURRENT },
			.e_type = ET_EXEC,
			.e_machine = EM_386,
			.e_version = EV_CURRENT,
			.e_entry = 0x08048000 + sizeof(image),
			.e_phoff = sizeof(Elf32_Ehdr),
			.e_ehsize = sizeof(Elf32_Ehdr),
			.e_phentsize = sizeof(Elf32_Phdr),
			.e_phnum = 1,
		},
		.segment = {
			.p_type = PT_LOAD,
			.p_vaddr = 0x08048000,
			.p_filesz = sizeof(image),
			.p_memsz = sizeof(image),
			.p_flags = PF_R | PF_X,
			.p_align = 4096,
		},
	};
	char name[] = "./i386", argument[] = "i386", *const args[] = { argument, NULL };
	char *const env[] = { NULL };
	int fd;

	fd = open("i386", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	CHECK(fd >= 0);
	files_created("i386");
	CHECK(write(fd, &image, sizeof(image)) == sizeof(image));
	files_modified("i386", "CONTENT");
	CHECK(close(fd) == 0);
	CHECK(execve(name, args, env) == -1 && errno == ENOEXEC);
	account_exec_failed(ENOEXEC, name, args);
	files_unlink("i386");
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	files_begin();
	if (has_calls()) {
		files();
		files_end();
		executes();
		return account_end();
	}
	runs_no_program();
	files_end();
	account_cannot("no 32-bit system calls on this machine (int $0x80 is SIGSEGV, "
		       "an i386 program ENOEXEC)");
	return account_end();
}
