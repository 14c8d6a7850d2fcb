/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes that do as they are told, for tests of filters: one that a filter is about, and others.
 * What an actor does is known, so what must be recorded of it is too, whatever else the machine does.
 *
 * An actor has a number below ACTORS. What cannot be done fails the test.
 */
#ifndef TOOLS_LIVETEST_FILTER_ACTOR_H
#define TOOLS_LIVETEST_FILTER_ACTOR_H

#include <stddef.h>
#include <sys/types.h>

#define ACTORS 6

/* Around a test, as cmocka has it: there are no actors yet, and none any more. */
int actors_open(void **state);
int actors_close(void **state);

/* Have an actor, a child of the test's. */
void actor_begin(size_t i);

/* End it. It is gone when this returns: whoever is its child has another parent. */
void actor_exit(size_t i);

/* Its process; 0: it is not there. */
pid_t actor_pid(size_t i);

/* Have it have a child that calls setsid and exits. Return: the child. */
pid_t actor_fork(size_t i);

/* Have it have a child that executes @path; that may be missing. Return: the child. */
pid_t actor_exec(size_t i, const char *path);

/* Have it have a child that is actor number @child. */
void actor_spawn(size_t i, size_t child);

/* Have it be called @comm. */
void actor_name(size_t i, const char *comm);

/* Have it have another real and effective user. */
void actor_user(size_t i, unsigned int real, unsigned int effective);

/* Have it go to @folder. */
void actor_chdir(size_t i, const char *folder);

#endif /* TOOLS_LIVETEST_FILTER_ACTOR_H */
