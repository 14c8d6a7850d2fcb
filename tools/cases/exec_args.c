/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unusual arguments: empty strings, quotes, newlines, each byte but NUL, valid UTF-8 and almost
 * valid UTF-8. Also 1,000 arguments, none, and more bytes than the cap.
 */
#include "tools/cases/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void run(char *const *args, char *const *env)
{
	const char *report = account_program("report");
	pid_t pid;

	pid = account_fork();
	if (!pid) {
		execve(report, args, env);
		CHECK(!"execve");
	}
	account_wait(pid, 17);
}

static char *repeat(char c, size_t n)
{
	char *s = malloc(n + 1);

	CHECK(s);
	memset(s, c, n);
	s[n] = '\0';
	return s;
}

static void hostile(void)
{
	char every[256], each[255][2], *singles[257], *variable;
	int i;

	for (i = 1; i < 256; i++) {
		every[i - 1] = (char)i;
		each[i - 1][0] = (char)i;
		each[i - 1][1] = '\0';
		singles[i] = each[i - 1];
	}
	every[255] = '\0';
	singles[0] = "every byte by itself";
	singles[256] = NULL;
	CHECK((variable = malloc(3 + sizeof(every))));
	memcpy(variable, "V=", 2);
	memcpy(variable + 2, every, sizeof(every));

	run((char *const[]){ "all bytes in a row", every, NULL },
	    (char *const[]){ variable, NULL });
	run(singles, singles);
	run((char *const[]){ "", "", "a b", "", "'\"`$(x)\\\"", "two\nlines\r\n", "\t\b\f\v\a",
			     "\x1b[31mred\x7f", "</script>", "{\"json\":[]}", "", NULL },
	    (char *const[]){ "", "=", "NO_EQUALS", "A=\"\n\"", "A=twice", "A=", "", NULL });
	free(variable);
}

static void utf8(void)
{
	static char *const text[] = {
		"valid",
		"\xc2\x80 \xdf\xbf \xe0\xa0\x80 \xef\xbf\xbf \xf0\x90\x80\x80 \xf4\x8f\xbf\xbf",
		"Zo\xc3\xab \xe2\x82\xac \xe4\xb8\xad\xe6\x96\x87 \xf0\x9f\x92\xbe",
		"\xef\xbb\xbf byte order mark",
		"\xe2\x80\xa8 line separator",
		"\xed\x9f\xbf",
		"nearly valid",
		"\x80",
		"\xbf\xbf",
		"\xc3",
		"\xc3(",
		"\xe2\x82",
		"\xe2\x82(",
		"\xe2(\xa1",
		"\xf0\x9f\x92",
		"\xf0\x9f(\xbe",
		"\xf8\x88\x80\x80\x80",
		"\xff\xfe",
		"overlong",
		"\xc0\xaf",
		"\xc1\xbf",
		"\xe0\x80\xaf",
		"\xe0\x9f\xbf",
		"\xf0\x80\x80\xaf",
		"\xf0\x8f\xbf\xbf",
		"surrogates",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xed\xaf\xbf\xed\xba\x80",
		"past the end",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		/*
		 * The output represents bytes by these characters. Here they are part of the input.
		 */
		"escapes",
		"\xf4\x8f\xb9\xbf \xf4\x8f\xba\x80 \xf4\x8f\xbb\xbf",
		"\xf4\x8f\xbb",
		"\xf4\x8f\xba\x80\x80",
		"\\u0041 \\udbff\\ude80 \\x80 0xff",
		NULL,
	};

	run(text, text);
}

static void many(void)
{
	char *args[3001], name[16];
	int i;

	for (i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "%d", i);
		CHECK((args[i] = strdup(name)));
	}
	args[1000] = NULL;
	run(args, args);
	/* Empty strings: the arguments consist of terminators only. */
	for (i = 0; i < 3000; i++)
		args[i] = "";
	args[3000] = NULL;
	run(args, args);
}

static void sizes(void)
{
	/*
	 * Lengths below, at and above the caps of 20,480 and 40,960 bytes, which include
	 * terminators.
	 */
	static const int lengths[] = { 20477, 20478, 20479, 20480, 40957, 40958, 40959, 40960 };
	char *a, *b;

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		a = repeat('a', (size_t)lengths[i] - 1);
		run((char *const[]){ "", a, NULL }, (char *const[]){ "", a, NULL });
		free(a);
	}
	a = repeat('b', 30000);
	b = repeat('c', 100000);
	run((char *const[]){ "30000", a, "behind the cut", NULL }, (char *const[]){ b, a, NULL });
	run((char *const[]){ "long", b, NULL }, (char *const[]){ a, "E=1", b, NULL });
	free(a);
	free(b);
	/* The cap cuts a character: its first bytes alone are not UTF-8. */
	a = repeat('d', 20488);
	b = repeat('e', 40968);
	memcpy(a + 20476, "\xe2\x82\xac", 3);
	memcpy(b + 40957, "\xe2\x82\xac", 3);
	run((char *const[]){ "c", a, NULL }, (char *const[]){ b, NULL });
	free(a);
	free(b);
	/* The largest string that the kernel accepts: 32 pages of 4 KiB. */
	a = repeat('f', 131071);
	run((char *const[]){ "page", a, a, NULL }, (char *const[]){ a, a, NULL });
	free(a);
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	run((char *const[]){ "plain", "--flag=value", "x", NULL }, (char *const[]){ "A=1", NULL });
	run((char *const[]){ "no environment", NULL }, (char *const[]){ NULL });
	/* No arguments. Since 5.18, the kernel replaces them by one empty string. */
	run((char *const[]){ NULL }, (char *const[]){ "B=2", NULL });
	hostile();
	utf8();
	many();
	sizes();
	return account_end();
}
