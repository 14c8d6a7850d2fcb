/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/segments/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGITS 20

void et_segment_name(__u64 number, char ret[ET_SEGMENT_NAME_SIZE])
{
	snprintf(ret, ET_SEGMENT_NAME_SIZE, "%020llu.etr", (unsigned long long)number);
}

void et_segment_new_name(__u64 number, char ret[ET_SEGMENT_NEW_SIZE])
{
	snprintf(ret, ET_SEGMENT_NEW_SIZE, ".%020llu.etr.new", (unsigned long long)number);
}

bool et_segment_parse(const char *name, __u64 *ret)
{
	__u64 number = 0;

	if (strlen(name) != ET_SEGMENT_NAME_SIZE - 1 || strcmp(name + DIGITS, ".etr") != 0)
		return false;
	for (int i = 0; i < DIGITS; i++) {
		unsigned int digit = (unsigned char)name[i] - '0';

		if (digit > 9 || __builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, digit, &number))
			return false;
	}
	*ret = number;
	return true;
}

/* True for ".NAME.new" of a segment. */
static bool is_new(const char *name)
{
	char inner[ET_SEGMENT_NAME_SIZE];
	__u64 number;

	if (*name != '.' || strlen(name) != ET_SEGMENT_NEW_SIZE - 1 ||
	    strcmp(name + ET_SEGMENT_NAME_SIZE, ".new") != 0)
		return false;
	memcpy(inner, name + 1, ET_SEGMENT_NAME_SIZE - 1);
	inner[ET_SEGMENT_NAME_SIZE - 1] = '\0';
	return et_segment_parse(inner, &number);
}

/* Read the names of a folder. The caller closes the result. NULL: errno says why. */
static DIR *open_names(int folder)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir && fd >= 0) {
		int err = errno;

		close(fd);
		errno = err;
	}
	return dir;
}

static int by_number(const void *a, const void *b)
{
	const __u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return x < y ? -1 : x > y;
}

int et_segment_list(int folder, __u64 **ret, size_t *ret_count)
{
	DIR *dir = open_names(folder);
	const struct dirent *entry;
	__u64 *numbers = NULL, number;
	size_t count = 0, room = 0;
	int r = 0;

	if (!dir)
		return -errno;
	while (r == 0 && (errno = 0, entry = readdir(dir))) {
		if (!et_segment_parse(entry->d_name, &number))
			continue;
		if (count == room) {
			__u64 *more;

			room = room ? 2 * room : 64;
			more = realloc(numbers, room * sizeof(*numbers));
			if (!more) {
				r = -ENOMEM;
				break;
			}
			numbers = more;
		}
		numbers[count++] = number;
	}
	if (r == 0 && errno)
		r = -errno;
	closedir(dir);
	if (r < 0) {
		free(numbers);
		return r;
	}
	if (count)
		qsort(numbers, count, sizeof(*numbers), by_number);
	*ret = numbers;
	*ret_count = count;
	return 0;
}

static int remove_new(int folder)
{
	DIR *dir = open_names(folder);
	const struct dirent *entry;
	int r = 0;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir)))
		if (is_new(entry->d_name) && unlinkat(folder, entry->d_name, 0) < 0 &&
		    errno != ENOENT)
			r = -errno;
	closedir(dir);
	return r;
}

/* Read the number in the file "lock". Return: 0 if the file is still empty. */
static __u64 stored_last(int lock)
{
	char text[DIGITS + 1] = "";

	return pread(lock, text, DIGITS, 0) == DIGITS ? strtoull(text, NULL, 10) : 0;
}

int et_segment_lock_folder(int folder, unsigned int mode, __u64 *ret_last)
{
	int lock = openat(folder, "lock",
			  O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, mode);
	__u64 *numbers = NULL;
	size_t count = 0;
	struct stat st;
	int r = 0;

	if (lock < 0)
		return -errno;
	if (fstat(lock, &st) < 0)
		r = -errno;
	else if (!S_ISREG(st.st_mode))
		r = -EMEDIUMTYPE;
	else if (flock(lock, LOCK_EX | LOCK_NB) < 0)
		r = errno == EWOULDBLOCK ? -EBUSY : -errno;
	if (r == 0)
		r = remove_new(folder);
	if (r == 0)
		r = et_segment_list(folder, &numbers, &count);
	if (r < 0) {
		close(lock);
		return r;
	}
	/* After a power cut, the file may have an older number than the newest segment. */
	*ret_last = stored_last(lock);
	if (count && numbers[count - 1] > *ret_last)
		*ret_last = numbers[count - 1];
	free(numbers);
	return lock;
}

int et_segment_store_last(int lock, __u64 last)
{
	char text[DIGITS + 2];
	int n = snprintf(text, sizeof(text), "%020llu\n", (unsigned long long)last);
	ssize_t written = pwrite(lock, text, (size_t)n, 0);

	if (written < 0)
		return -errno;
	return written == n ? 0 : -EIO;
}
