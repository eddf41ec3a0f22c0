/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_kernel.h - what the verifier of the running kernel says of a program. */
#ifndef TOOLS_KIT_KERNEL_H
#define TOOLS_KIT_KERNEL_H
#include "ir/module.h"

/* May programs be loaded here, by a kernel whose verdicts are those that test/check was written beside (6.18 and
 * later)? False: why. */
bool kernel_verifies(char *why, size_t size);

struct kernel_verdict {
    bool accepted;
    int err;        /* errno of a rejection */
    char said[320]; /* the last line of the verifier's log that is not a count */
    u32 slot;       /* of a rejection: the last instruction that the log shows (of a leak: the one that took it), or NO_INDEX */
};

/* The maps of a module, made in the kernel; what its programs are loaded with. */
struct kernel_maps {
    int *fd;
    u32 n;
};
bool kernel_maps_make(struct kernel_maps *k, const struct module *m, char *why, size_t size);
void kernel_maps_drop(struct kernel_maps *k);

/* A program of bare slots (no kfuncs, no BTF but for the functions' own), as kind (enum prog_kind). quick: no log. */
void kernel_verify(const struct kernel_maps *k, const struct module *m, u32 kind, bool quick, struct kernel_verdict *v);

/* Program prog of an object, by libbpf. False: the object itself is refused, v->said says why. */
bool kernel_verify_object(const void *bytes, size_t n, const char *prog, struct kernel_verdict *v);

#endif
