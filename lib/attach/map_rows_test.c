/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares the maps that the rows of lib/hooks name with the maps that the programs in the object
 * file use. A program also uses the maps of the functions that it calls. The test needs no kernel:
 * it reads the object's relocations.
 */
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <elf.h>
#include <linux/bpf.h>

#include "lib/hooks/hooks.h"
#include "lib/wire/bpf_config.h"
#include "lib/wire/shared.h"
#include "probes/et_probes.skel.h"

#define FUNCTIONS_MAX 512
#define NONE          FUNCTIONS_MAX

static const struct et_hook_table *const *tables;
static size_t table_count;

static const char *elf;
static const Elf64_Shdr *sections;
static size_t section_count;
static const char *section_names;
static const Elf64_Sym *symbols;
static size_t symbol_count;
static const char *symbol_names;

struct function {
	const char *name;
	size_t section;
	__u64 from, to;
	/*
	 * mask of enum et_hook_map: maps that the function uses; after add_callees() also the maps
	 * that its callees use
	 */
	unsigned int maps;
	bool calls[FUNCTIONS_MAX];
};

static struct function functions[FUNCTIONS_MAX];
static size_t function_count;

static bool is_code(size_t section)
{
	return section < section_count && sections[section].sh_flags & SHF_EXECINSTR;
}

/* True for a BPF program, false for a function that programs call: those are in .text. */
static bool is_program(const struct function *function)
{
	return strcmp(section_names + sections[function->section].sh_name, ".text") != 0;
}

/*
 * Return the number of the function at @offset of @section. NONE: the code there has no symbol. It
 * is a second definition of a weak function, whose symbol the linker drops.
 */
static size_t function_at(size_t section, __u64 offset)
{
	for (size_t i = 0; i < function_count; i++)
		if (functions[i].section == section && functions[i].from <= offset &&
		    offset < functions[i].to)
			return i;
	return NONE;
}

static void find_functions(void)
{
	for (size_t i = 0; i < symbol_count; i++) {
		const Elf64_Sym *symbol = &symbols[i];

		if (ELF64_ST_TYPE(symbol->st_info) != STT_FUNC || !is_code(symbol->st_shndx))
			continue;
		assert_true(function_count < FUNCTIONS_MAX);
		functions[function_count++] = (struct function){
			.name = symbol_names + symbol->st_name,
			.section = symbol->st_shndx,
			.from = symbol->st_value,
			.to = symbol->st_value + symbol->st_size,
		};
	}
}

static void read_elf(void)
{
	const Elf64_Ehdr *header;
	size_t size;

	elf = et_probes__elf_bytes(&size);
	header = (const void *)elf;
	sections = (const void *)(elf + header->e_shoff);
	section_count = header->e_shnum;
	section_names = elf + sections[header->e_shstrndx].sh_offset;
	for (size_t i = 0; i < section_count; i++) {
		if (sections[i].sh_type != SHT_SYMTAB)
			continue;
		symbols = (const void *)(elf + sections[i].sh_offset);
		symbol_count = sections[i].sh_size / sizeof(*symbols);
		symbol_names = elf + sections[sections[i].sh_link].sh_offset;
	}
	assert_non_null(symbols);
	find_functions();
}

static unsigned int mask_of(const char *name)
{
	size_t count;
	const struct et_hook_map_name *names = et_hook_map_names(&count);
	unsigned int mask = 0;

	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i].name, name) == 0)
			mask |= names[i].map;
	return mask;
}

static void add_call(size_t from, size_t section, __u64 offset)
{
	size_t to = function_at(section, offset);

	if (to != NONE)
		functions[from].calls[to] = true;
}

static const struct bpf_insn *insn_at(size_t section, __u64 offset)
{
	return (const void *)(elf + sections[section].sh_offset + offset);
}

static bool is_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_CALL;
}

/*
 * Return the distance in bytes from the call instruction to the called function. If the call has a
 * relocation, the distance begins at the relocation's symbol instead. `imm` is the distance in
 * instructions, less one.
 */
static __u64 call_offset(const struct bpf_insn *insn)
{
	return (__u64)((__s64)insn->imm + 1) * sizeof(*insn);
}

static const Elf64_Rel *relocations(size_t section, size_t *ret_count)
{
	for (size_t i = 0; i < section_count; i++) {
		if (sections[i].sh_type != SHT_REL || sections[i].sh_info != section)
			continue;
		*ret_count = sections[i].sh_size / sizeof(Elf64_Rel);
		return (const void *)(elf + sections[i].sh_offset);
	}
	*ret_count = 0;
	return NULL;
}

