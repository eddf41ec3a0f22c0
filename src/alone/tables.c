/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tables.c - of an executable that holds a program, in place of the library's lists: no engine, since the code is
 * there; no front end but the one that the module was saved for; no checker, which has done its work. */
#include "alone/alone.h"
#include "api/prove.h"
#include "engine/engines.h"
#include "engine/native/run.h"
#include "front/front.h"
#include "rt/stats.h"
#include <string.h>

const struct engine *engine_by_rank(u32 i) {
    (void)i;
    return NULL;
}

const struct front *const fronts[] = {&front_svm, NULL};

const struct front *front_named(const char *name) {
    return strcmp(name, front_svm.name) ? NULL : &front_svm;
}

const struct front *front_sniff(const u8 *p, size_t n) {
    return front_svm.sniff(p, n) ? &front_svm : NULL;
}

/* No objects are loaded: the code is part of the executable. */
void native_unload(struct native_code_block *c) {
    (void)c;
}
void native_tell(struct native_image *im) {
    (void)im;
}
void native_forget(struct native_image *im) {
    (void)im;
}

/* No .svm file is written. */
int isa_encode(const struct insn *in, size_t pc, u64 slot[2]) {
    (void)in, (void)pc, (void)slot;
    return 0;
}

/* Nothing is counted, as by no code that was made before (api/native.c). */
bool stats_bind(struct program *p, const struct helper **table, u32 n) {
    return (void)p, (void)table, (void)n, false;
}
void stats_drop(struct program *p) {
    (void)p;
}
bool stats_join(struct instance *in) {
    return (void)in, false;
}
void stats_part(struct instance *in) {
    (void)in;
}
u32 stats_run(struct instance *in, u32 func, const struct run_input *i, u64 *insns) {
    return instance_run(in, func, i, insns);
}
void show_stats(const struct run *r) {
    (void)r;
}

int prove(struct program *p, const struct svm *vm, const struct svm_link_options *o, bool plain, struct error *e) {
    (void)p, (void)vm, (void)o, (void)plain;
    return fail(e, E_UNSUP, NOWHERE, "this executable proves nothing: supervm compile has done so");
}
