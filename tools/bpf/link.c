/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bpf_link OUT.o IN.o ...: links BPF objects with the pinned libbpf.
 *
 * libbpf of the packaged bpftool refuses two objects that call the same kernel function (kfunc).
 * libbpf supports this since 1.4.
 */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	struct bpf_linker *linker;
	int err, i;

	if (argc < 3) {
		fprintf(stderr, "usage: %s OUT.o IN.o ...\n", argv[0]);
		return 2;
	}
	linker = bpf_linker__new(argv[1], NULL);
	err = linker ? 0 : -1;
	for (i = 2; i < argc && !err; i++) {
		err = bpf_linker__add_file(linker, argv[i], NULL);
		if (err)
			fprintf(stderr, "%s: %s: %s\n", argv[0], argv[i], strerror(-err));
	}
	if (!err)
		err = bpf_linker__finalize(linker);
	bpf_linker__free(linker);
	return err ? 1 : 0;
}
