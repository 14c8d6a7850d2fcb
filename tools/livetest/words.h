/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of words in the environment. */
#ifndef TOOLS_LIVETEST_WORDS_H
#define TOOLS_LIVETEST_WORDS_H

#include <stdbool.h>

/* Does @list, words between spaces, have @word? A list that is NULL has every word. */
bool words_have(const char *list, const char *word);

#endif /* TOOLS_LIVETEST_WORDS_H */
