/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A folder of segments. A segment is a recording whose name is its number, such as
 * 00000000000000000042.etr. Numbers are never used twice in a folder, so names sort in the order of
 * writing, over all sessions.
 *
 * A segment that grows is locked with flock(LOCK_EX), and the kernel drops this lock when the
 * process ends. So a segment that has no end and no lock was cut off.
 */
#ifndef ET_SEGMENTS_FOLDER_H
#define ET_SEGMENTS_FOLDER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

/* Room for the name of a segment, with the terminating 0. */
#define ET_SEGMENT_NAME_SIZE 25

/* Room for the name of a segment whose header is not written yet: ".NAME.new". */
#define ET_SEGMENT_NEW_SIZE (ET_SEGMENT_NAME_SIZE + 5)

/* Write the name of the segment @number to @ret. */
void et_segment_name(__u64 number, char ret[ET_SEGMENT_NAME_SIZE]);

/* Write to @ret the name that the segment @number has until its header is written. */
void et_segment_new_name(__u64 number, char ret[ET_SEGMENT_NEW_SIZE]);

/* Parse the name of a segment. Return: false if the file is no segment; @ret is then unchanged. */
bool et_segment_parse(const char *name, __u64 *ret);

/**
 * et_segment_list() - list the segments of a folder
 * @folder:	the folder, open for reading
 * @ret:	receives their numbers, the smallest first; the caller frees the array
 * @ret_count:	receives how many there are
 *
 * Return: 0 or a negative errno.
 */
int et_segment_list(int folder, __u64 **ret, size_t *ret_count);

/**
 * et_segment_lock_folder() - become the only writer of a folder
 * @folder:	the folder
 * @mode:	permissions of the file "lock", if it is made
 * @ret_last:	receives the largest number that a segment of this folder ever had; 0: none
 *
 * Also removes segments without a header, which a killed writer has left.
 *
 * Return: a descriptor, whose close releases the folder. The kernel closes the descriptor when the
 * process ends. -EBUSY if another process writes segments into the folder; or another negative
 * errno.
 */
int et_segment_lock_folder(int folder, unsigned int mode, __u64 *ret_last);

/* Store the largest number of a segment in the file of et_segment_lock_folder(). */
int et_segment_store_last(int lock, __u64 last);

#endif /* ET_SEGMENTS_FOLDER_H */
