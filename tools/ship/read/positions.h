/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How far each partition is written: the offset before which all lines of all messages are in the
 * output. Lines of several messages are written in the order of time, and not in that of messages.
 */
#ifndef TOOLS_SHIP_READ_POSITIONS_H
#define TOOLS_SHIP_READ_POSITIONS_H

#include <stddef.h>
#include <stdint.h>

/* A message of which lines are not written yet. */
struct position_message {
	struct position_message *next; /* of its partition */
	int32_t partition;
	int64_t offset;
	size_t lines; /* that are not written; and 1 until positions_close() */
};

/* All zero: empty. */
struct positions {
	struct position {
		struct position_message *first, **last;
		int64_t next;   /* before it, all is written */
		int64_t stored; /* as positions_take() has returned it */
	} *partitions;
	size_t count;
};

/* A message has come. Return: it, for the lines that are added; NULL without memory. */
struct position_message *positions_open(struct positions *positions, int32_t partition,
					int64_t offset);

/* All lines of the message are added. */
void positions_close(struct position_message *message);

/* One line of the message is written. */
void positions_written(struct position_message *message);

/**
 * positions_take() - get a partition that is further than before
 * @positions:	the positions
 * @ret:	receives the partition
 *
 * Return: offset of its first message that is not written whole; -1 if there is none.
 */
int64_t positions_take(struct positions *positions, int32_t *ret);

/* The position of the partition could not be stored: positions_take() returns it again. */
void positions_put_back(struct positions *positions, int32_t partition);

/*
 * Forget a partition, and free its messages. No line of them may be written afterwards. Its
 * position is unknown, as before its first message.
 */
void positions_forget(struct positions *positions, int32_t partition);

void positions_free(struct positions *positions);

#endif /* TOOLS_SHIP_READ_POSITIONS_H */
