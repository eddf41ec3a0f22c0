/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* print.h - WebAssembly instructions as text, for the disassembler and `info`. */
#ifndef FRONT_WASM_PRINT_H
#define FRONT_WASM_PRINT_H
#include "base/buf.h"
#include "front/wasm/wasm.h"
#include "ir/module.h"

/* "i32.load offset=16 align=2", no newline. */
void wasm_insn_print(struct buf *b, const struct wasm_module *m, const struct wasm_insn *i);

extern const struct front_view wasm_view;

#endif
