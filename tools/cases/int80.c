/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What 32-bit programs do: files and an exec by the table of 32-bit calls, which a 64-bit program
 * gets to by their own instruction. Tracepoints of system calls do not tell of it.
 */
#include "tools/cases/files.h"

#include <fcntl.h>
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

/* The case fails; as CHECK() does, with what a handler may call. */
static void refused(int sig)
{
	static const char text[] = "int80: the kernel has no calls of 32-bit programs, "
				   "which CONFIG_IA32_EMULATION is for\n";

	(void)sig;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) > 0)
		_exit(99);
	_exit(98);
}

/* Arguments are of 32 bits, and so is what it returns: a negative errno, or not. */
static int call(enum call nr, uint32_t a, uint32_t b, uint32_t c)
{
	long ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"((long)nr), "b"((long)a), "c"((long)b), "d"((long)c)
			 : "memory", "cc");
	return (int)ret;
}

/* Memory that 32 bits can name, a part of it at a time. */
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

	args[0] = string("int80");
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

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	signal(SIGSEGV, refused);
	CHECK(call(CALL_GETPID, 0, 0, 0) == getpid());
	signal(SIGSEGV, SIG_DFL);
	files_begin();
	files();
	files_end();
	executes();
	return account_end();
}
