/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLANKS " \t\r\f\v"

/* The text of the file. Parsed options keep pointers to it. */
static char text[CONFIG_MAX + 2];

static int read_text(int fd)
{
	struct stat st;
	size_t size = 0;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EMEDIUMTYPE;
	while ((n = read(fd, text + size, CONFIG_MAX + 1 - size)) > 0)
		size += (size_t)n;
	if (n < 0)
		return -errno;
	if (size > CONFIG_MAX)
		return -EFBIG;
	text[size] = '\0';
	return strlen(text) == size ? 0 : -EILSEQ;
}

int config_open(const char *path, struct config *ret)
{
	/* O_NONBLOCK: opening a FIFO does not wait for a writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), r;

	if (fd < 0)
		return -errno;
	r = read_text(fd);
	close(fd);
	if (r == 0)
		*ret = (struct config){ .next = text };
	return r;
}

/* Remove blanks at both ends. Return: the first other character. */
static char *trim(char *s)
{
	size_t len;

	s += strspn(s, BLANKS);
	len = strlen(s);
	while (len && strchr(BLANKS, s[len - 1]))
		s[--len] = '\0';
	return s;
}

int config_next(struct config *config, struct config_option *ret)
{
	while (*config->next) {
		char *line = config->next, *end = line + strcspn(line, "\n"), *value;

		config->next = *end ? end + 1 : end;
		config->line++;
		*end = '\0';
		line = trim(line);
		if (!*line || *line == '#')
			continue;
		value = strchr(line, '=');
		if (value)
			*value++ = '\0';
		ret->name = trim(line);
		ret->value = value ? trim(value) : NULL;
		ret->line = config->line;
		return 1;
	}
	return 0;
}
