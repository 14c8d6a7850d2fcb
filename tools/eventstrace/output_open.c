/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opens the file for events or records. The program has privileges, and the file's contents are
 * secret. So other users must not control which file is opened.
 *
 * The functions walk the path name by name, from one directory descriptor to the next. So no other
 * process can replace a directory by a link meanwhile.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "tools/eventstrace/output.h"
#include "tools/eventstrace/output_flags.h"
#include "tools/eventstrace/log_err.h"
#include "tools/eventstrace/same_file.h"
#include "tools/eventstrace/zstd_end.h"

/* The largest number of links in one path, as in the kernel (MAXSYMLINKS). */
#define LINKS_MAX 40

/* A position in a path. */
struct walk {
	int dir; /* descriptor of the directory of `name` */
	char name[NAME_MAX + 1];
	char rest[PATH_MAX]; /* the path after `name` */
	unsigned int links;
};

const char *output_strerror(int err)
{
	switch (err) {
	case -EMLINK:
		return "a symbolic link in a directory that others can write is not followed";
	case -EEXIST:
		return "the file is not empty, and nothing can follow what is in it";
	case -EILSEQ:
		return "its content is compressed otherwise than --compress says, so that nothing "
		       "can follow it: name another file";
	case -EMEDIUMTYPE:
		return "it is no regular file";
	case -ENOTUNIQ:
		return "in a directory that others can write, no file is used that is not ours "
		       "alone";
	case -ENOTEMPTY:
		return "it has files that are no segments, so its group and permissions are not "
		       "changed: name an empty folder, or one that this program has made";
	case -EREMOTE:
		return "all other users can write in this folder: take this permission from them";
	default:
		return strerror(-err);
	}
}

/*
 * True if users other than this user and root can create files in the directory. The group of root,
 * GID 0, is trusted.
 */
static bool others_can_write(const struct stat *dir)
{
	return (dir->st_uid && dir->st_uid != geteuid()) || dir->st_mode & S_IWOTH ||
	       (dir->st_mode & S_IWGRP && dir->st_gid);
}

static int enter(struct walk *w, int fd)
{
	if (fd < 0)
		return -errno;
	if (w->dir >= 0)
		close(w->dir);
	w->dir = fd;
	return 0;
}

/*
 * True if the directory is in procfs. Links there may have no path as target, so only the kernel
 * can follow them.
 */
static bool is_of_proc(int fd)
{
	struct statfs fs;

	return !fstatfs(fd, &fs) && fs.f_type == PROC_SUPER_MAGIC;
}

/* @w->name is a symbolic link: continue with its target, followed by the rest of the path. */
static int follow(struct walk *w)
{
	char target[PATH_MAX], whole[PATH_MAX];
	struct stat dir;
	ssize_t n;
	int len;

	if (fstat(w->dir, &dir) < 0)
		return -errno;
	if (others_can_write(&dir))
		return -EMLINK;
	if (++w->links > LINKS_MAX)
		return -ELOOP;
	n = readlinkat(w->dir, w->name, target, sizeof(target) - 1);
	if (n < 0)
		return -errno;
	target[n] = '\0';
	len = snprintf(whole, sizeof(whole), "%s%s%s", target, *w->rest ? "/" : "", w->rest);
	if (len >= (int)sizeof(whole))
		return -ENAMETOOLONG;
	memcpy(w->rest, whole, (size_t)len + 1);
	return *w->rest == '/' ? enter(w, open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)) : 0;
}

/*
 * Move the next name of the path to @w->name. Return: 0; 1: it is the last name; or a negative
 * errno.
 */
