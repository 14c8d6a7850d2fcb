/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks in ELF files how the programs of this tree are compiled and linked:
 *
 *	hardening_test PROGRAM OBJECT...
 *
 * The first object is that of hardening_frame.c. CET notes are checked only in objects. The program
 * lacks them, because the C library in it has none.
 */
#define _GNU_SOURCE
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

#include "tools/lint/hardening_frame.h"

static const char *program;
static char **objects;
static int object_count;

/* ---- files -------------------------------------------------------------------------------- */

struct elf {
	const char *path;
	const char *data;
	size_t size;
	const Elf64_Ehdr *header;
};

static struct elf elf_open(const char *path)
{
	struct elf elf = { .path = path };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		fail_msg("%s cannot be opened", path);
	elf.size = (size_t)st.st_size;
	elf.data = mmap(NULL, elf.size, PROT_READ, MAP_PRIVATE, fd, 0);
	assert_ptr_not_equal(elf.data, MAP_FAILED);
	close(fd);
	elf.header = (const void *)elf.data;
	assert_memory_equal(elf.header->e_ident, ELFMAG, SELFMAG);
	return elf;
}

static void elf_close(struct elf *elf)
{
	munmap((void *)elf->data, elf->size);
}

static const Elf64_Shdr *sections(const struct elf *elf)
{
	return (const void *)(elf->data + elf->header->e_shoff);
}

static const char *name_of(const struct elf *elf, const Elf64_Shdr *section)
{
	return elf->data + sections(elf)[elf->header->e_shstrndx].sh_offset + section->sh_name;
}

static const Elf64_Shdr *find_section(const struct elf *elf, const char *name)
{
	for (int i = 0; i < elf->header->e_shnum; i++)
		if (!strcmp(name_of(elf, &sections(elf)[i]), name))
			return &sections(elf)[i];
	return NULL;
}

static const Elf64_Phdr *find_segment(const struct elf *elf, Elf64_Word type)
{
	const Elf64_Phdr *segments = (const void *)(elf->data + elf->header->e_phoff);

	for (int i = 0; i < elf->header->e_phnum; i++)
		if (segments[i].p_type == type)
			return &segments[i];
	return NULL;
}

/* True if the file has a symbol of this name, defined or undefined. */
static bool has_symbol(const struct elf *elf, const char *name)
{
	const Elf64_Shdr *table = find_section(elf, ".symtab");
	const Elf64_Sym *symbols;
	const char *names;

	assert_non_null(table);
	symbols = (const void *)(elf->data + table->sh_offset);
	names = elf->data + sections(elf)[table->sh_link].sh_offset;
	for (size_t i = 0; i < table->sh_size / sizeof(*symbols); i++)
		if (!strcmp(names + symbols[i].st_name, name))
			return true;
	return false;
}

/* The bits of GNU_PROPERTY_X86_FEATURE_1_AND; 0: the file has no such note. */
static uint32_t cet_of(const struct elf *elf)
{
	const Elf64_Shdr *section = find_section(elf, ".note.gnu.property");
	const Elf64_Nhdr *note;
	const char *p, *end;

	if (!section)
		return 0;
	note = (const void *)(elf->data + section->sh_offset);
	p = (const char *)(note + 1) + note->n_namesz;
	end = p + note->n_descsz;
	while (end - p >= 8) {
		uint32_t type, size, bits;

		memcpy(&type, p, 4);
		memcpy(&size, p + 4, 4);
		if (type == GNU_PROPERTY_X86_FEATURE_1_AND && size == 4) {
			memcpy(&bits, p + 8, 4);
			return bits;
		}
		p += 8 + (size + 7) / 8 * (size_t)8;
	}
	return 0;
}

/* ---- objects ------------------------------------------------------------------------------ */

static void test_cet(void **state)
{
	const uint32_t both = GNU_PROPERTY_X86_FEATURE_1_IBT | GNU_PROPERTY_X86_FEATURE_1_SHSTK;

	(void)state;
	assert_true(object_count > 1);
	for (int i = 0; i < object_count; i++) {
		struct elf elf = elf_open(objects[i]);

		if ((cet_of(&elf) & both) != both)
			fail_msg("%s has no CET notes", objects[i]);
		elf_close(&elf);
	}
}

static void test_no_exec_stack_wanted(void **state)
{
	(void)state;
	for (int i = 0; i < object_count; i++) {
		struct elf elf = elf_open(objects[i]);
		const Elf64_Shdr *section = find_section(&elf, ".note.GNU-stack");

		if (!section || section->sh_flags & SHF_EXECINSTR)
			fail_msg("%s wants a stack that can be executed", objects[i]);
		elf_close(&elf);
	}
}

