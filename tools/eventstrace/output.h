/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens the output of events, and writes lines to it that are no events. */
#ifndef TOOLS_EVENTSTRACE_OUTPUT_H
#define TOOLS_EVENTSTRACE_OUTPUT_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/include/eventstrace.h"

/*
 * Make sure that the descriptors 0, 1 and 2 are open, so that no other file gets these numbers.
 * Return: 0 or a negative errno.
 */
int output_guard_standard_fds(void);

/* How to open a file for writing. */
struct output_how {
	unsigned int mode;    /* permissions of a new file */
	bool append;          /* keep the content of a regular file, and write at its end */
	bool compressed;      /* the written data is compressed with zstd */
	bool reopens;         /* output_reopen() is needed later */
	uint64_t patience_ns; /* longest wait for a FIFO's reader; 0: no limit */
};

/* An open output. */
struct output_file {
	int fd;
	int folder;              /* O_PATH descriptor; -1: output_reopen() is not possible */
	char name[NAME_MAX + 1]; /* name of the file in the folder */
	const char *path;        /* as on the command line; NULL: stdout */
};

#define OUTPUT_FILE_NONE { .fd = -1, .folder = -1 }

/**
 * output_open() - open a file for writing, like a shell's ">" or ">>"
 * @path:		the file; NULL is stdout
 * @how:		how to open it
 * @ret:		receives the file; the caller closes its descriptors
 *
 * Empties an existing regular file of this user. With append, ends its last line if the newline is
 * missing. In a compressed file, removes an incomplete frame at the end instead, and prints a
 * message. If other users can read the file, a warning is printed.
 *
 * In a directory that other users can write to, the function follows no symbolic link. There, it
 * also refuses a regular file that another user owns, or that has several names.
 *
 * Return: 0, or a negative errno, for which output_strerror() has the message. -EMLINK: a symbolic
 * link. -ENOTUNIQ: other users may control the file. -EILSEQ: the content is compressed and @how is
 * not, or vice versa. -ENXIO: no program reads the FIFO.
 */
int output_open(const char *path, const struct output_how *how, struct output_file *ret);

/**
 * output_reopen() - open the file of the same name again, after it was renamed
 * @file:		a regular file that output_open() has opened
 * @how:		how to open it: mode, append, compressed
 *
 * Needs no path, so it also works after privileges were dropped. The rules of output_open() for
 * directories that other users can write to apply. An existing file is never emptied. With append,
 * the function begins a new line in it, unless the output is compressed. Otherwise, the file must
 * be empty.
 *
 * Return: a descriptor; 0: the name still belongs to the open file; or a negative errno as
 * output_open(); -EEXIST: the file is not empty; -EMEDIUMTYPE: it is not a regular file.
 */
int output_reopen(const struct output_file *file, const struct output_how *how);

/**
 * output_rotate() - rename FILE.1 to FILE.2 and so on, FILE to FILE.1, and open a new file
 * @file:		a regular file that output_open() has opened
 * @how:		how to open it: mode, append, compressed
 * @keep:		number of renamed files to keep; files with larger numbers are removed
 *
 * If another program has renamed the file meanwhile, the function only opens a new file.
 *
 * Return: a descriptor above 0, or a negative errno.
 */
int output_rotate(const struct output_file *file, const struct output_how *how, unsigned int keep);

/**
 * output_find() - find the folder of a file that output_replace() will make
 * @path:		a regular file, or a name that does not exist
 * @ret:		receives the folder and the name, but no open file; the caller closes the
 *		folder
 *
 * Return: 0, or a negative errno as output_open(); -EMEDIUMTYPE: not a regular file.
 */
int output_find(const char *path, struct output_file *ret);

/**
 * output_replace() - replace a file by a new file with the given content
 * @file:		from output_find()
 * @mode:		permissions of the new file
 * @data:		the content
 * @size:		size of the content in bytes
 *
 * A reader sees either the old or the new content, because the new file is renamed when it is
 * complete. Works after privileges were dropped.
 *
 * Return: 0; or a negative errno: the old file stays.
 */
int output_replace(const struct output_file *file, unsigned int mode, const char *data,
		   size_t size);

/* Size of a buffer for the members of the header line, with a terminating NUL. */
#define HEADER_MAX 2048

/* Write all of a text. Return: as output_features(). */
int output_text(int fd, const char *text, size_t size);

/* The message for an error of the functions in this file. */
const char *output_strerror(int err);

/* True if @path is a regular file, and @fd is the same file. @path: NULL is stdout. */
bool output_is(const char *path, int fd);

/*
 * Write the line of --print-features-on-init. @header: the members that --header adds, or an empty
 * string. Return: 0; -ECANCELED: a stop was requested before the output accepted the line; or a
 * negative errno.
 */
int output_features(int fd, const struct et_features *features, const char *header);

/* How output_open_folder() makes a folder. */
struct output_folder_how {
	unsigned int mode; /* permissions */
	bool has_group;    /* the folder gets `group`, and `mode` even if it was there before */
	uint32_t group;
	bool has_owner; /* a folder that is made gets `owner` */
	uint32_t owner;
};

/**
 * output_open_folder() - open a folder for files of this process, or make it
 * @path:	its path; a slash at the end is ignored
 * @how:	how to make it
 *
 * Follows no link in a directory that other users can write, as output_open(). The folder above
 * must be there.
 *
 * Return: a descriptor for reading; -EMEDIUMTYPE if it is no folder; -EREMOTE if all users can
 * write there; -ENOTEMPTY if its group or permissions would change although it has files of another
 * kind; or another negative errno. After a failure, a folder that was there is as before.
 */
int output_open_folder(const char *path, const struct output_folder_how *how);

#endif /* TOOLS_EVENTSTRACE_OUTPUT_H */
