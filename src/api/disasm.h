/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* disasm.h - what the files of svm_module_disasm and svm_program_disasm share. */
#ifndef API_DISASM_H
#define API_DISASM_H
#include "base/buf.h"
#include "ir/module.h"
struct program;
struct svm;

void disasm_slots(struct buf *b, const struct func *f, u32 pc); /* the bytes of an instruction, and a tab */
/* One instruction of an eBPF function, with the names of what it calls and uses. */
void disasm_insn(struct buf *b, const struct module *m, const struct svm *vm, u32 func, u32 pc);

/* The machine code of a program's functions; before instruction pc is printed, native_upto() adds that of those before. */
struct native;
int native_open(struct native **out, const struct program *p, struct error *e);
int native_func(struct native *n, u32 func, struct error *e); /* from now on of this function */
void native_upto(struct native *n, u32 pc, struct buf *b);    /* UINT32_MAX: all that is left */
void native_close(struct native *n);

/* Typed function m->func[index], with the input's own instructions where it has some; flags: SVM_DISASM_*; n: may be NULL. */
int disasm_typed(const struct module *m, u32 index, unsigned flags, struct native *n, struct buf *b, struct error *e);

#endif
