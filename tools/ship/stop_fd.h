/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes requests to stop readable: SIGINT and SIGTERM. */
#ifndef TOOLS_SHIP_STOP_FD_H
#define TOOLS_SHIP_STOP_FD_H

/*
 * Block both signals, and get a descriptor that polls readable when one is pending. Call this
 * before threads are made, which inherit the mask. Return: a descriptor or a negative errno.
 */
int ship_stop_fd(void);

#endif /* TOOLS_SHIP_STOP_FD_H */
