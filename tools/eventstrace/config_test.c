/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests --config. The event types are those of fake_infos.c. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "tools/eventstrace/config.h"
#include "tools/eventstrace/options.h"

#define ARGS(...) ((char *[]){ (char *)"eventstrace", argument, ##__VA_ARGS__, NULL })

#define EXEC   (1ULL << 2)
#define CREATE (1ULL << 4)

static char path[64], argument[80];

static void write_file(const char *text, size_t size)
{
	FILE *f = fopen(path, "we");

	if (!f)
		fail_msg("%s cannot be written", path);
	assert_int_equal(fwrite(text, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}

static int parse(char **argv, struct options *ret, char *err, size_t err_size)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	return options_parse(argc, argv, ret, err, err_size);
}

static struct options good(const char *text, char **argv)
{
	struct options o = { 0 };
	char err[512] = "";

	write_file(text, strlen(text));
	parse(argv, &o, err, sizeof(err));
	assert_string_equal(err, "");
	return o;
}

/* The file with @text must be refused. @message: the error message after the file's name. */
static void bad(const char *text, const char *message)
{
	struct options o;
	char err[1024] = "", want[1024];

	write_file(text, strlen(text));
	assert_int_equal(parse(ARGS(), &o, err, sizeof(err)), -EINVAL);
	snprintf(want, sizeof(want), "%s%s", path, message);
	assert_string_equal(err, want);
}

static void lines(void **state)
{
	struct options o = good("# comment = 1\n"
				"\n"
				"  output = /a b#c \r\n"
				"\t# comment\n"
				"redact=--password=*\n"
				"redact=b\n"
				"utc\n"
				"duration=5s",
				ARGS());

	(void)state;
	assert_string_equal(o.output, "/a b#c");
	assert_int_equal(o.redact_count, 2);
	assert_string_equal(o.redact[0], "--password=*");
	assert_true(o.utc);
	assert_int_equal(o.duration_ns, 5000000000);
	assert_int_equal(o.choice.events, 0x7fULL << 1);
	good("", ARGS());
	good("\n#", ARGS());
	assert_int_equal(good("events=exec\nfile-create\n", ARGS()).choice.events, EXEC | CREATE);
}

static void the_command_line_wins(void **state)
{
	struct options o;

	(void)state;
	o = good("output=a\ncount=5\n", ARGS((char *)"-o", (char *)"b"));
	assert_string_equal(o.output, "b");
	assert_int_equal(o.count, 5);
	/*
	 * Events of the command line replace those of the file, whatever the order and the options'
	 * names.
	 */
	o = good("all\nevents=file\nprocess-exec\n", ARGS((char *)"--file-create"));
	assert_int_equal(o.choice.events, CREATE);
	o = good("events=file\n", ARGS((char *)"-a"));
	assert_int_equal(o.choice.events, 0x7fULL << 1);
	o = good("pid=1\npid=2\nuid=3\n", ARGS((char *)"-p", (char *)"4"));
	assert_int_equal(o.filters.count, 2);
	/* Words after COMMAND are its arguments, not options. */
	o = good("count=5\n", ARGS((char *)"true", (char *)"-n", (char *)"6"));
	assert_int_equal(o.count, 5);
	assert_string_equal(o.command[0], "true");
	/* With --help, errors in the file are not reported. */
	assert_int_equal(good("nonsense\n", ARGS((char *)"--help")).action, ACTION_HELP);
}

static void mistakes(void **state)
{
	char text[CONFIG_MAX + 2], err[256], long_name[400];
	struct options o;

	(void)state;
	bad("utc\n\nouput=a\n", ":3: unknown option --ouput (did you mean --output?)");
	bad("outp=a\n", ":1: option --outp could be any of --output");
	bad("-o=a\n", ":1: unknown option ---o");
	bad("=a\n", ":1: unknown option --");
	bad("utc=yes\n", ":1: option --utc takes no argument");
	bad("# a\noutput\n", ":2: option --output needs an argument");
	bad("output=\n", ":1: --output needs the name of a file");
	bad("count=0\n", ":1: --count=0 is not a number above 0");
	bad("version\n", ":1: option --version is for the command line");
	bad("help=exec\n", ":1: option --help is for the command line");
	bad("config=a\n", ":1: option --config is for the command line");
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	write_file(long_name, strlen(long_name));
	assert_int_equal(parse(ARGS(), &o, err, sizeof(err)), -EINVAL);

	assert_int_equal(parse(ARGS(argument), &o, err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "--config can be given once");
	write_file("u\0tc", 4);
	assert_int_equal(parse(ARGS(), &o, err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "it contains a byte 0"));
	memset(text, '\n', sizeof(text));
	write_file(text, CONFIG_MAX);
	assert_int_equal(parse(ARGS(), &o, err, sizeof(err)), 0);
	write_file(text, CONFIG_MAX + 1);
	assert_int_equal(parse(ARGS(), &o, err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "larger than 64 KiB"));
	unlink(path);
	assert_int_equal(parse(ARGS(), &o, err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "No such file"));
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(parse(ARGS(), &o, err, sizeof(err)), -EINVAL);
	assert_non_null(strstr(err, "it is no regular file"));
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(the_command_line_wins),
		cmocka_unit_test(mistakes),
	};
	const char *dir = getenv("TEST_TMPDIR");

	if (dir && chdir(dir) < 0)
		return 1;
	snprintf(path, sizeof(path), "config.%d", getpid());
	snprintf(argument, sizeof(argument), "--config=%s", path);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
