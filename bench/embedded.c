/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/run/embedded.h"

/*
 * The EMBED_ macros are paths of files that Bazel built. The assembler's .incbin reads them much
 * faster than #embed of C23 does.
 */
#define FILE_(symbol, path)                                                             \
	extern const char symbol##_begin[], symbol##_end[];                             \
	__asm__(".pushsection .rodata\n.balign 16\n" #symbol "_begin:\n.incbin \"" path \
		"\"\n" #symbol "_end:\n.byte 0\n.popsection\n")

FILE_(embedded_tool, EMBED_TOOL);
FILE_(embedded_before, EMBED_BEFORE);
FILE_(embedded_floor, EMBED_FLOOR);
FILE_(embedded_noop, EMBED_NOOP);
FILE_(embedded_baseline, EMBED_BASELINE);

const struct embedded_file embedded[] = {
	{ "tools/eventstrace/eventstrace", embedded_tool_begin, embedded_tool_end },
	{ "bench/eventstrace_before_159", embedded_before_begin, embedded_before_end },
	{ "bench/floor", embedded_floor_begin, embedded_floor_end },
	{ "tools/cases/noop", embedded_noop_begin, embedded_noop_end },
	{ "bench/baselines/gate.json", embedded_baseline_begin, embedded_baseline_end },
};
const size_t embedded_count = sizeof(embedded) / sizeof(*embedded);
