/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The position of a sender in its folder: what is acknowledged, so that a restarted sender
 * continues there. The file is replaced atomically.
 */
#ifndef TOOLS_SHIP_POSITION_H
#define TOOLS_SHIP_POSITION_H

#include <stdint.h>

#include "lib/segments/folder.h"

struct ship_position {
	char segment[ET_SEGMENT_NAME_SIZE]; /* name of the segment; empty: nothing was sent yet */
	char session[40];                   /* the session of the segment; empty: it names none */
	uint64_t records; /* records of the segment that are acknowledged, all from its first on */
};

/**
 * ship_position_load() - read the position
 * @folder_fd:	the folder
 * @ret:	receives the position; an empty one if the folder has none
 *
 * A file that a sender did not write completely counts as missing: events are sent again then.
 *
 * Return: 0, or an error of openat(2) or read(2).
 */
int ship_position_load(int folder_fd, struct ship_position *ret);

/* Replace the position. Return: 0, or an error of openat(2), write(2), fsync(2) or renameat(2). */
int ship_position_save(int folder_fd, const struct ship_position *position);

#endif /* TOOLS_SHIP_POSITION_H */
