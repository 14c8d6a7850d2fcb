/* SPDX-License-Identifier: BSD-2-Clause */
/* The command "eventstrace-ship send". */
#ifndef TOOLS_SHIP_SEND_H
#define TOOLS_SHIP_SEND_H

#include "tools/ship/status.h"

/* Run the command. @argv begins with its name. */
enum ship_status ship_send(int argc, char **argv);

#endif /* TOOLS_SHIP_SEND_H */
