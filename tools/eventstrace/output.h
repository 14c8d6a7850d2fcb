/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens the output of events, and writes the other lines there. */
#ifndef TOOLS_EVENTSTRACE_OUTPUT_H
#define TOOLS_EVENTSTRACE_OUTPUT_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/include/eventstrace.h"

/* Make sure that 0, 1 and 2 are open, so that no other file can get their numbers. */
int output_guard_standard_fds(void);

/* How to open a file for writing. */
struct output_how {
	unsigned int mode;    /* permissions of a new file */
	bool append;          /* keep the content of a regular file, and write after it */
	bool compressed;      /* what is written is compressed with zstd */
	bool reopens;         /* output_reopen() is needed later */
	uint64_t patience_ns; /* longest wait for a FIFO's reader; 0: for ever, or until a signal */
};

/* An open output. */
struct output_file {
	int fd;
	int folder;              /* O_PATH; -1: output_reopen() is not possible */
	char name[NAME_MAX + 1]; /* in this folder */
	const char *path;        /* as given; NULL: stdout */
};

#define OUTPUT_FILE_NONE { .fd = -1, .folder = -1 }

/**
 * output_open() - open a file for writing, like a shell's ">" or ">>"
 * @path:	the file; NULL is stdout
 * @how:	how to open it
 * @ret:	receives the file; the caller closes its descriptors
 *
 * An existing regular file of this user is emptied, or its last line is ended if there is no
 * newline. In a compressed file, an incomplete frame at its end is removed instead, and a message
 * reports it. If others can read the file, a warning reports that.
 * In a directory that others can write to, the function follows no symbolic link. There it also
 * refuses a regular file that another user owns, or that has another name.
 *
 * Return: 0, or a negative errno, for which output_strerror() has the message. -EMLINK: a link.
 * -ENOTUNIQ: others may control the file. -EILSEQ: the content is compressed and @how is not, or
 * vice versa. -ENXIO: no program reads the FIFO.
 */
int output_open(const char *path, const struct output_how *how, struct output_file *ret);

/**
 * output_reopen() - open the file of the same name again, after it was renamed
 * @file:	a regular file that output_open() has opened
 * @how:	how to open it: mode, append
 *
 * Works without the file's path, and after privileges were dropped. The rules of output_open() for
 * directories that others can write to hold again. An existing file is never emptied. With append
 * it is continued on a new line, unless the output is compressed. Else it must be empty.
 *
 * Return: a descriptor; 0: it is still the same file; or a negative errno: as output_open();
 * -EEXIST: it is not empty; -EMEDIUMTYPE: it is no regular file.
 */
int output_reopen(const struct output_file *file, const struct output_how *how);

/**
 * output_rotate() - rename a file to FILE.1, FILE.1 to FILE.2, and so on, and open a new one
 * @file:	a regular file that output_open() has opened
 * @how:	how to open it: mode, append
 * @keep:	number of renamed files; FILE.@keep is replaced, and those above are removed
 *
 * If another program has renamed the file meanwhile, it only opens a new one.
 *
 * Return: a descriptor above 0, or a negative errno.
 */
int output_rotate(const struct output_file *file, const struct output_how *how, unsigned int keep);

/**
 * output_find() - find the folder of a file that output_replace() will make
 * @path:	a regular file, or a name that does not exist
 * @ret:	receives the folder and the name, and no open file; the caller closes the folder
 *
 * Return: 0, or a negative errno: as output_open(); -EMEDIUMTYPE: it is no regular file.
 */
int output_find(const char *path, struct output_file *ret);

/**
 * output_replace() - make a file with a content, and give it the name of another, which is removed
 * @file:	of output_find()
 * @mode:	its permissions
 * @data:	the content
 * @size:	in bytes
 *
 * A reader sees the old content or the new one. Works after privileges were dropped.
 *
 * Return: 0 or a negative errno; then the old file stays.
 */
int output_replace(const struct output_file *file, unsigned int mode, const char *data,
		   size_t size);

/* Room for the members of the header line, with a terminating 0. */
#define HEADER_MAX 2048

/* Write text. Return: as output_features(). */
int output_text(int fd, const char *text, size_t size);

/* The message for an error of output_open(). */
const char *output_strerror(int err);

/* True if the file of --output is this regular file. NULL is stdout. */
bool output_is(const char *path, int fd);

/*
 * Write the line of --print-features-on-init. @header is what --header adds to it, or empty.
 * Return: 0, -ECANCELED: a stop was requested before the output took it, or a negative errno.
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
 * write there; or another negative errno.
 */
int output_open_folder(const char *path, const struct output_folder_how *how);

#endif /* TOOLS_EVENTSTRACE_OUTPUT_H */
