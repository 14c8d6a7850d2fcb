/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An exec that fails after the point of no return: the kernel maps the first segment of the file,
 * and cannot map the second. At the address of the call's strings, memory then has other strings.
 */
#include "tools/cases/account.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 65536UL /* a multiple of all sizes of pages */
#define SIZE 4096UL  /* bytes of the first segment: the strings are in its only page */
/* Address of the strings, before and after the exec. */
#define PLACE 0x20000000UL

/* Strings of a call, at PLACE. */
struct strings {
	char *argv[3];
	char path[96], zero[32], one[32];
};

static void fill(struct strings *at, const char *path, const char *zero, const char *one)
{
	struct strings *in_place = (struct strings *)PLACE;

	memset(at, 0, sizeof(*at));
	at->argv[0] = in_place->zero;
	at->argv[1] = in_place->one;
	snprintf(at->path, sizeof(at->path), "%s", path);
	snprintf(at->zero, sizeof(at->zero), "%s", zero);
	snprintf(at->one, sizeof(at->one), "%s", one);
}

/* The processor of this program, in ELF's numbers. */
static Elf64_Half own_machine(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	Elf64_Ehdr elf;

	CHECK(fd >= 0 && read(fd, &elf, sizeof(elf)) == sizeof(elf) && close(fd) == 0);
	return elf.e_machine;
}

static void write_program(const char *path)
{
	static char file[3 * PAGE];
	Elf64_Ehdr *elf = (Elf64_Ehdr *)file;
	Elf64_Phdr *segment = (Elf64_Phdr *)(elf + 1);
	int fd;

	memcpy(elf->e_ident, ELFMAG, SELFMAG);
	elf->e_ident[EI_CLASS] = ELFCLASS64;
	elf->e_ident[EI_DATA] = ELFDATA2LSB;
	elf->e_ident[EI_VERSION] = EV_CURRENT;
	elf->e_type = ET_EXEC;
	elf->e_machine = own_machine();
	elf->e_version = EV_CURRENT;
	elf->e_entry = PLACE;
	elf->e_phoff = sizeof(*elf);
	elf->e_ehsize = sizeof(*elf);
	elf->e_phentsize = sizeof(*segment);
	elf->e_phnum = 2;
	segment[0] = (Elf64_Phdr){ .p_type = PT_LOAD,
				   .p_flags = PF_R | PF_W | PF_X,
				   .p_offset = PAGE,
				   .p_vaddr = PLACE,
				   .p_filesz = SIZE - 64,
				   .p_memsz = SIZE,
				   .p_align = PAGE };
	/*
	 * The kernel clears the memory after the bytes of the first segment, so that page is in
	 * memory. The second segment cannot be mapped: its offset and its address differ within a
	 * page.
	 */
	segment[1] = segment[0];
	segment[1].p_offset = 2 * PAGE + 16;
	segment[1].p_vaddr = PLACE + 16 * PAGE;
	segment[1].p_filesz = segment[1].p_memsz = 64;
	fill((struct strings *)(file + PAGE), "/usr/bin/innocent", "innocent", "--help");

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	CHECK(fd >= 0 && write(fd, file, sizeof(file)) == sizeof(file));
	close(fd);
}

int main(int argc, char **argv, char **envp)
{
	struct rlimit no_core = { 0, 0 };
	struct account_snap *child;
	struct strings *strings;
	char dir[64], evil[96];
	char *const nothing[] = { NULL };
	int status;
	pid_t pid;

	(void)argc;
	account_begin(argv, envp);
	CHECK(setrlimit(RLIMIT_CORE, &no_core) == 0);
	snprintf(dir, sizeof(dir), "%s", account_tmpdir());
	snprintf(evil, sizeof(evil), "%s/evil", dir);
	write_program(evil);
	child = mmap(NULL, sizeof(*child), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	CHECK(child != MAP_FAILED);
	strings = mmap((void *)PLACE, PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	CHECK(strings == (void *)PLACE);
	fill(strings, evil, "evil", "--steal");

	pid = account_fork();
	if (!pid) {
		account_snap(child);
		execve(strings->path, strings->argv, nothing);
		CHECK(!"execve");
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	/* The kernel has changed the thread's name before the exec fails. */
	snprintf(child->comm, sizeof(child->comm), "evil");
	account_exec_failed_by(child, EINVAL, evil, NULL, nothing, "fault");
	account_exited(child, 0, SIGSEGV, false);
	CHECK(unlink(evil) == 0 && rmdir(dir) == 0);
	return account_end();
}
