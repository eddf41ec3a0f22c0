/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* text.h - types as people read them: "i32", "funcref", "(i32, i64) -> (f64)". */
#ifndef IR_TEXT_H
#define IR_TEXT_H
#include "ir/module.h"

void print_valtype(struct buf *b, u32 vt);
void print_signature(struct buf *b, const struct module *m, u32 type); /* type: of a function */

#endif
