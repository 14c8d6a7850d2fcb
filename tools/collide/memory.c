/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/collide/memory.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Number of nested directories of the working directory: a path walk takes as many steps. */
#define DEPTH 50

static void *map(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE | MAP_LOCKED, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	/* Keep small pages, because the kernel must not merge pages while a program reads them. */
	madvise(p, size, MADV_NOHUGEPAGE);
	return p;
}

static void fill(struct collide_memory *m)
{
	for (__u32 i = 0; i < COLLIDE_BYTES; i++)
		m->bytes[i] = (unsigned char)collide_mix(i + 1);
	for (__u32 i = 0; i < COLLIDE_STRING_N; i++) {
		char *string = m->text + (size_t)i * COLLIDE_STRING_SIZE;
		size_t len = collide_mix(i + 1000) % COLLIDE_STRING_SIZE;

		m->strings[i] = string;
		for (size_t j = 0; j < len; j++)
			string[j] = (char)(1 + collide_mix(i * 1000ULL + j) % 255);
	}
	m->strings[COLLIDE_STRING_N] = NULL;
}

static int go_deep(struct collide_memory *m)
{
	char name[16];

	snprintf(m->top, sizeof(m->top), "/tmp/collide.XXXXXX");
	if (!mkdtemp(m->top)) {
		m->top[0] = '\0';
		return -errno;
	}
	if (chdir(m->top) < 0)
		return -errno;
	for (int i = 0; i < DEPTH; i++) {
		snprintf(name, sizeof(name), "folder-%d", i);
		if (mkdir(name, 0700) < 0 || chdir(name) < 0)
			return -errno;
	}
	return 0;
}

int collide_memory_init(struct collide_memory *m)
{
	ssize_t len;
	int r;

	memset(m, 0, sizeof(*m));
	m->bytes = map(COLLIDE_BYTES);
	m->text = map(COLLIDE_STRING_N * COLLIDE_STRING_SIZE);
	m->strings = map((COLLIDE_STRING_N + 1) * sizeof(*m->strings));
	if (!m->bytes || !m->text || !m->strings) {
		r = -errno;
		goto fail;
	}
	fill(m);

	len = readlink("/proc/self/exe", m->exe.text, sizeof(m->exe.text) - 1);
	if (len < 0) {
		r = -errno;
		goto fail;
	}
	m->exe.len = (size_t)len;
	r = go_deep(m);
	if (r < 0)
		goto fail;
	if (!getcwd(m->cwd.text, sizeof(m->cwd.text))) {
		r = -errno;
		goto fail;
	}
	m->cwd.len = strlen(m->cwd.text);
	return 0;

fail:
	collide_memory_done(m);
	return r;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void unmap(void *p, size_t size)
{
	if (p)
		munmap(p, size);
}

void collide_memory_done(struct collide_memory *m)
{
	if (m->top[0] && chdir("/") == 0)
		nftw(m->top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	unmap(m->bytes, COLLIDE_BYTES);
	unmap(m->text, COLLIDE_STRING_N * COLLIDE_STRING_SIZE);
	unmap((void *)m->strings, (COLLIDE_STRING_N + 1) * sizeof(*m->strings));
	memset(m, 0, sizeof(*m));
}
