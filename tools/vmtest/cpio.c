/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tools/vmtest/cpio.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Names and contents are padded to a multiple of this, in bytes. */
#define ALIGN 4
/* The length of an archive is a multiple of this by convention, in bytes. */
#define BLOCK 512

/* An entry of the archive, without its name and content. */
struct entry {
	unsigned int mode, major, minor;
	size_t len;
};

void cpio_begin(struct cpio *c, FILE *out)
{
	*c = (struct cpio){ .out = out };
}

static int pad(FILE *out, size_t multiple)
{
	long at = ftell(out);

	if (at < 0)
		return -errno;
	for (size_t i = (size_t)at % multiple; i && i < multiple; i++)
		if (putc(0, out) == EOF)
			return -EIO;
	return 0;
}

static int add(struct cpio *c, const char *path, const struct entry *e, const void *data)
{
	int r;

	/* The format has eight hexadecimal digits for the length. */
	if (e->len > UINT32_MAX)
		return -EFBIG;
	/* All entries belong to root and have the time 0. So equal contents give equal archives. */
	fprintf(c->out, "070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X", ++c->inode,
		e->mode, 0U, 0U, 1U, 0U, e->len, 0U, 0U, e->major, e->minor, strlen(path) + 1, 0U);
	fwrite(path, 1, strlen(path) + 1, c->out);
	r = pad(c->out, ALIGN);
	if (r < 0)
		return r;
	fwrite(data, 1, e->len, c->out);
	r = pad(c->out, ALIGN);
	return ferror(c->out) ? -EIO : r;
}

static bool has_folder(const struct cpio *c, const char *path)
{
	for (size_t i = 0; i < c->folder_count; i++)
		if (!strcmp(c->folders[i], path))
			return true;
	return false;
}

/* Keep @path in the list of directories, which then owns it. */
static int keep_folder(struct cpio *c, char *path)
{
	char **grown = realloc(c->folders, (c->folder_count + 1) * sizeof(*grown));

	if (!grown) {
		free(path);
		return -ENOMEM;
	}
	c->folders = grown;
	c->folders[c->folder_count++] = path;
	return 0;
}

/* Add the directories that contain @path, the outermost first. */
static int add_parents(struct cpio *c, const char *path)
{
	const struct entry folder = { .mode = S_IFDIR | 0755 };

	for (const char *end = strchr(path, '/'); end; end = strchr(end + 1, '/')) {
		char *parent = strndup(path, (size_t)(end - path));
		int r;

		if (!parent)
			return -ENOMEM;
		if (has_folder(c, parent)) {
			free(parent);
			continue;
		}
		r = add(c, parent, &folder, "");
		if (r < 0) {
			free(parent);
			return r;
		}
		r = keep_folder(c, parent);
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_with_parents(struct cpio *c, const char *path, const struct entry *e,
			    const void *data)
{
	int r;

	path += strspn(path, "/");
	r = add_parents(c, path);
	return r < 0 ? r : add(c, path, e, data);
}

int cpio_file(struct cpio *c, const char *path, unsigned int mode, const void *data, size_t len)
{
	const struct entry e = { .mode = S_IFREG | mode, .len = len };

	return add_with_parents(c, path, &e, data);
}

int cpio_copy(struct cpio *c, const char *path, const char *from)
{
	FILE *f = fopen(from, "re");
	struct stat st;
	char *data;
	int r = 0;

	if (!f)
		return -errno;
	if (fstat(fileno(f), &st) < 0) {
		r = -errno;
		fclose(f);
		return r;
	}
	data = malloc((size_t)st.st_size + 1);
	if (!data)
		r = -ENOMEM;
	else if (fread(data, 1, (size_t)st.st_size, f) != (size_t)st.st_size)
		r = -EIO;
	else
		r = cpio_file(c, path, st.st_mode & 0100 ? 0755 : 0644, data, (size_t)st.st_size);
	free(data);
	fclose(f);
	return r;
}

int cpio_folder(struct cpio *c, const char *path)
{
	char *inside;
	int r;

	path += strspn(path, "/");
	if (asprintf(&inside, "%s/", path) < 0)
		return -ENOMEM;
	r = add_parents(c, inside);
	free(inside);
	return r;
}

int cpio_device(struct cpio *c, const char *path, unsigned int major, unsigned int minor)
{
	const struct entry e = { .mode = S_IFCHR | 0600, .major = major, .minor = minor };

	return add_with_parents(c, path, &e, "");
}

int cpio_end(struct cpio *c)
{
	const struct entry none = { 0 };
	int r = add(c, "TRAILER!!!", &none, "");

	if (r == 0)
		r = pad(c->out, BLOCK);
	if (r == 0 && fflush(c->out) == EOF)
		r = -EIO;
	for (size_t i = 0; i < c->folder_count; i++)
		free(c->folders[i]);
	free(c->folders);
	*c = (struct cpio){ 0 };
	return r;
}