static bool has_relocation(size_t section, __u64 offset)
{
	size_t count;
	const Elf64_Rel *rels = relocations(section, &count);

	for (size_t i = 0; i < count; i++)
		if (rels[i].r_offset == offset)
			return true;
	return false;
}

/*
 * Note the map that a function refers to, or the function that it calls or passes as an argument.
 */
static void read_relocation(size_t section, const Elf64_Rel *rel)
{
	const Elf64_Sym *symbol = &symbols[ELF64_R_SYM(rel->r_info)];
	const struct bpf_insn *insn = insn_at(section, rel->r_offset);
	size_t from = function_at(section, rel->r_offset);

	if (from == NONE)
		return;
	if (is_code(symbol->st_shndx))
		add_call(from, symbol->st_shndx,
			 symbol->st_value + (is_call(insn) ? call_offset(insn) : (__u64)insn->imm));
	else
		functions[from].maps |= mask_of(symbol_names + symbol->st_name);
}

/* Note a call that has no relocation, because the called function is in the same section. */
static void read_call(size_t section, __u64 offset)
{
	const struct bpf_insn *insn = insn_at(section, offset);
	size_t from = function_at(section, offset);

	if (from == NONE || !is_call(insn) || insn->imm == -1 || has_relocation(section, offset))
		return;
	add_call(from, section, offset + call_offset(insn));
}

static void read_code(size_t section)
{
	size_t count;
	const Elf64_Rel *rels = relocations(section, &count);

	for (size_t i = 0; i < count; i++)
		read_relocation(section, &rels[i]);
	for (__u64 at = 0; at < sections[section].sh_size; at += sizeof(struct bpf_insn))
		read_call(section, at);
}

/* Add to each function's maps the maps of its callees, until nothing changes. */
static void add_callees(void)
{
	bool changed;

	do {
		changed = false;
		for (size_t i = 0; i < function_count; i++) {
			for (size_t j = 0; j < function_count; j++) {
				unsigned int more = functions[j].maps & ~functions[i].maps;

				if (!functions[i].calls[j] || !more)
					continue;
				functions[i].maps |= more;
				changed = true;
			}
		}
	} while (changed);
}

static int set_up(void **state)
{
	(void)state;
	tables = et_hook_tables(&table_count);
	read_elf();
	for (size_t i = 0; i < section_count; i++)
		if (is_code(i))
			read_code(i);
	add_callees();
	return 0;
}

static unsigned int maps_of(const char *program)
{
	for (size_t i = 0; i < function_count; i++)
		if (strcmp(functions[i].name, program) == 0)
			return functions[i].maps;
	fail_msg("there is no program %s", program);
	return 0;
}

static unsigned int maps_of_row(const struct et_hook_candidate *row)
{
	const struct et_hook_program *entry;
	unsigned int maps = 0;

	et_for_each_program(entry, row) maps |= maps_of(entry->program);
	return maps;
}

/* Each row names exactly the maps that its programs use. */
static void test_rows(void **state)
{
	(void)state;
	for (size_t t = 0; t < table_count; t++) {
		for (size_t i = 0; i < tables[t]->count; i++) {
			const struct et_hook_candidate *row = &tables[t]->rows[i];

			if (row->maps != maps_of_row(row))
				fail_msg("%s: the row names the maps %#x, its programs use %#x",
					 row->hook, row->maps, maps_of_row(row));
		}
	}
}

static bool is_in_a_row(const char *program)
{
	const struct et_hook_program *entry;

	for (size_t t = 0; t < table_count; t++)
		for (size_t i = 0; i < tables[t]->count; i++)
			et_for_each_program(
				entry, &tables[t]->rows[i]) if (strcmp(entry->program, program) ==
								0) return true;
	return false;
}

/* Programs without a row use only maps that are always created. */
static void test_programs_without_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < function_count; i++) {
		const char *name = functions[i].name;

		/* lib/attach/load.c loads this program only if a row names these maps. */
		if (strcmp(name, "dcache_sample_raw_tp") == 0)
			functions[i].maps &= ~(unsigned int)ET_MAP_LOOKUPS;
		if (is_program(&functions[i]) && functions[i].maps && !is_in_a_row(name))
			fail_msg("%s is in no row, and uses the maps %#x", name, functions[i].maps);
	}
}

/* Each name in et_hook_map_names() is the name of a map in the object file. */
static void test_names(void **state)
{
	size_t count;
	const struct et_hook_map_name *names = et_hook_map_names(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		bool found = false;

		for (size_t j = 0; j < symbol_count; j++)
			found = found ||
				strcmp(symbol_names + symbols[j].st_name, names[i].name) == 0;
		if (!found)
			fail_msg("there is no map %s", names[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_programs_without_row),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