static int next_name(struct walk *w)
{
	size_t skip = strspn(w->rest, "/"), len = strcspn(w->rest + skip, "/");
	const char *behind = w->rest + skip + len;

	if (len > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(w->name, w->rest + skip, len);
	w->name[len] = '\0';
	memmove(w->rest, behind, strlen(behind) + 1);
	return !*w->rest;
}

/* Walk to the file's directory. Return: 0; 1: the file is a link in procfs; or a negative errno. */
static int walk_to(struct walk *w, const char *path)
{
	struct stat st;
	int r;

	if (strlen(path) >= sizeof(w->rest))
		return -ENAMETOOLONG;
	memcpy(w->rest, path, strlen(path) + 1);
	r = enter(w, open(*path == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
	while (r == 0) {
		int last = next_name(w);

		if (last < 0)
			return last;
		if (!*w->name)
			return *path ? -EISDIR : -ENOENT;
		if (fstatat(w->dir, w->name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
			return last && errno == ENOENT ? 0 : -errno;
		} else if (S_ISLNK(st.st_mode) && is_of_proc(w->dir)) {
			if (last)
				return 1;
			r = enter(w, openat(w->dir, w->name, O_PATH | O_DIRECTORY | O_CLOEXEC));
		} else if (S_ISLNK(st.st_mode)) {
			r = follow(w);
		} else if (last) {
			return 0;
		} else {
			r = enter(w, openat(w->dir, w->name,
					    O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
		}
	}
	return r;
}

#define RETRY_NS 20000000L

/*
 * Open an existing file. Opening a FIFO for writing waits for a reader without a time limit, so the
 * function tries repeatedly without waiting. The descriptor stays non-blocking, which affects no
 * other process.
 */
static int open_existing(const struct walk *w, int flags, const struct output_how *how)
{
	const struct timespec pause = { .tv_nsec = RETRY_NS };
	uint64_t waited = 0;
	struct stat st;
	int fd;

	flags |= O_NOCTTY | O_CLOEXEC;
	if (w->dir < 0)
		return -EBADF;
	if (fstatat(w->dir, w->name, &st, 0) < 0)
		st.st_mode = 0;
	/* end_last_line() reads the last byte, so the file is also opened for reading. */
	flags |= how->append && S_ISREG(st.st_mode) ? O_RDWR | O_APPEND : O_WRONLY;
	if (S_ISFIFO(st.st_mode))
		flags |= O_NONBLOCK;
	while ((fd = openat(w->dir, w->name, flags)) < 0 && errno == ENXIO && flags & O_NONBLOCK) {
		if (how->patience_ns && waited >= how->patience_ns)
			return -ENXIO;
		nanosleep(&pause, NULL);
		waited += RETRY_NS;
	}
	return fd < 0 ? -errno : fd;
}

/*
 * End an incomplete last line, so that the next event begins on a new line. A program that was
 * killed may have left such a line.
 */
static int end_last_line(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char last = '\n';
	ssize_t n = 1;

	if (size > 0)
		n = pread(fd, &last, 1, size - 1);
	if (n == 1 && last != '\n')
		n = write(fd, "\n", 1);
	if (size < 0 || n < 0)
		return -errno;
	return n == 1 ? 0 : -EIO;
}

/*
 * Remove an incomplete frame at the end, after which no frame could be read. A program that was
 * killed may have left such a frame.
 */
static int end_last_frame(int fd, const char *path)
{
	off_t size = lseek(fd, 0, SEEK_END), end = 0;
	int r = size < 0 ? -errno : zstd_end(fd, &end);

	if (r < 0 || end == size)
		return r;
	if (ftruncate(fd, end) < 0)
		return -errno;
	log_err("%s ended in the middle of a frame: its last %lld bytes are removed", path,
		(long long)(size - end));
	return 0;
}

/* Prepare a regular file for appending. */
static int continue_file(int fd, const struct output_how *how, const char *path)
{
	if (how->compressed)
		return end_last_frame(fd, path);
	return zstd_begins(fd) ? -EILSEQ : end_last_line(fd);
}

/*
 * Create a file with exactly these permissions. The umask does not apply, because it is meant for
 * files that other users may read.
 */
static int make_file(int dir, const char *name, int flags, unsigned int mode)
{
	int fd = openat(dir, name, flags, 0600), r;

	if (fd < 0)
		return -errno;
	if (fchmod(fd, mode) == 0)
		return fd;
	r = -errno;
	close(fd);
	return r;
}

/* True if another user may control this existing file, or read it by another name. */
static bool is_of_others(const struct stat *st, const struct stat *dir)
{
	return others_can_write(dir) && (st->st_uid != geteuid() || st->st_nlink != 1);
}

static void warn_readable(const char *path, const struct stat *st)
{
	log_err("%s was there before: its permissions stay %04o, and others can read it", path,
		(unsigned int)st->st_mode & 07777);
}

/* Use an existing regular file: empty it, or prepare it for appending. */
static int take_over(int fd, const struct stat *st, const struct stat *dir,
		     const struct output_how *how, const char *path)
{
	int r;

	if (is_of_others(st, dir))
		return -ENOTUNIQ;
	if (how->append)
		r = continue_file(fd, how, path);
	else
		r = ftruncate(fd, 0) < 0 ? -errno : 0;
	if (r < 0)
		return r;
	if (st->st_mode & 077)
		warn_readable(path, st);
	return 0;
}

static int open_there(const struct walk *w, const struct output_how *how, const char *path)
{
	struct stat st, dir;
	int fd, r = 0;

	if (fstat(w->dir, &dir) < 0)
		return -errno;
	fd = make_file(w->dir, w->name, how->append ? OUTPUT_MAKE : OUTPUT_MAKE & ~O_APPEND,
		       how->mode);
	if (fd != -EEXIST)
		return fd;
	fd = open_existing(w, O_NOFOLLOW, how);
	if (fd < 0)
		return fd == -ELOOP ? -EMLINK : fd;
	if (fstat(fd, &st) < 0)
		r = -errno;
	else if (S_ISREG(st.st_mode))
		r = take_over(fd, &st, &dir, how, path);
	if (r < 0)
		close(fd);
	return r < 0 ? r : fd;
}

/* Open a link of procfs, such as /dev/fd/3: the caller has already opened this file. */
static int open_of_proc(const struct walk *w, const struct output_how *how, const char *path)
{
	int fd = open_existing(w, how->append ? 0 : O_TRUNC, how);
	struct stat st;
	int r = 0;

	if (fd < 0 || !how->append)
		return fd;
	if (fstat(fd, &st) < 0)
		r = -errno;
	else if (S_ISREG(st.st_mode))
		r = continue_file(fd, how, path);
	if (r < 0)
		close(fd);
	return r < 0 ? r : fd;
}

/* Open the file that @w found. @proc: the file is a link of procfs. */
static int open_found(struct walk *w, bool proc, const struct output_how *how, const char *path,
		      struct output_file *ret)
{
	struct stat st;
	int fd = proc ? open_of_proc(w, how, path) : open_there(w, how, path);

	if (fd < 0)
		return fd;
	ret->fd = fd;
	if (how->reopens && !proc && !fstat(fd, &st) && S_ISREG(st.st_mode)) {
		memcpy(ret->name, w->name, sizeof(ret->name));
		ret->folder = w->dir;
		w->dir = -1;
	}
	return 0;
}

int output_open(const char *path, const struct output_how *how, struct output_file *ret)
{
	struct output_file file = { .fd = STDOUT_FILENO, .folder = -1, .path = path };
	struct walk w = { .dir = -1 };
	int r;

	if (path) {
		r = walk_to(&w, path);
		if (r >= 0)
			r = open_found(&w, r > 0, how, path, &file);
		if (w.dir >= 0)
			close(w.dir);
	} else {
		int flags = fcntl(STDOUT_FILENO, F_GETFL);

		/* Report a stdout that is not writable now, and not at the first event. */
		r = (flags & O_ACCMODE) == O_RDONLY ? -EBADF : 0;
	}
	if (r == 0)
		*ret = file;
	return r;
}

/*
 * Continue with an existing file. The descriptor is write-only, so the last byte is unknown. A
 * newline is always written, because an empty line is better than two events on one line.
 */
static int take_again(int fd, const struct output_file *file, const struct output_how *how)
{
	struct stat st, open, dir;

	if (fstat(fd, &st) < 0 || fstat(file->fd, &open) < 0 || fstat(file->folder, &dir) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EMEDIUMTYPE;
	if (is_of_others(&st, &dir))
		return -ENOTUNIQ;
	if (is_same_file(&st, &open))
		return 0;
	if (st.st_size && (!how->append || how->compressed))
		return -EEXIST;
	if (st.st_size && write(fd, "\n", 1) < 0)
		return -errno;
	if (st.st_mode & 077 & ~how->mode)
		warn_readable(file->path, &st);
	return fd;
}

/* The name FILE.@number; FILE if @number is 0. */
static int number_name(const struct output_file *file, unsigned int number, char ret[NAME_MAX + 1])
{
	int len = number ? snprintf(ret, NAME_MAX + 1, "%s.%u", file->name, number)
			 : snprintf(ret, NAME_MAX + 1, "%s", file->name);

	return len > NAME_MAX ? -ENAMETOOLONG : 0;
}

/* Rename FILE.@number to FILE.(@number + 1). A missing file is no failure. */
static int shift(const struct output_file *file, unsigned int number)
{
	char from[NAME_MAX + 1], to[NAME_MAX + 1];
	int r = number_name(file, number + 1, to);

	if (r == 0)
		r = number_name(file, number, from);
	if (r == 0 && renameat(file->folder, from, file->folder, to) < 0 && errno != ENOENT)
		r = -errno;
	return r;
}

/* Remove the files with larger numbers than @keep, up to the first missing number. */
static int remove_above(const struct output_file *file, unsigned int keep)
{
	char name[NAME_MAX + 1];

	while (number_name(file, ++keep, name) == 0)
		if (unlinkat(file->folder, name, 0) < 0)
			return errno == ENOENT ? 0 : -errno;
	return 0;
}

static bool is_in_place(const struct output_file *file)
{
	struct stat named, open;

	return !fstatat(file->folder, file->name, &named, AT_SYMLINK_NOFOLLOW) &&
	       !fstat(file->fd, &open) && is_same_file(&named, &open);
}

int output_rotate(const struct output_file *file, const struct output_how *how, unsigned int keep)
{
	int r = 0, fd;

	if (is_in_place(file)) {
		r = remove_above(file, keep);
		for (unsigned int number = keep; r == 0 && number-- > 0;)
			r = shift(file, number);
	}
	if (r < 0)
		return r;
	fd = output_reopen(file, how);
	return fd ? fd : -EEXIST;
}

int output_reopen(const struct output_file *file, const struct output_how *how)
{
	int fd = make_file(file->folder, file->name, OUTPUT_MAKE, how->mode), r;

	if (fd != -EEXIST)
		return fd;
	fd = openat(file->folder, file->name, OUTPUT_CONTINUE);
	if (fd < 0)
		return errno == ELOOP ? -EMLINK : errno == ENXIO ? -EMEDIUMTYPE : -errno;
	r = take_again(fd, file, how);
	if (r <= 0)
		close(fd);
	return r;
}

int output_find(const char *path, struct output_file *ret)
{
	struct output_file file = { .fd = -1, .folder = -1, .path = path };
	struct walk w = { .dir = -1 };
	struct stat st;
	int r = walk_to(&w, path);

	/* A rename would replace a device such as /dev/null by a regular file. */
	if (r > 0 ||
	    (r == 0 && !fstatat(w.dir, w.name, &st, AT_SYMLINK_NOFOLLOW) && !S_ISREG(st.st_mode)))
		r = -EMEDIUMTYPE;
	if (r < 0) {
		if (w.dir >= 0)
			close(w.dir);
		return r;
	}
	file.folder = w.dir;
	memcpy(file.name, w.name, sizeof(file.name));
	*ret = file;
	return 0;
}

/* True if a folder has files, but not those of a writer of segments, which makes "lock" first. */
static bool is_in_other_use(int fd)
{
	const int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;
	bool has_files = false;

	if (!folder) {
		if (copy >= 0)
			close(copy);
		return true;
	}
	while (!has_files && (entry = readdir(folder)))
		has_files = strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	closedir(folder);
	return has_files && faccessat(fd, "lock", F_OK, AT_SYMLINK_NOFOLLOW) < 0;
}

/*
 * Give a folder its group and permissions. @is: those that it has. The change of a group clears no
 * bit of a folder.
 */
static int own_folder(int fd, const struct output_folder_how *how, const struct stat *is, bool made)
{
	uid_t owner = made && how->has_owner ? how->owner : (uid_t)-1;
	gid_t group = how->has_group ? how->group : (gid_t)-1;

	if (!made && !how->has_group)
		return 0;
	if (!made && (is->st_gid != group || (is->st_mode & 07777) != how->mode) &&
	    is_in_other_use(fd))
		return -ENOTEMPTY;
	return fchown(fd, owner, group) < 0 || fchmod(fd, how->mode) < 0 ? -errno : 0;
}

int output_open_folder(const char *path, const struct output_folder_how *how)
{
	char name[PATH_MAX];
	struct walk w = { .dir = -1 };
	size_t len = strlen(path);
	bool made = false;
	struct stat st;
	int fd = -1, r;

	while (len > 1 && path[len - 1] == '/')
		len--;
	if (len >= sizeof(name))
		return -ENAMETOOLONG;
	memcpy(name, path, len);
	name[len] = '\0';
	r = walk_to(&w, name);
	if (r == 0) {
		made = mkdirat(w.dir, w.name, 0700) == 0;
		fd = openat(w.dir, w.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		r = fd >= 0 ? 0 : errno == ENOTDIR ? -EMEDIUMTYPE : -errno;
	} else if (r > 0) {
		r = -EMEDIUMTYPE;
	}
	/* Before its permissions change: other users may have put files into the folder. */
	if (r == 0 && fstat(fd, &st) < 0)
		r = -errno;
	if (r == 0 && st.st_mode & S_IWOTH)
		r = -EREMOTE;
	if (r == 0)
		r = own_folder(fd, how, &st, made);
	if (w.dir >= 0)
		close(w.dir);
	if (r < 0 && fd >= 0)
		close(fd);
	return r < 0 ? r : fd;
}

int output_replace(const struct output_file *file, unsigned int mode, const char *data, size_t size)
{
	char name[NAME_MAX + 1];
	int fd, r;

	if (snprintf(name, sizeof(name), ".%s.new", file->name) >= (int)sizeof(name))
		return -ENAMETOOLONG;
	/* A program that was killed may have left a file with this name. */
	if (unlinkat(file->folder, name, 0) < 0 && errno != ENOENT)
		return -errno;
	fd = make_file(file->folder, name, OUTPUT_MAKE, mode);
	if (fd < 0)
		return fd;
	/* A regular file always polls writable, so a stop request does not cut the content. */
	r = output_text(fd, data, size);
	if (close(fd) < 0 && r == 0)
		r = -errno;
	if (r == 0 && renameat(file->folder, name, file->folder, file->name) < 0)
		r = -errno;
	if (r < 0)
		(void)unlinkat(file->folder, name, 0);
	return r;
}
