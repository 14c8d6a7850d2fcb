/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A static program must load no library of its host. This one resolves a name and uses OpenSSL on a
 * host whose settings name libraries for both.
 */
#include <netdb.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/ssl.h>

#include "tools/ship/isolate.h"

static char folder[256], nsswitch[300], openssl[300];

static void write_file(char *path, size_t size, const char *name, const char *text)
{
	FILE *f;

	snprintf(path, size, "%s/%s", folder, name);
	f = fopen(path, "we");
	if (!f) {
		fail_msg("cannot write %s", path);
		return;
	}
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static int set_up(void **state)
{
	const char *tmp = getenv("TEST_TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%s/isolate.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(folder))
		return -1;
	/* As with systemd-resolved and systemd-machined. */
	write_file(nsswitch, sizeof(nsswitch), "nsswitch.conf",
		   "hosts: mymachines resolve [!UNAVAIL=return] compat files dns\n");
	/* A setting whose effect shows that OpenSSL has read the file. */
	write_file(openssl, sizeof(openssl), "openssl.cnf",
		   "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\nsystem_default = tls\n"
		   "[tls]\nMinProtocol = TLSv1.3\n");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(nsswitch);
	unlink(openssl);
	return rmdir(folder);
}

/* True if a file that is mapped, other than this program, is code. */
static bool has_libraries(void)
{
	FILE *f = fopen("/proc/self/maps", "re");
	char line[1024];
	bool found = false;

	while (f && fgets(line, sizeof(line), f))
		found = found || strstr(line, ".so");
	if (f)
		fclose(f);
	return found;
}

/* Flags in the exit status of the process. */
enum result {
	RESULT_LIBRARIES = 1,    /* the C library has loaded libraries */
	RESULT_CONFIG = 2,       /* OpenSSL has read openssl.cnf */
	RESULT_FAILED = 4,       /* a function has failed */
	RESULT_NO_NAMESPACE = 8, /* this machine allows no mount namespace */
};

/* In a process of its own, because neither library forgets what it has loaded. */
static int use_libraries(bool isolated)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	int result = 0;
	SSL_CTX *ctx;

	if (unshare(CLONE_NEWNS) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return RESULT_NO_NAMESPACE;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount(nsswitch, "/etc/nsswitch.conf", NULL, MS_BIND, NULL) < 0)
		return RESULT_NO_NAMESPACE;
	setenv("OPENSSL_CONF", openssl, 1);
	if (isolated && ship_isolate() < 0)
		return RESULT_FAILED;
	/* In /etc/hosts or nowhere: no server is asked. */
	if (getaddrinfo("localhost", "1", &hints, &found) == 0)
		freeaddrinfo(found);
	OPENSSL_init_ssl(0, NULL);
	ctx = SSL_CTX_new(TLS_client_method());
	if (!ctx)
		return RESULT_FAILED;
	if (SSL_CTX_get_min_proto_version(ctx) == TLS1_3_VERSION)
		result |= RESULT_CONFIG;
	SSL_CTX_free(ctx);
	if (has_libraries())
		result |= RESULT_LIBRARIES;
	return result;
}

static int run(bool isolated)
{
	pid_t pid = fork();
	int status = 0;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(use_libraries(isolated));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_isolated(void **state)
{
	int result = run(true);

	(void)state;
	if (result == RESULT_NO_NAMESPACE) {
		print_message("cannot: this machine allows no mount namespace\n");
		skip();
	}
	assert_int_equal(result, 0);
}

/* Otherwise the other test shows nothing. */
static void test_not_isolated(void **state)
{
	int result = run(false);

	(void)state;
	if (result == RESULT_NO_NAMESPACE)
		skip();
	assert_int_equal(result, RESULT_LIBRARIES | RESULT_CONFIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_isolated, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_not_isolated, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