/* The section with the code of a function. */
static const Elf64_Shdr *code_of(const struct elf *elf, const char *section)
{
	const Elf64_Shdr *code = find_section(elf, section);

	if (!code)
		fail_msg("%s has no %s", elf->path, section);
	return code;
}

static void test_branch_targets(void **state)
{
	static const unsigned char endbr64[] = { 0xf3, 0x0f, 0x1e, 0xfa };
	struct elf elf = elf_open(objects[0]);
	const Elf64_Shdr *code = code_of(&elf, ".text.frame_copy");

	(void)state;
	/* endbr64 may come after data that a sanitizer puts before the function's code. */
	assert_non_null(memmem(elf.data + code->sh_offset, 16, endbr64, sizeof(endbr64)));
	elf_close(&elf);
}

/* Look for movq $0, (%rsp), with which the function touches each page in the order of the stack. */
static void test_stack_clash(void **state)
{
	static const unsigned char touch[] = { 0x48, 0xc7, 0x04, 0x24, 0, 0, 0, 0 };
	struct elf elf = elf_open(objects[0]);
	const Elf64_Shdr *code = code_of(&elf, ".text.frame_large");
	bool found = false;

	(void)state;
	for (size_t at = 0; at + sizeof(touch) <= code->sh_size; at++)
		if (!memcmp(elf.data + code->sh_offset + at, touch, sizeof(touch)))
			found = true;
	assert_true(found);
	elf_close(&elf);
}

static void test_fortify(void **state)
{
	struct elf elf = elf_open(objects[0]);
#if defined(__OPTIMIZE__) && !SANITIZED
	const bool wanted = true;
#else
	const bool wanted = false;
#endif

	(void)state;
	assert_int_equal(has_symbol(&elf, "__memcpy_chk"), wanted);
	assert_true(has_symbol(&elf, "__stack_chk_fail"));
	elf_close(&elf);
}

/* ---- the program -------------------------------------------------------------------------- */

static uint64_t dynamic(const struct elf *elf, Elf64_Sxword tag)
{
	const Elf64_Phdr *segment = find_segment(elf, PT_DYNAMIC);
	const Elf64_Dyn *d;

	assert_non_null(segment);
	for (d = (const void *)(elf->data + segment->p_offset); d->d_tag != DT_NULL; d++)
		if (d->d_tag == tag)
			return d->d_un.d_val;
	return 0;
}

/* The program is position-independent. Relocated memory is read-only after the relocation. */
static void test_position(void **state)
{
	struct elf elf = elf_open(program);

	(void)state;
	assert_int_equal(elf.header->e_type, ET_DYN);
	assert_true(dynamic(&elf, DT_FLAGS_1) & DF_1_PIE);
	assert_true(dynamic(&elf, DT_FLAGS_1) & DF_1_NOW);
	assert_false(dynamic(&elf, DT_FLAGS) & DF_TEXTREL);
	assert_non_null(find_segment(&elf, PT_GNU_RELRO));
#if !SANITIZED
	assert_null(find_segment(&elf, PT_INTERP));
#endif
	elf_close(&elf);
}

/* No memory is both writable and executable, including the stack. */
static void test_memory(void **state)
{
	struct elf elf = elf_open(program);
	const Elf64_Phdr *segments = (const void *)(elf.data + elf.header->e_phoff);
	const Elf64_Phdr *stack = find_segment(&elf, PT_GNU_STACK);

	(void)state;
	assert_non_null(stack);
	assert_false(stack->p_flags & PF_X);
	for (int i = 0; i < elf.header->e_phnum; i++)
		assert_false((segments[i].p_flags & PF_W) && (segments[i].p_flags & PF_X));
	elf_close(&elf);
}

/* The parts of the program are compiled with the same options as hardening_frame.c. */
static void test_checks(void **state)
{
	struct elf elf = elf_open(program);

	(void)state;
	assert_true(has_symbol(&elf, "__stack_chk_fail"));
#if defined(__OPTIMIZE__) && !SANITIZED
	assert_true(has_symbol(&elf, "__vsnprintf_chk"));
#endif
	elf_close(&elf);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cet),
		cmocka_unit_test(test_no_exec_stack_wanted),
		cmocka_unit_test(test_branch_targets),
		cmocka_unit_test(test_stack_clash),
		cmocka_unit_test(test_fortify),
		cmocka_unit_test(test_position),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_checks),
	};

	if (argc < 3)
		return 2;
	program = argv[1];
	objects = argv + 2;
	object_count = argc - 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
