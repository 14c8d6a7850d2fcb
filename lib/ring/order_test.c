/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks that ring.c, built for arm64, has the instructions that order its accesses to memory:
 *
 *	order_test OBJECT...
 *
 * An arm64 processor may reorder loads and stores. The compiler emits these instructions only if
 * ring.c uses acquire, release and a full fence. Other tests do not notice a weaker order: they run
 * on x86-64, also with an emulator of arm64. That processor never reorders two loads or two stores.
 */
#include <elf.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Arm Architecture Reference Manual, "Load/store exclusive" and "Barriers". */
static const struct order {
	const char *purpose;
	uint32_t mask, bits;
} orders[] = {
	{ "ldar w: a record's data are read after its head", 0xfffffc00, 0x88dffc00 },
	{ "ldar x: records are read after the producers' position", 0xfffffc00, 0xc8dffc00 },
	{ "stlr x: the reader's position is stored after its reads", 0xfffffc00, 0xc89ffc00 },
	{ "dmb ish: rings are read after the sleep flag is set", 0xffffffff, 0xd5033bbf },
};

#define ORDERS (sizeof(orders) / sizeof(orders[0]))

static char **objects;
static int object_count;

static bool section_has(const char *code, size_t size, const struct order *order)
{
	uint32_t insn;

	for (size_t at = 0; at + sizeof(insn) <= size; at += sizeof(insn)) {
		memcpy(&insn, code + at, sizeof(insn));
		if ((insn & order->mask) == order->bits)
			return true;
	}
	return false;
}

static bool object_has(const char *data, const struct order *order)
{
	const Elf64_Ehdr *header = (const void *)data;
	const Elf64_Shdr *section = (const void *)(data + header->e_shoff);

	for (int i = 0; i < header->e_shnum; i++)
		if (section[i].sh_flags & SHF_EXECINSTR &&
		    section_has(data + section[i].sh_offset, section[i].sh_size, order))
			return true;
	return false;
}

static void check_object(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const Elf64_Ehdr *header;
	struct stat st;
	char *data;

	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size <= 0) {
		fail_msg("cannot read %s", path);
		return;
	}
	data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	assert_ptr_not_equal(data, MAP_FAILED);
	close(fd);
	header = (const void *)data;
	assert_memory_equal(header->e_ident, ELFMAG, SELFMAG);
	assert_int_equal(header->e_machine, EM_AARCH64);
	for (size_t i = 0; i < ORDERS; i++)
		if (!object_has(data, &orders[i]))
			fail_msg("%s lacks the instruction %s", path, orders[i].purpose);
	munmap(data, (size_t)st.st_size);
}

static void test_order(void **state)
{
	(void)state;
	assert_true(object_count > 0);
	for (int i = 0; i < object_count; i++)
		check_object(objects[i]);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
	};

	objects = argv + 1;
	object_count = argc - 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
