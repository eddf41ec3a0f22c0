/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* no_typed.c - of an executable that holds eBPF alone: what the runtime calls of typed functions, of which there are
 * none. The linker takes these in place of the files that define them, a quarter of the runtime. */
#include "api/api.h"
#include "engine/native/run.h"
#include "ir/validate.h"

static int none(struct error *e) {
    return fail(e, E_UNSUP, NOWHERE, "this executable runs eBPF alone");
}

/* engine/native/linked.c */
struct native_code_block *native_linked(const struct native_head *h, struct error *e) {
    (void)h;
    none(e);
    return NULL;
}
void native_unlink(struct native_code_block *c) {
    (void)c;
}

/* engine/native/typed.c, and lines.c, which it reads where an access has faulted */
static void no_function(struct ctx *cx, u64 place) {
    native_trap_at(cx, place, TRAP_UNREACHABLE);
}
void native_note_typed(struct ctx *cx, u64 place) {
    (void)cx, (void)place;
}
void native_fault_at(u64 at) {
    (void)at;
}
void native_deep(struct ctx *cx) {
    no_function(cx, 0);
}
void native_call_ref(struct ctx *cx, u64 place, u64 *sp, const struct funcref *f) {
    (void)sp, (void)f;
    no_function(cx, place);
}
void native_tail_ref(struct ctx *cx, u64 place, u64 *sp, const struct funcref *f) {
    (void)sp, (void)f;
    no_function(cx, place);
}
void native_throw(struct ctx *cx, u64 place, u32 tag, u32 nslot) {
    (void)tag, (void)nslot;
    no_function(cx, place);
}
void native_rethrow(struct ctx *cx, u64 place, u64 exception) {
    (void)exception;
    no_function(cx, place);
}
void native_pass(struct ctx *cx, u64 place) {
    (void)cx, (void)place;
}
u64 native_caught(struct ctx *cx) {
    return (void)cx, 0;
}
const struct funcref *native_element(struct ctx *cx, u64 place, u32 table, u32 type, u64 i) {
    (void)table, (void)type, (void)i;
    no_function(cx, place);
    return NULL;
}
const struct funcref *native_ref(struct ctx *cx, u64 place, const struct funcref *f, u32 type) {
    (void)type;
    no_function(cx, place);
    return f;
}
u64 native_object(struct ctx *cx, u64 place, u64 *sp, u32 op, u64 xy, u64 a, u64 b, u64 c) {
    (void)sp, (void)op, (void)xy, (void)a, (void)b, (void)c;
    no_function(cx, place);
    return 0;
}
void native_call(const void *image, struct ctx *cx, u32 func, u64 *slot) {
    (void)image, (void)func, (void)slot;
    trap(cx, TRAP_UNREACHABLE);
}
bool native_call_entry(const void *image, struct ctx *cx, u32 func, u64 *slot, struct engine_entry *out) {
    (void)image, (void)cx, (void)func, (void)slot, (void)out;
    return false;
}
void native_entry_drop(struct engine_entry *out) {
    out->enter = NULL;
}
void nstack_free(struct nstack *s) {
    (void)s;
}

/* rt/typed */
bool module_is_typed(const struct module *m) {
    return (void)m, false;
}
const struct rtype **types_of_module(struct registry *r, struct arena *a, const struct module *m, struct error *e) {
    (void)r, (void)a, (void)m;
    none(e);
    return NULL;
}
void types_release(struct registry *r, const struct rtype *const *t, u32 n) {
    (void)r, (void)t, (void)n;
}
int types_init(struct registry *r) {
    return (void)r, 0;
}
void types_drop(struct registry *r) {
    (void)r;
}
int waits_init(struct registry *r) {
    return (void)r, 0;
}
void waits_drop(struct registry *r) {
    (void)r;
}
void wake_all(struct registry *r) {
    (void)r;
}
void places_drop(struct registry *r) {
    (void)r;
}
void stacks_drop(struct registry *r) {
    (void)r;
}
bool index_exports(struct program *p) {
    return (void)p, true;
}
void image_drop(struct program *p) {
    (void)p;
}
void typed_drop(struct instance *in) {
    (void)in;
}
bool chain_interrupted(const struct ctx *cx) {
    return (void)cx, false;
}
static void unreachable(struct ctx *cx) {
    trap(cx, TRAP_UNREACHABLE);
}
bool rt_call_ref(struct ctx *cx, const struct funcref *f, u64 *slot) {
    (void)f, (void)slot;
    unreachable(cx);
    return false;
}
u64 rt_object(struct ctx *cx, u32 op, u32 x, u32 y, u64 a, u64 b, u64 c) {
    (void)op, (void)x, (void)y, (void)a, (void)b, (void)c;
    unreachable(cx);
    return 0;
}
struct exception *rt_exception(struct ctx *cx, u32 tag, const u64 *slot, u32 nslot) {
    (void)tag, (void)slot, (void)nslot;
    unreachable(cx);
    return NULL;
}

/* api */
struct svm_instance *typed_instance_new(struct svm_program *p, struct svm_linker *l, struct error *e) {
    (void)p, (void)l;
    none(e);
    return NULL;
}
void typed_instance_free(struct svm_instance *in) {
    (void)in;
}
void vm_wasi_drop(struct svm *vm) {
    (void)vm;
}
const struct helper *export_as_kfunc(void *instance, struct arena *a, const char *name) {
    (void)instance, (void)a, (void)name;
    return NULL;
}

/* ir: a module that has any of it is refused */
int validate_tables(struct module *m, const struct limits *l, struct error *e) {
    bool has = m->ntype || m->next || m->nexport || m->nmemory || m->ntable || m->nglobal || m->ntag || m->nelem ||
               m->ndata || m->has_init;
    (void)l;
    return has ? none(e) : 0;
}
int typed_signature(struct work *w) {
    return none(w->e);
}
int typed_handlers(struct work *w) {
    return none(w->e);
}
int typed_insn(struct work *w, const struct insn *i) {
    (void)i;
    return none(w->e);
}
