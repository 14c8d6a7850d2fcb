/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors that only have to stay open: of links, which keep a program on its hook. Each would count
 * against RLIMIT_NOFILE. A file that is sent through a socket and not received stays open, and has
 * no descriptor.
 */
#ifndef ET_FD_STORE_H
#define ET_FD_STORE_H

#include <stddef.h>

/* How many sockets, and files in each. */
#define ET_FD_STORE_SOCKETS 24
#define ET_FD_STORE_EACH    8

/* Zero it first. */
struct et_fd_store {
	int sockets[ET_FD_STORE_SOCKETS]; /* where files wait to be received */
	size_t count;                     /* of sockets */
	size_t room;                      /* of the last socket */
	int sender;                       /* its other end, if there is room */
};

/**
 * et_fd_store__put() - keep a file open without a descriptor
 * @store:	where
 * @fd:		the descriptor; stays the caller's, who can close it
 *
 * Return: 0 or a negative errno: the kernel has no such sockets, or the store is full.
 */
int et_fd_store__put(struct et_fd_store *store, int fd);

/**
 * et_fd_store__take() - empty the store
 * @store:	the store
 * @ret:	receives at most ET_FD_STORE_SOCKETS descriptors; closing one closes its files
 *
 * Return: how many.
 */
size_t et_fd_store__take(struct et_fd_store *store, int *ret);

#endif /* ET_FD_STORE_H */
