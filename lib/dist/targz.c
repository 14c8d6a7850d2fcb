/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packs a folder into a compressed tar archive:
 *
 *	targz OUT FOLDER
 *	targz -d TIME OUT FOLDER	names begin with "./" instead of FOLDER; all files get TIME
 *	targz -z OUT FILE		compresses one file, and makes no archive
 *
 * The same files give the same archive, byte for byte: it contains no times and users of the files,
 * and names are sorted. tar(1) and gzip(1) do not guarantee this: GNU tar 1.34 and 1.35 fill unused
 * header fields differently.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fts.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <zlib.h>

/*
 * The header of a file in a tar archive (ustar format, POSIX.1-1988). Numbers are text: octal
 * digits.
 */
struct ustar {
	char name[100];
	char mode[8];
	char uid[8];
	char gid[8];
	char size[12];
	char mtime[12];
	char checksum[8];
	char type;
	char linkname[100];
	char magic[6];
	char version[2];
	char other[247];
};

_Static_assert(sizeof(struct ustar) == 512, "a header is one block");

static __attribute__((noreturn)) void fail(const char *what)
{
	fprintf(stderr, "targz: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void put(gzFile out, const void *data, size_t size)
{
	if (size && gzwrite(out, data, (unsigned int)size) != (int)size)
		fail("cannot write");
}

static void put_octal(char *field, size_t size, unsigned long long number)
{
	char digits[32];

	snprintf(digits, sizeof(digits), "%0*llo", (int)size - 1, number);
	memcpy(field, digits, size);
}

/* Modification time of all files in the archive, in seconds since 1970. */
static unsigned long long file_time;

static void put_header(gzFile out, const char *dot, const char *name, bool is_dir, mode_t mode,
		       off_t size)
{
	struct ustar header = { .type = is_dir ? '5' : '0',
				.magic = "ustar",
				.version = { '0', '0' } };
	const unsigned char *bytes = (const unsigned char *)&header;
	unsigned int sum = 0;
	int n;

	n = snprintf(header.name, sizeof(header.name), "%s%s%s", dot, name, is_dir ? "/" : "");
	if (n < 0 || (size_t)n >= sizeof(header.name)) {
		errno = ENAMETOOLONG;
		fail(name);
	}
	put_octal(header.mode, sizeof(header.mode), mode & 0777);
	put_octal(header.uid, sizeof(header.uid), 0);
	put_octal(header.gid, sizeof(header.gid), 0);
	put_octal(header.size, sizeof(header.size), is_dir ? 0 : (unsigned long long)size);
	put_octal(header.mtime, sizeof(header.mtime), file_time);
	/* For the checksum, the header's own field `checksum` counts as spaces. */
	memset(header.checksum, ' ', sizeof(header.checksum));
	for (size_t i = 0; i < sizeof(header); i++)
		sum += bytes[i];
	put_octal(header.checksum, sizeof(header.checksum) - 1, sum);
	put(out, &header, sizeof(header));
}

/* Write the content of a file. @archived: fill the last block of the file with zeroes. */
static void put_file(gzFile out, const char *path, bool archived)
{
	FILE *f = fopen(path, "re");
	char block[512];
	size_t n = sizeof(block);

	if (!f)
		fail(path);
	while (n == sizeof(block)) {
		n = fread(block, 1, sizeof(block), f);
		memset(block + n, 0, sizeof(block) - n);
		put(out, block, archived && n ? sizeof(block) : n);
	}
	if (ferror(f))
		fail(path);
	fclose(f);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Write a folder. If @dot is not empty, names begin with it, and not with @folder's own name. */
static void put_folder(gzFile out, const char *dot, char *folder)
{
	char *const roots[] = { folder, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	const char *last = strrchr(folder, '/');
	const char zeros[1024] = { 0 };
	size_t skip = last ? (size_t)(last + 1 - folder) : 0;
	FTSENT *entry;

	if (!tree)
		fail(folder);
	if (*dot)
		skip = strlen(folder);
	while ((entry = fts_read(tree))) {
		const struct stat *st = entry->fts_statp;

		if (entry->fts_info == FTS_DP)
			continue;
		if (entry->fts_info != FTS_D && entry->fts_info != FTS_F)
			fail(entry->fts_path);
		put_header(out, dot, entry->fts_path + skip, entry->fts_info == FTS_D, st->st_mode,
			   st->st_size);
		if (entry->fts_info == FTS_F)
			put_file(out, entry->fts_path, true);
	}
	fts_close(tree);
	put(out, zeros, sizeof(zeros));
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	int first = !strcmp(how, "-d") ? 3 : !strcmp(how, "-z") ? 2 : 1;
	gzFile out;

	if (argc != first + 2) {
		fputs("usage: targz [-d TIME | -z] OUT FOLDER\n", stderr);
		return 2;
	}
	if (first == 3)
		file_time = strtoull(argv[2], NULL, 10);
	out = gzopen(argv[first], "wb9");
	if (!out)
		fail(argv[first]);
	if (first == 2)
		put_file(out, argv[first + 1], false);
	else
		put_folder(out, first == 3 ? "." : "", argv[first + 1]);
	if (gzclose(out) != Z_OK)
		fail(argv[first]);
	return 0;
}
