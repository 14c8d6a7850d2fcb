/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One thread writes, while another thread opens another file under the same descriptor number. The
 * call writes to the file that was open at its beginning.
 */
#include "tools/cases/files.h"
#include "tools/cases/waits.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

#define LARGE (16L << 20)

static char data[LARGE];

struct job {
	struct waits waits;
	int fd, from;
	size_t size;
	const char *file; /* name of the written file; NULL: no file of this case */
};

static void *splicer(void *arg)
{
	struct job *job = arg;
	ssize_t n;

	waits_begin(&job->waits);
	n = splice(job->from, NULL, job->fd, NULL, job->size, 0);
	waits_end(&job->waits);
	CHECK(n == (ssize_t)job->size);
	files_modified(job->file, "CONTENT");
	return NULL;
}

static void *writer(void *arg)
{
	struct job *job = arg;
	ssize_t n;

	waits_begin(&job->waits);
	n = write(job->fd, data, job->size);
	waits_end(&job->waits);
	CHECK(n == (ssize_t)job->size);
	if (job->file)
		files_modified(job->file, "CONTENT");
	return NULL;
}

/* splice(2) waits, because the pipe is empty. */
static void spliced(int a, int other)
{
	struct job job = { .file = "a", .size = 5 };
	pthread_t thread;
	int fds[2];

	CHECK(pipe2(fds, O_CLOEXEC) == 0);
	job.from = fds[0];
	job.fd = dup(a);
	CHECK(job.fd >= 0);
	CHECK(pthread_create(&thread, NULL, splicer, &job) == 0);
	waits_for(&job.waits);
	CHECK(dup2(other, job.fd) == job.fd);
	CHECK(write(fds[1], "piped", 5) == 5);
	CHECK(pthread_join(thread, NULL) == 0);
	close(fds[0]);
	close(fds[1]);
	close(job.fd);
}

/*
 * A write to a regular file does not wait, but this write takes time. Change the descriptor while
 * the file grows.
 */
static void written(int other)
{
	struct job job = { .file = "large", .size = LARGE };
	pthread_t thread;
	struct stat st;
	int fd;

	fd = open("large", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	files_created("large");
	job.fd = dup(fd);
	CHECK(job.fd >= 0);
	CHECK(pthread_create(&thread, NULL, writer, &job) == 0);
	do
		CHECK(fstat(fd, &st) == 0);
	while (!st.st_size && !job.waits.done);
	CHECK(dup2(other, job.fd) == job.fd);
	CHECK(pthread_join(thread, NULL) == 0);
	close(job.fd);
	close(fd);
	files_unlink("large");
}

/* The call writes to a pipe. While the call waits, its descriptor becomes that of a file. */
static void piped(int other)
{
	struct job job = { .size = 100000 };
	static char buf[100000];
	pthread_t thread;
	int fds[2];

	CHECK(pipe2(fds, O_CLOEXEC) == 0);
	job.fd = dup(fds[1]);
	CHECK(job.fd >= 0);
	CHECK(pthread_create(&thread, NULL, writer, &job) == 0);
	waits_for(&job.waits);
	CHECK(dup2(other, job.fd) == job.fd);
	close(fds[1]);
	for (size_t at = 0; at < job.size;) {
		ssize_t n = read(fds[0], buf, sizeof(buf));

		CHECK(n > 0);
		at += (size_t)n;
	}
	CHECK(pthread_join(thread, NULL) == 0);
	close(fds[0]);
	close(job.fd);
}

int main(int argc, char **argv, char **envp)
{
	int a, b, null;

	(void)argc;
	account_begin(argv, envp);
	files_begin();
	files_make("a", "");
	files_make("b", "innocent");
	a = open("a", O_WRONLY | O_CLOEXEC);
	b = open("b", O_WRONLY | O_CLOEXEC);
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	CHECK(a >= 0 && b >= 0 && null >= 0);
	spliced(a, b);
	spliced(a, null);
	written(b);
	written(null);
	piped(b);
	/*
	 * No other thread uses the table of descriptors now. The event must not use saved data of
	 * the earlier calls.
	 */
	CHECK(write(b, "x", 1) == 1);
	files_modified("b", "CONTENT");
	close(a);
	close(b);
	close(null);
	files_unlink("a");
	files_unlink("b");
	files_end();
	return account_end();
}
