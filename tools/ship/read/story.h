/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests: recordings of a small story. On each host, process 1 starts the shell 100 of the user
 * 1000, which starts 101. Then 1 starts 200 of root. Some of them fail, and some events are lost.
 * On "host-b", process 7 takes the place of process 1.
 */
#ifndef TOOLS_SHIP_READ_STORY_H
#define TOOLS_SHIP_READ_STORY_H

#include <stddef.h>

/* Recordings of one session of a host. */
#define STORY_PARTS 2

/* Events in both parts, with LOST and PROCESS_EXISTS. */
#define STORY_EVENTS 14

/* Write part number @part, from 1 on, of a host whose name ends with @letter, a or b. */
void story_write(const char *path, char letter, unsigned int part);

/*
 * Get a recording of host-a with an exit and a record that the decoder rejects. Return: its size in
 * bytes.
 */
size_t story_malformed(char *to, size_t room);

/* Make a folder with the parts of host-a as segments. The caller calls story_remove(). */
void story_folder(char *path, unsigned int size);

/* Delete the folder and its segments. */
void story_remove(const char *path);

#endif /* TOOLS_SHIP_READ_STORY_H */
