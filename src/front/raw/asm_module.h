/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* asm_module.h - what .svm assembly says of a module with typed functions; private to front/raw/. */
#ifndef FRONT_RAW_ASM_MODULE_H
#define FRONT_RAW_ASM_MODULE_H
#include "ir/module.h"

/* From the declarations and signatures of o to types, entities, segments; m->func[] becomes the imported functions
 * and behind them those that stand in m->func[] now. */
int asm_module(struct module *m, const char *text, const struct asm_out *o, struct error *e);

#endif
