/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* thunks.c - the rows of helpers.def and kfuncs.def as code: a thunk for each checks every
 * argument by its kind, in line, then calls the function; a table for each tells engines,
 * linker and checker the same facts. */
#include "rt/helpers/helpers.h"
#include <string.h>

/* ---- one argument: *v is it, n the next one, *m the last map. False: cx->trap is set. ---- */

static inline bool check_NONE(struct ctx *cx, u64 *v, u64 n, struct map **m) {
    (void)cx, (void)v, (void)n, (void)m;
    return true;
}
static inline bool check_ANY(struct ctx *cx, u64 *v, u64 n, struct map **m) {
    return check_NONE(cx, v, n, m);
}
static inline bool check_SIZE_OR_ZERO(struct ctx *cx, u64 *v, u64 n, struct map **m) {
    return check_NONE(cx, v, n, m);
}

static inline bool check_CTX(struct ctx *cx, u64 *v, u64 n, struct map **m) {
    (void)n, (void)m;
    if (cx->type->size ? *v == handle(TAG_CTX, 0) : *v == num(cx->host_ctx))
        return true;
    trap(cx, TRAP_BAD_CONTEXT);
    return false;
}
static inline bool check_MAP(struct ctx *cx, u64 *v, u64 n, struct map **m) {
    (void)n;
    if (!(*m = map_arg(cx, *v)))
        return false;
    *v = num(*m);
    return true;
}
static inline bool check_MAP_KEY(struct ctx *cx, u64 *v, u64 n, struct map **m) {
    (void)n;
    return mem_read(cx, *v, (*m)->key_size);
}
static inline bool check_MAP_VALUE(struct ctx *cx, u64 *v, u64 n, struct map **m) {
    (void)n;
    return mem_read(cx, *v, (*m)->value_size) && charge_bytes(cx, (*m)->value_size);
}
static inline bool check_MAP_VALUE_OUT(struct ctx *cx, u64 *v, u64 n, struct map **m) {
    (void)n;
    return mem_write(cx, *v, (*m)->value_size) && charge_bytes(cx, (*m)->value_size);
}
static inline bool check_MEM(struct ctx *cx, u64 *v, u64 n, struct map **m) {
    (void)m;
    return mem_read(cx, *v, n) && charge_bytes(cx, n);
}
static inline bool check_MEM_OUT(struct ctx *cx, u64 *v, u64 n, struct map **m) {
    (void)m;
    return mem_write(cx, *v, n) && charge_bytes(cx, n);
}
static inline bool check_MEM_OR_NULL(struct ctx *cx, u64 *v, u64 n, struct map **m) {
    return (!*v && !n) || check_MEM(cx, v, n, m);
}
static inline bool check_SIZE(struct ctx *cx, u64 *v, u64 n, struct map **m) {
    (void)n, (void)m;
    if (*v)
        return true;
    trap(cx, TRAP_BAD_ARGUMENT);
    return false;
}
static inline bool check_STR(struct ctx *cx, u64 *v, u64 n, struct map **m) {
    (void)n, (void)m;
    return mem_str(cx, *v);
}
static inline bool check_FUNC(struct ctx *cx, u64 *v, u64 n, struct map **m) {
    u32 func;
    (void)n, (void)m;
    if (!func_arg(cx, *v, &func))
        return false;
    *v = func;
    return true;
}
static inline bool check_RECORD(struct ctx *cx, u64 *v, u64 n, struct map **m) {
    (void)n, (void)m;
    if (object_find(cx, OBJECT_RECORD, ptr(*v)))
        return true;
    trap(cx, TRAP_BAD_HANDLE);
    return false;
}
/* A word of a map value that programs may write, and nothing else. */
static bool check_LOCK(struct ctx *cx, u64 *v, u64 n, struct map **m) {
    (void)n, (void)m;
    for (u32 i = REGION_MAP; i < REGION_MAP + cx->program->m->nmap; i++)
        if (*v % 4 == 0 && region_holds(&cx->region[i], *v, 4, true))
            return true;
    for (u32 i = 0; i < cx->in->ninner; i++) {
        struct map *in = cx->in->inner[i];
        u64 off = *v - num(in->value);
        if (*v % 4 == 0 && in->value && !in->read_only && off < in->value_len && in->value_len - off >= 4)
            return true;
    }
    trap(cx, TRAP_BAD_ARGUMENT);
    return false;
}
/* The function looks it up in the table of the run. */
static inline bool check_OBJECT(struct ctx *cx, u64 *v, u64 n, struct map **m) {
    return check_NONE(cx, v, n, m);
}
static inline bool check_MEM8_OUT(struct ctx *cx, u64 *v, u64 n, struct map **m) {
    (void)n, (void)m;
    return mem_write(cx, *v, 8);
}
/* Dynptrs and iterators: 16 bytes, aligned, of the program's own memory. */
static inline bool check_OBJECT_OUT(struct ctx *cx, u64 *v, u64 n, struct map **m) {
    (void)n, (void)m;
    if (*v % 8) {
        trap(cx, TRAP_BAD_ARGUMENT);
        return false;
    }
    return mem_write(cx, *v, 16);
}

