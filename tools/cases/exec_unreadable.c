/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Failing execs with an argument list, a string and a path in different memory: readable,
 * unreadable, readable in part, and not touched yet. All combinations are tested. The event has the
 * bytes that were in the process's page tables at the end of the call.
 */
#include "tools/cases/account.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum memory {
	READABLE,
	/* mapped, but not readable; after munmap(2), another mapping could get the address */
	UNMAPPED,
	CUT,       /* the second part is in an unreadable page */
	UNTOUCHED, /* mapped, but not in the page table */
	MEMORIES,
};

static size_t page;

static char *map_pages(size_t count, int fd, off_t from)
{
	char *at = mmap(NULL, count * page, PROT_READ | (fd < 0 ? PROT_WRITE : 0),
			MAP_PRIVATE | (fd < 0 ? MAP_ANONYMOUS : 0), fd, from);

	CHECK(at != MAP_FAILED);
	return at;
}

/* Make @size bytes of memory of this kind. For CUT, only the first @cut bytes are readable. */
static char *place(enum memory kind, const void *data, size_t size, size_t cut)
{
	static int fd = -1;
	static off_t end;
	char *at;

	if (fd < 0) {
		fd = memfd_create("untouched", MFD_CLOEXEC);
		CHECK(fd >= 0);
		account_memfd_create("untouched", MFD_CLOEXEC);
	}
	switch (kind) {
	case UNTOUCHED:
		CHECK(pwrite(fd, data, size, end) == (ssize_t)size);
		at = map_pages(1, fd, end);
		end += (off_t)page;
		return at;
	case CUT:
		at = map_pages(2, -1, 0);
		CHECK(mprotect(at + page, page, PROT_NONE) == 0);
		at += page - cut;
		memcpy(at, data, cut);
		return at;
	default:
		at = map_pages(1, -1, 0);
		memcpy(at, data, size);
		if (kind == UNMAPPED)
			CHECK(mprotect(at, page, PROT_NONE) == 0);
		return at;
	}
}

/* True if the page is in memory, so that a program can read it. */
static bool is_present(const void *at)
{
	uint64_t entry = 0;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);

	CHECK(fd >= 0);
	CHECK(pread(fd, &entry, sizeof(entry), (off_t)((uintptr_t)at / page * sizeof(entry))) ==
	      sizeof(entry));
	close(fd);
	return entry >> 63;
}

static bool is_readable(enum memory kind, const void *at)
{
	return kind == READABLE || (kind == UNTOUCHED && is_present(at));
}

static void fails(enum memory list, enum memory string, enum memory path)
{
	static const char name[] = "/nonexistent/unreadable", text[] = "a string";
	char *told[3] = { "zero", NULL, NULL };
	char *pointers[3] = { "zero", NULL, NULL };
	char *const env[] = { "X=1", NULL };
	const char *at = place(path, name, sizeof(name), 5);
	bool path_is_readable, whole = false;
	char **args;

	pointers[1] = place(string, text, sizeof(text), 3);
	args = (char **)place(list, pointers, sizeof(pointers), 2 * sizeof(*pointers));
	errno = 0;
	CHECK(execve(at, args, env) == -1 && (errno == ENOENT || errno == EFAULT));
	/* After the call: the kernel has read the path, and may have faulted its page in. */
	path_is_readable = is_readable(path, at);
	if (list == CUT || is_readable(list, args)) {
		whole = is_readable(string, pointers[1]);
		told[1] = whole ? pointers[1] : NULL;
		whole = whole && list != CUT;
	} else {
		told[0] = NULL;
	}
	account_exec_failed_flagged(errno, path_is_readable ? at : "",
				    path_is_readable ? NULL : "fault", told,
				    whole ? NULL : "fault");
}

/* One argument of @size bytes, with its terminator, followed by an unreadable page. */
static void fails_at_cap(size_t size, const char *flag)
{
	size_t pages = size / page + 1;
	char *at = map_pages(pages + 1, -1, 0), *args[2];

	CHECK(mprotect(at + pages * page, page, PROT_NONE) == 0);
	args[0] = at + pages * page - size;
	args[1] = NULL;
	memset(args[0], 'c', size - 1);
	CHECK(execve("/nonexistent/cap", args, (char *[]){ NULL }) == -1);
	account_exec_failed_flagged(errno, "/nonexistent/cap", NULL, args, flag);
}

/* One argument without a terminator, followed by an unreadable page. */
static void fails_behind_cap(size_t size, size_t told, const char *flag)
{
	size_t pages = size / page + 1;
	char *at = map_pages(pages + 1, -1, 0), *args[2], *copy;

	CHECK(mprotect(at + pages * page, page, PROT_NONE) == 0);
	args[0] = at + pages * page - size;
	args[1] = NULL;
	memset(args[0], 'c', size);
	CHECK(execve("/nonexistent/cap", args, (char *[]){ NULL }) == -1);
	copy = strndup(args[0], told);
	CHECK(copy);
	account_exec_failed_flagged(errno, "/nonexistent/cap", NULL,
				    told ? (char *[]){ copy, NULL } : (char *[]){ NULL }, flag);
	free(copy);
}

/* An event has at most 256 strings. */
static void fails_with(size_t count, const char *flag)
{
	char *args[300], *told[300];

	for (size_t i = 0; i < count; i++)
		args[i] = told[i] = "n";
	args[count] = told[count < 256 ? count : 256] = NULL;
	CHECK(execve("/nonexistent/many", args, (char *[]){ NULL }) == -1);
	account_exec_failed_flagged(errno, "/nonexistent/many", NULL, told, flag);
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	page = (size_t)sysconf(_SC_PAGESIZE);
	for (int list = READABLE; list < MEMORIES; list++)
		for (int string = READABLE; string < MEMORIES; string++)
			for (int path = READABLE; path < MEMORIES; path++)
				fails(list, string, path);
	fails_at_cap(20479, NULL);
	fails_at_cap(20480, NULL);
	fails_at_cap(20481, "partial");
	fails_behind_cap(20479, 0, "fault");
	fails_behind_cap(20480, 20480, "partial");
	fails_behind_cap(20481, 20481, "partial");
	fails_with(255, NULL);
	fails_with(256, NULL);
	fails_with(257, "partial");
	fails_with(299, "partial");
	return account_end();
}
