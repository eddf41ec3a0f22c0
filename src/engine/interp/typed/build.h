/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* build.h - making nodes: what build.c and build_obj.c share. */
#ifndef ENGINE_INTERP_TYPED_BUILD_H
#define ENGINE_INTERP_TYPED_BUILD_H
#include "engine/interp/typed/lower.h"

/* A new node of the instruction at pc; NULL: out of memory. Nodes move when there is a new one. */
struct node *ityped_node(struct tlower *w, u8 kind, u8 flags, u32 pc);
/* Operand k of node n is register reg, read as letter t of isa.def. */
void ityped_use(struct tlower *w, struct node *n, u32 k, u16 reg, char t);
/* The node that writes a constant there, or NULL. */
const struct node *ityped_constant(const struct tlower *w, const struct operand *x);
/* Node n writes register a, of letter t. */
void ityped_result(struct tlower *w, struct node *n, u16 a, char t);
/* A register that is read where it is. */
void ityped_stands(struct tlower *w, u16 reg);
int ityped_const(struct tlower *w, u16 a, u64 val, u32 pc);

/* build_obj.c */
struct node *ityped_other(struct tlower *w, const struct insn *i, u32 pc, u16 form, u8 flags);
int ityped_object_node(struct tlower *w, const struct insn *i, u32 pc);
int ityped_control(struct tlower *w, const struct insn *i, u32 pc);
void ityped_find_dirty(struct tlower *w, u32 b);

#endif
