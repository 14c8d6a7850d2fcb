/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/read/positions.h"

#include <stdlib.h>

static struct position *partition_of(struct positions *positions, size_t number)
{
	if (number >= positions->count) {
		struct position *more =
			realloc(positions->partitions, (number + 1) * sizeof(*more));

		if (!more)
			return NULL;
		positions->partitions = more;
		/* The memory has moved: an empty list ends in it. */
		for (size_t i = 0; i < positions->count; i++)
			if (!more[i].first)
				more[i].last = &more[i].first;
		for (; positions->count <= number; positions->count++) {
			more[positions->count] = (struct position){ .next = -1, .stored = -1 };
			more[positions->count].last = &more[positions->count].first;
		}
	}
	return &positions->partitions[number];
}

struct position_message *positions_open(struct positions *positions, int32_t partition,
					int64_t offset)
{
	struct position *position = partition_of(positions, (size_t)partition);
	struct position_message *message = position ? malloc(sizeof(*message)) : NULL;

	if (!message)
		return NULL;
	*message = (struct position_message){
		.partition = partition,
		.offset = offset,
		.lines = 1,
	};
	*position->last = message;
	position->last = &message->next;
	return message;
}

void positions_close(struct position_message *message)
{
	message->lines--;
}

void positions_written(struct position_message *message)
{
	message->lines--;
}

/* Forget the messages that are written whole, up to the first that is not. */
static void forget_written(struct position *position)
{
	while (position->first && !position->first->lines) {
		struct position_message *message = position->first;

		position->next = message->offset + 1;
		position->first = message->next;
		if (!position->first)
			position->last = &position->first;
		free(message);
	}
}

int64_t positions_take(struct positions *positions, int32_t *ret)
{
	for (size_t i = 0; i < positions->count; i++) {
		struct position *position = &positions->partitions[i];

		forget_written(position);
		if (position->next != position->stored) {
			position->stored = position->next;
			*ret = (int32_t)i;
			return position->next;
		}
	}
	return -1;
}

void positions_put_back(struct positions *positions, int32_t partition)
{
	positions->partitions[partition].stored = -1;
}

void positions_forget(struct positions *positions, int32_t partition)
{
	struct position *position;

	if ((size_t)partition >= positions->count)
		return;
	position = &positions->partitions[partition];
	while (position->first) {
		struct position_message *message = position->first;

		position->first = message->next;
		free(message);
	}
	*position = (struct position){ .next = -1, .stored = -1, .last = &position->first };
}

void positions_free(struct positions *positions)
{
	for (size_t i = 0; i < positions->count; i++)
		positions_forget(positions, (int32_t)i);
	free(positions->partitions);
	*positions = (struct positions){ 0 };
}
