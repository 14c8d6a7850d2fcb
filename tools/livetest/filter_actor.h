/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Actors: processes that run the commands of a filter test. Some match the filter and some do not.
 * The test knows each action of an actor, and so the events that must be recorded.
 *
 * An actor has a number below ACTORS. A failed action fails the test.
 */
#ifndef TOOLS_LIVETEST_FILTER_ACTOR_H
#define TOOLS_LIVETEST_FILTER_ACTOR_H

#include <stddef.h>
#include <sys/types.h>

#define ACTORS 6

/* Setup and teardown for cmocka; no actors exist before and after the test. */
int actors_open(void **state);
int actors_close(void **state);

/* Start an actor, a child of the test. */
void actor_begin(size_t i);

/* End the actor and wait for its end. When this returns, its children have another parent. */
void actor_exit(size_t i);

/* The actor's process; 0 if it does not exist. */
pid_t actor_pid(size_t i);

/* Let the actor fork a child that calls setsid and exits. Return: the child. */
pid_t actor_fork(size_t i);

/* Let the actor fork a child that executes @path, which may be missing. Return: the child. */
pid_t actor_exec(size_t i, const char *path);

/* Let the actor fork a child that is actor number @child. */
void actor_spawn(size_t i, size_t child);

/* Let the actor set its name to @comm. */
void actor_name(size_t i, const char *comm);

/* Let the actor set its real and effective user. */
void actor_user(size_t i, unsigned int real, unsigned int effective);

/* Let the actor change its working directory. */
void actor_chdir(size_t i, const char *folder);

#endif /* TOOLS_LIVETEST_FILTER_ACTOR_H */
