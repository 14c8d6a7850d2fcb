/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mkcpio OUT PATH=FILE...: write an archive with each FILE at its PATH. With PATH/=FILE, the file
 * keeps its name in the directory PATH. PATH alone is an empty directory.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tools/vmtest/cpio.h"

static int add(struct cpio *c, const char *word)
{
	const char *is = strchr(word, '='), *name;
	char path[4096];

	if (!is)
		return cpio_folder(c, word);
	name = is > word && is[-1] == '/' ? basename(is + 1) : "";
	if (snprintf(path, sizeof(path), "%.*s%s", (int)(is - word), word, name) >=
	    (int)sizeof(path))
		return -ENAMETOOLONG;
	return cpio_copy(c, path, is + 1);
}

int main(int argc, char **argv)
{
	struct cpio c;
	FILE *out;
	int r;

	if (argc < 2) {
		fprintf(stderr, "usage: mkcpio OUT PATH=FILE...\n");
		return 2;
	}
	out = fopen(argv[1], "we");
	if (!out) {
		fprintf(stderr, "mkcpio: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	cpio_begin(&c, out);
	/* The kernel opens /dev/console for init before init mounts /dev. */
	r = cpio_device(&c, "dev/console", 5, 1);
	for (int i = 2; i < argc && r == 0; i++) {
		r = add(&c, argv[i]);
		if (r < 0)
			fprintf(stderr, "mkcpio: %s: %s\n", argv[i], strerror(-r));
	}
	if (r == 0)
		r = cpio_end(&c);
	if (fclose(out) == EOF)
		r = -EIO;
	if (r < 0)
		fprintf(stderr, "mkcpio: %s: %s\n", argv[1], strerror(-r));
	return r < 0;
}
