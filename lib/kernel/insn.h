/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Macros for BPF instructions. Short BPF programs that query the kernel are arrays of these
 * instructions in the C source. Such a program needs no object file, no BTF and no relocation.
 */
#ifndef ET_INSN_H
#define ET_INSN_H

#include <linux/bpf.h>

#define ET_INSN(c, d, s, o, i) \
	((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })

#define ET_INSN_MOV(dst, src)              ET_INSN(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0)
#define ET_INSN_MOV_IMM(dst, imm)          ET_INSN(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, imm)
#define ET_INSN_MOV32(dst, src)            ET_INSN(BPF_ALU | BPF_MOV | BPF_X, dst, src, 0, 0)
#define ET_INSN_SUB32(dst, src)            ET_INSN(BPF_ALU | BPF_SUB | BPF_X, dst, src, 0, 0)
#define ET_INSN_ADD_IMM(dst, imm)          ET_INSN(BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, imm)
#define ET_INSN_RSH_IMM(dst, imm)          ET_INSN(BPF_ALU64 | BPF_RSH | BPF_K, dst, 0, 0, imm)
#define ET_INSN_LOAD64(dst, src, off)      ET_INSN(BPF_LDX | BPF_MEM | BPF_DW, dst, src, off, 0)
#define ET_INSN_STORE64(dst, off, src)     ET_INSN(BPF_STX | BPF_MEM | BPF_DW, dst, src, off, 0)
#define ET_INSN_STORE64_IMM(dst, off, imm) ET_INSN(BPF_ST | BPF_MEM | BPF_DW, dst, 0, off, imm)
#define ET_INSN_CALL(helper)               ET_INSN(BPF_JMP | BPF_CALL, 0, 0, 0, helper)
#define ET_INSN_EXIT()                     ET_INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

#endif /* ET_INSN_H */
