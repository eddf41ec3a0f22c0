/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hostmod.h - what the import module "supervm" gives its guests: maps and programs, by handle.
 *
 * A handle is the row of what was granted, so there is nothing to close and nothing to guess: each row is the guest's
 * to use. Results are 0 and more, or a negative errno of Linux. */
#ifndef API_HOSTMOD_H
#define API_HOSTMOD_H
#include "api/linker.h"

struct grant {
    char *name;
    struct map *map; /* with a reference held; or */
    struct svm_instance *ebpf;
    const struct svm_entry *entry; /* a program */
    bool write;
};
void grants_drop(struct hosts *h);

/* hostmod.c: row of a map or of a program; NULL: there is none such. */
const struct grant *granted_map(const struct host_func *f, u64 handle);
const struct grant *granted_prog(const struct host_func *f, u64 handle);
u64 grant_find(struct ctx *cx, const struct host_func *f, u64 at, u64 len, bool map); /* the handle, or -errno */
/* len bytes of the guest's memory 0 at address at, or NULL. Never NULL where len is 0 and at is in it. */
u8 *guest_bytes(struct ctx *cx, u64 at, u64 len);

enum { HOSTMOD_PARAMS = 7 };
struct hostmod_row {
    const char *name, *param, *result; /* kinds, a letter each, HOSTMOD_PARAMS at most; one result */
    u64 (*fn)(struct ctx *cx, const struct host_func *f, const u64 *a);
};
int hostmod_add(struct svm_linker *l, const char *space, const struct hostmod_row *row, u32 n);

/* wasm_bpf.c: what its guests have loaded. */
void wasm_bpf_drop(struct wasm_bpf *w);

#define HOSTMOD(name, ...) u64 hm_##name(struct ctx *cx, const struct host_func *f, const u64 *a);
#include "api/hostmod.def"
#undef HOSTMOD

/* The head of such a function: a[i] is argument i. */
#define HM(name)                                                                                                       \
    u64 hm_##name(struct ctx *cx __attribute__((unused)), const struct host_func *f __attribute__((unused)),           \
                  const u64 *a __attribute__((unused)))

#endif
