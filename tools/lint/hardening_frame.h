/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_LINT_HARDENING_FRAME_H
#define TOOLS_LINT_HARDENING_FRAME_H

#include <stdbool.h>
#include <stddef.h>

#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(undefined_behavior_sanitizer))

size_t frame_copy(const char *from, size_t n);
size_t frame_large(void (*fill)(char *buf, size_t size));

#endif /* TOOLS_LINT_HARDENING_FRAME_H */
