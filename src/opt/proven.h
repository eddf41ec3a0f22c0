/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* proven.h - a function's code with what is proven of it put in, for any engine. */
#ifndef OPT_PROVEN_H
#define OPT_PROVEN_H
#include "base/arena.h"
#include "ir/facts.h"
#include "ir/module.h"

/* f's code where nothing can be said better, else its instructions one for one, with the same results, traps and
 * charges in every run that the facts hold for. *folded: how many accesses of memory became numbers. */
const struct insn *proven_code(const struct func *f, const struct func_facts *facts, struct arena *a, u32 *folded);

#endif
