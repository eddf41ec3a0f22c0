/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* alone.h - executables that hold one program, compiled ahead of time, and what it needs of the library.
 *
 *   prog.o      svm_native: its code, and the module (abi/native.h)
 *   start.c     svm_alone_start: options that it starts with (api/emit_link.c)
 *   libsupervm-ebpf.a    main() for programs, which has the options of "supervm run" that they take; or
 *   libsupervm-typed.a   main() for WebAssembly, whose arguments are the guest's
 *   libsupervm-rt.a      the runtime, and what of the command both need */
#ifndef ALONE_ALONE_H
#define ALONE_ALONE_H
#include "cli/run.h"
#include "supervm/native.h"

extern const struct svm_native svm_native; /* the struct native_head of prog.o */
extern const char svm_alone_start[]; /* a 0 behind each, and one more behind the last */

/* argv as if the options stood in front of it; n: how many they are. NULL: out of memory. The result is malloced. */
char **alone_arguments(int *argc, char **argv, int *n);
/* r->vm, configured as the code was compiled, and r->module. */
int alone_open(struct run *r, struct svm_config *c);

#endif