bool helper_args(struct ctx *cx, const struct helper *h, u64 arg[5]) {
    struct map *m = NULL;
    for (int i = 0; i < 5; i++) {
        u64 n = i < 4 ? arg[i + 1] : 0;
        bool ok = true;
        switch ((enum arg)h->arg[i]) {
#define KIND(k)                                                                                                        \
    case ARG_##k: ok = check_##k(cx, &arg[i], n, &m); break;
            /* clang-format off */
            KIND(NONE) KIND(ANY) KIND(CTX) KIND(MAP) KIND(MAP_KEY) KIND(MAP_VALUE) KIND(MAP_VALUE_OUT)
            KIND(MEM) KIND(MEM_OUT) KIND(MEM_OR_NULL) KIND(SIZE) KIND(SIZE_OR_ZERO) KIND(STR) KIND(FUNC)
            KIND(RECORD) KIND(LOCK) KIND(OBJECT) KIND(OBJECT_OUT) KIND(MEM8_OUT)
            /* clang-format on */
        }
        if (!ok)
            return false;
    }
    return true;
}

/* ---- thunks ---- */

enum {
    TC = 1 << PROG_TC,
    XDP = 1 << PROG_XDP,
    CG = 1 << PROG_CGROUP_SKB,
    SKB = TC | CG | 1 << PROG_SOCKET,
    FWD = TC | XDP,
    PKT = SKB | XDP,
    TRACED = 1 << PROG_FENTRY | 1 << PROG_FEXIT,
    ANY = 0,
};

static inline bool right_kind(struct ctx *cx, u32 kinds) {
    if (!kinds || (kinds >> cx->type->kind & 1 && (cx->pkt || cx->type->form == CTX_BYTES)))
        return true;
    trap(cx, TRAP_BAD_CONTEXT);
    return false;
}

#define THUNK(name, fn, kinds, k1, k2, k3, k4, k5)                                                                     \
    static u64 t_##name(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {                                      \
        struct map *m = NULL;                                                                                          \
        if (!right_kind(cx, kinds) || !check_##k1(cx, &r1, r2, &m) || !check_##k2(cx, &r2, r3, &m) ||                  \
            !check_##k3(cx, &r3, r4, &m) || !check_##k4(cx, &r4, r5, &m) || !check_##k5(cx, &r5, 0, &m))               \
            return 0;                                                                                                  \
        return fn(cx, r1, r2, r3, r4, r5);                                                                             \
    }
#define HELPER(id, name, kinds, gpl, result, k1, k2, k3, k4, k5) THUNK(name, h_##name, kinds, k1, k2, k3, k4, k5)
#include "abi/helpers.def"

/* The thunk of map_lookup_elem for what nearly every call is: a map of the program itself, a key
 * on the stack. Nothing is called, so no register is saved; all else takes the general way. */
enum { MAP_LOOKUP = 1, ARRAY = 2 };
static u64 lookup_thunk(struct ctx *cx, u64 r1, u64 r2, u64 r3, u64 r4, u64 r5) {
    const struct program *p = cx->program;
    u64 i = r1 - handle(TAG_MAP, 0);
    if (unlikely(i >= p->m->nmap))
        return t_map_lookup_elem(cx, r1, r2, r3, r4, r5);
    struct map *m = p->map[i];
    if (unlikely(!region_holds(&cx->region[REGION_STACK], r2, m->key_size, false)))
        return t_map_lookup_elem(cx, r1, r2, r3, r4, r5);
    if (m->type == ARRAY) {
        u32 k;
        memcpy(&k, ptr(r2), sizeof k);
        return likely(k < m->max_entries) ? num(m->value) + (u64)k * m->stride : 0;
    }
    return h_map_lookup_elem(cx, num(m), r2, r3, r4, r5);
}
#define KFUNC(name, result, k1, k2, k3, k4, k5) THUNK(name, k_##name, ANY, k1, k2, k3, k4, k5)
#include "abi/kfuncs.def"

#define ROW(n, f, k, g, res, i, free, k1, k2, k3, k4, k5)                                                              \
    {                                                                                                                  \
        .name = #n,                                                                                                    \
        .fn = f,                                                                                                       \
        .result = RET_##res,                                                                                           \
        .gpl_only = g,                                                                                                 \
        .kinds = k,                                                                                                    \
        .id = i,                                                                                                       \
        .unpaid = free,                                                                                                \
        .arg = {ARG_##k1, ARG_##k2, ARG_##k3, ARG_##k4, ARG_##k5},                                                     \
    },
static const struct helper helpers[] = {
#define HELPER(id, name, kinds, gpl, result, ...)                                                                      \
    [id] = ROW(name, (id) == MAP_LOOKUP ? lookup_thunk : t_##name, kinds, gpl, result, id, true, __VA_ARGS__)
#define HELPER_PAYS(id, name, kinds, gpl, result, ...)                                                                 \
    [id] = ROW(name, t_##name, kinds, gpl, result, id, false, __VA_ARGS__)
#define REFUSED(i, n, gpl) [i] = {.name = #n, .gpl_only = gpl, .id = i},
#include "abi/helpers.def"
};
static const struct helper kfuncs[] = {
#define KFUNC(name, result, ...)      ROW(name, t_##name, ANY, 0, result, 0, true, __VA_ARGS__)
#define KFUNC_PAYS(name, result, ...) ROW(name, t_##name, ANY, 0, result, 0, false, __VA_ARGS__)
#include "abi/kfuncs.def"
};

const struct helper *builtin_helper(u32 id) {
    return id < COUNT(helpers) && helpers[id].fn ? &helpers[id] : NULL;
}
u32 builtin_helpers(void) {
    return COUNT(helpers);
}
const char *helper_name(u32 id) {
    return id < COUNT(helpers) ? helpers[id].name : NULL;
}

const struct helper *builtin_kfunc(const char *name) {
    for (size_t i = 0; i < COUNT(kfuncs); i++)
        if (!strcmp(kfuncs[i].name, name))
            return &kfuncs[i];
    return NULL;
}
