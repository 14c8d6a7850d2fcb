/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: a folder, a writer that fills it with segments, and what the segments contain. */
#ifndef ET_SEGMENTS_TESTING_H
#define ET_SEGMENTS_TESTING_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/decode/record_builder.h"
#include "lib/recording/writer.h"
#include "lib/segments/reader.h"
#include "lib/segments/spool.h"

#define S 1000000000ULL /* a second in nanoseconds */

extern int test_folder;              /* descriptor of the folder */
extern struct et_record test_record; /* the record that was written last */

/* Writes records into segments, one segment after the other. */
struct test_writer {
	struct et_spool *spool;
	struct et_recording_writer *w;
	__u64 number; /* of the present segment */
	__u64 records;
	__u64 seq;
	__u64 lost;          /* events that LOST records of the present segment report */
	__u64 not_counted;   /* records that the account of the present segment lacks */
	const char *session; /* id of the session; NULL: "session" */
};

/* Make the folder, and remove it with its segments: for cmocka. Return: 0, or another number. */
int test_folder_make(void **state);
int test_folder_remove(void **state);

/* CLOCK_MONOTONIC in @ns nanoseconds. */
__u64 test_after_ns(__u64 ns);

/*
 * For segments of @segment_size bytes. All segments together have at most @size bytes; 0: no limit.
 */
struct et_spool_config test_config(__u64 segment_size, __u64 size);

/* Begin the first segment; _as: of the session @session. */
struct test_writer test_writer_begin(struct et_spool_config config);
struct test_writer test_writer_begin_as(const char *session, struct et_spool_config config);

/* Make test_record the record number @n of the session. */
void test_record_make(__u64 n);

/* Add a record. Return: 0 or a negative errno, such as -EAGAIN if the queue is full. */
int test_writer_add(struct test_writer *w);

/* Add @count records, which must find room. */
void test_writer_add_many(struct test_writer *w, unsigned int count);

/* Add a LOST record: it reports @count events, of the dropped @segment or 0. */
void test_writer_add_lost(struct test_writer *w, __u64 count, __u64 segment);

/* Wait until all records are in the file. */
void test_writer_flush(struct test_writer *w);

/* Write the end of the segment; @last: also the session ends. */
void test_writer_end_segment(struct test_writer *w, bool last);

/* End the segment, and begin the next one. */
void test_writer_turn(struct test_writer *w);

/* End the session and the writer. */
void test_writer_end(struct test_writer *w);

/* Write @count segments of 1,000 records. Each is on the disk before the next one begins. */
void test_writer_add_segments(struct test_writer *w, unsigned int count);

/* Run a process that writes @count records and is killed. */
void test_writer_killed(__u64 size, unsigned int count);

/* Fail unless the next dropped segment is @segment, which had @events events. */
void test_expect_dropped(struct et_spool *spool, __u64 segment, __u64 events);

/* Fail if a further segment was dropped. */
void test_expect_no_dropped(struct et_spool *spool);

/*
 * Read all records that there are now, whose times must be @first and up. @ret_count receives their
 * number. Return: as et_segment_reader_next().
 */
int test_segment_read_all(struct et_segment_reader *segment, __u64 first, __u64 *ret_count);

/* Open segment @number, and read it as test_segment_read_all() does. */
int test_segment_read(__u64 number, __u64 first, __u64 *ret_count);

/* Number of segments in the folder. */
size_t test_segment_count(void);

/* Size of a segment in bytes. */
__u64 test_segment_size(__u64 number);

/* The exact size of a segment of test_writer_add_segments(). The folder is empty afterwards. */
__u64 test_segment_measure(void);

/* Damage a segment: change one bit of byte @at. */
void test_segment_flip_bit(__u64 number, __u64 at);

void test_segment_remove(__u64 number);

#endif /* ET_SEGMENTS_TESTING_H */
