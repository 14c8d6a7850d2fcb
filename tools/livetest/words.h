/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of words in the environment. */
#ifndef TOOLS_LIVETEST_WORDS_H
#define TOOLS_LIVETEST_WORDS_H

#include <stdbool.h>

/* True if @word is in @list, which has words separated by spaces. NULL is a list of all words. */
bool words_have(const char *list, const char *word);

#endif /* TOOLS_LIVETEST_WORDS_H */
