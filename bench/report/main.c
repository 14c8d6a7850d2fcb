/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes the page of an existing result:
 *
 *	./bazelw run //bench:report -- result.json > page.html
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/mains.h"
#include "bench/report/file.h"
#include "bench/report/report.h"

int report_main(int argc, char **argv)
{
	size_t len;
	char *json;
	int r;

	if (argc != 2) {
		fprintf(stderr, "usage: report RESULT.json > PAGE.html\n");
		return 2;
	}
	r = file_read(argv[1], &json, &len);
	if (r < 0) {
		fprintf(stderr, "report: %s: %s\n", argv[1], strerror(-r));
		return 1;
	}
	r = et_report_write(json, len, stdout);
	free(json);
	if (r == 0 && fflush(stdout) != 0)
		r = -errno;
	if (r < 0)
		fprintf(stderr, "report: %s: %s\n", argv[1],
			r == -EBADMSG           ? "is not a result of //bench:stress"
			: r == -EPROTONOSUPPORT ? "is a result of another version"
						: strerror(-r));
	return r < 0;
}
