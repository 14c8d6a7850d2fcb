/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of words in the environment. */
#ifndef TOOLS_LIVETEST_WORDS_H
#define TOOLS_LIVETEST_WORDS_H

#include <stdbool.h>

/*
 * True if @list, words separated by spaces, contains @word. A list that is NULL contains every
 * word.
 */
bool words_have(const char *list, const char *word);

#endif /* TOOLS_LIVETEST_WORDS_H */
