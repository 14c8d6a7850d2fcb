/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds free TCP ports. */
#ifndef TOOLS_FLEET_PORTS_H
#define TOOLS_FLEET_PORTS_H

/**
 * fleet_ports() - find free ports of 127.0.0.1
 * @ret:	receives the ports
 * @count:	their number
 *
 * The ports are below those that the kernel gives to connections (ip_local_port_range). So they
 * stay free while a node is down, unless another program chooses the same port.
 *
 * Return: 0, or -EADDRINUSE if too few ports are free.
 */
int fleet_ports(unsigned short *ret, int count);

#endif /* TOOLS_FLEET_PORTS_H */
