/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* front.h - the front ends there are. A new one is a folder that exports a struct front, and a row in fronts.c. */
#ifndef FRONT_FRONT_H
#define FRONT_FRONT_H
#include "ir/module.h"

extern const struct front front_elf;    /* eBPF object files (elf/) */
extern const struct front front_raw;    /* instructions as they stand in memory, little endian (raw/) */
extern const struct front front_hex;    /* the same as hexadecimal text */
extern const struct front front_asm;    /* eBPF assembly */
extern const struct front front_svmasm; /* the same with wide forms and directives */
extern const struct front front_svm;    /* modules as svm_module_save() wrote them (svm/) */
extern const struct front front_wasm;   /* WebAssembly modules (wasm/) */

/* All of them in the order in which they are asked to recognise an input; NULL at the end. */
extern const struct front *const fronts[];
const struct front *front_named(const char *name);
const struct front *front_sniff(const u8 *p, size_t n); /* NULL: nobody knows it */

#endif
