/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* disasm.h - what the files of svm_module_disasm share. */
#ifndef API_DISASM_H
#define API_DISASM_H
#include "base/buf.h"
#include "ir/module.h"
struct svm;

void disasm_slots(struct buf *b, const struct func *f, u32 pc); /* the bytes of an instruction, and a tab */
/* One instruction of an eBPF function, with the names of what it calls and uses. */
void disasm_insn(struct buf *b, const struct module *m, const struct svm *vm, u32 func, u32 pc);
/* Typed function m->func[index], with the input's own instructions where it has some; flags: SVM_DISASM_*. */
int disasm_typed(const struct module *m, u32 index, unsigned flags, struct buf *b, struct error *e);

#endif
