/* SPDX-License-Identifier: BSD-2-Clause */
/* The folder of --record=DIR/. */
#ifndef TOOLS_EVENTSTRACE_SEGMENTS_H
#define TOOLS_EVENTSTRACE_SEGMENTS_H

#include "tools/eventstrace/options.h"
#include "tools/eventstrace/status.h"

/**
 * segments_open() - open the folder of --record=DIR/, or make it
 * @options:	the options, with segmented set
 * @ret:	receives the folder and its limits, for et_options.segments; the caller closes
 *		its descriptor
 *
 * A failure is reported.
 */
enum status segments_open(const struct options *options, struct et_segments *ret);

#endif /* TOOLS_EVENTSTRACE_SEGMENTS_H */
