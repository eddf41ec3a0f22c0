/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_sources.h - programs of files as bare code, to be changed: .t files with assembly, objects. */
#ifndef TOOLS_KIT_SOURCES_H
#define TOOLS_KIT_SOURCES_H
#include "kit_ebpfgen.h"
#include "kit_kernel.h"
#include "supervm/supervm.h"

struct source {
    char name[120];
    struct ebpf_code *code;
    const struct map_def *map; /* of the module that it comes from, which stays */
    u32 nmap;
    bool in_kernel; /* its maps are there, too */
    struct kernel_maps kernel;
    struct svm_module *m;
};
struct sources {
    struct source *s;
    u32 n;
};
/* Adds what is found under path: programs whose type is known, that name no kernel functions and no map that bare code
 * cannot have. kernel: with the maps in the kernel, too. */
void sources_add(struct sources *s, struct svm *vm, const char *path, bool kernel);
void sources_drop(struct sources *s);

#endif
