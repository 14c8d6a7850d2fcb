/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the process still may do while it records. It decodes bytes that others chose: a fault in that
 * must not be a root shell.
 */
#ifndef TOOLS_EVENTSTRACE_PRIVILEGES_H
#define TOOLS_EVENTSTRACE_PRIVILEGES_H

struct et_session;

/**
 * privileges_drop() - give up what recording does not need
 * @session:	is open, and nothing else is to be opened
 *
 * All capabilities go, from the bounding set too, but for CAP_BPF on kernels that let nobody else read
 * a map (before Linux 5.19). No program that is executed gets any back, and no other process of the
 * user may trace this one. Threads that are started later inherit all this, so it is called before.
 *
 * Return: 0 or a negative errno.
 */
int privileges_drop(struct et_session *session);

#endif /* TOOLS_EVENTSTRACE_PRIVILEGES_H */
