/* SPDX-License-Identifier: BSD-2-Clause */
/* What figures were measured on. */
#ifndef BENCH_ENVIRONMENT_H
#define BENCH_ENVIRONMENT_H

#include <stdbool.h>
#include <yyjson.h>

/**
 * environment_json() - the machine and the tree, as docs/benchmarks.md has it
 * @doc:	owns the result
 *
 * Looks at the machine for a second, to see whether it is busy.
 *
 * Return: an object.
 */
yyjson_mut_val *environment_json(yyjson_mut_doc *doc);

/* Caps of the wire format, as an object; those of long ago if @before. */
yyjson_mut_val *environment_caps(yyjson_mut_doc *doc, bool before);

#endif /* BENCH_ENVIRONMENT_H */
