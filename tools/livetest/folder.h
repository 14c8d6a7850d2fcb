/* SPDX-License-Identifier: BSD-2-Clause */
/* A directory of a test. */
#ifndef TOOLS_LIVETEST_FOLDER_H
#define TOOLS_LIVETEST_FOLDER_H

/**
 * folder_open() - make a directory with an unused name, for the rest of the test
 * @prefix:	beginning of its path, such as "/tmp/et-filter-"
 *
 * Return: 0 or -1, as a function for cmocka's setup.
 */
int folder_open(const char *prefix);

/* Remove the directory. Fails if it is not empty. A teardown function for cmocka. */
int folder_close(void **state);

/* Path of the directory, without a slash at the end. */
const char *folder_path(void);

/*
 * Path of @name in the directory. It is valid until eight further texts were formatted:
 * filtered_text().
 */
const char *folder_at(const char *name);

/* Make an empty file; a failure ends the test. */
void folder_make_file(const char *path);

#endif /* TOOLS_LIVETEST_FOLDER_H */
