/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* inline_map.c - lookups in per-CPU arrays, and in hashes with keys of a word (abi/map_layout.h).
 *
 * Of a hash the first two entries of a bucket's chain are looked at in place, which is where 97 of 100 keys of a full
 * map are; the map's own function walks the rest. */
#include "engine/llvm/plugin/inline.h"
#include "abi/map_layout.h"

enum { MAP_TYPE_PERCPU_ARRAY = 6 }; /* Linux UAPI: BPF_MAP_TYPE_PERCPU_ARRAY */

static const struct map *map_of(const struct lmodule *lm, u32 map) {
    return lm->l->map[map].map;
}

static bool is_percpu_array(const struct lmodule *lm, u32 map) {
    const struct map *m = map_of(lm, map);
    return m && m->type == MAP_TYPE_PERCPU_ARRAY && lm->m->map[map].key_size == 4;
}

static bool is_word_hash(const struct lmodule *lm, u32 map) {
    const struct map *m = map_of(lm, map);
    return m && m->word_hash && m->key_size == lm->m->map[map].key_size && lm->l->map[map].find;
}

bool inline_has_map(const struct lmodule *lm, u32 map) {
    return is_percpu_array(lm, map) || is_word_hash(lm, map);
}

/* The number of CPUs is that of the process: bytes from entry to entry are read from the map. */
static LLVMValueRef percpu_entry(struct lfunc *f, u32 map, LLVMValueRef key) {
    const struct lmodule *lm = f->lm;
    const struct map *m = map_of(lm, map);
    LLVMValueRef p = bound(f, lm->ptr, BIND_MAP, map), at, in, cpu;
    LLVMValueRef stride = load_fixed(f, lm->i32, p, offsetof(struct map, stride));
    key = LLVMBuildLoad2(f->b, lm->i32, key, "key");
    LLVMSetAlignment(key, 1);
    of_guest(f, key);
    in = LLVMBuildICmp(f->b, LLVMIntULT, key, k32(lm, m->max_entries), "");
    at = LLVMBuildNUWMul(f->b, LLVMBuildZExt(f->b, key, lm->i64, ""), LLVMBuildZExt(f->b, stride, lm->i64, ""), "");
    cpu = LLVMBuildZExt(f->b, ctx_fixed(f, lm->i32, offsetof(struct ctx, cpu)), lm->i64, "cpu");
    at = LLVMBuildAdd(f->b, at, LLVMBuildNUWMul(f->b, cpu, k64(lm, m->cpu_stride), ""), "");
    at = LLVMBuildAdd(f->b, load_fixed(f, lm->i64, p, offsetof(struct map, value)), at, "");
    return LLVMBuildSelect(f->b, in, at, k64(lm, 0), "");
}

/* rt/hashfn.h: hash_fold() */
static LLVMValueRef fold(struct lfunc *f, LLVMValueRef x, LLVMValueRef y) {
    LLVMTypeRef wide = LLVMIntTypeInContext(f->lm->c, 128);
    LLVMValueRef p = LLVMBuildMul(f->b, LLVMBuildZExt(f->b, x, wide, ""), LLVMBuildZExt(f->b, y, wide, ""), "");
    LLVMValueRef high = LLVMBuildLShr(f->b, p, LLVMConstInt(wide, 64, false), "");
    return LLVMBuildXor(f->b, LLVMBuildTrunc(f->b, p, f->lm->i64, ""), LLVMBuildTrunc(f->b, high, f->lm->i64, ""), "");
}

static LLVMValueRef hash_of(struct lfunc *f, LLVMValueRef seed, LLVMValueRef key) {
    LLVMValueRef h = LLVMBuildXor(f->b, seed, k64(f->lm, HASH_K0), "");
    h = LLVMBuildXor(f->b, LLVMBuildZExt(f->b, key, f->lm->i64, ""), h, "");
    h = fold(f, fold(f, h, LLVMBuildOr(f->b, seed, k64(f->lm, 1), "")), k64(f->lm, HASH_K1));
    return LLVMBuildTrunc(f->b, h, f->lm->i32, "hash");
}

/* Whoever sees an entry's number sees the entry. */
static LLVMValueRef acquire(struct lfunc *f, LLVMValueRef p) {
    LLVMValueRef v = LLVMBuildLoad2(f->b, f->lm->i32, p, "");
    LLVMSetOrdering(v, LLVMAtomicOrderingAcquire);
    LLVMSetAlignment(v, 4);
    of_runtime(f, v);
    return v;
}

static LLVMValueRef find(struct lfunc *f, u32 map, LLVMValueRef key) {
    LLVMTypeRef type[] = {f->lm->ptr, f->lm->ptr};
    LLVMValueRef arg[] = {bound(f, f->lm->ptr, BIND_MAP, map), key}, v;
    v = LLVMBuildCall2(f->b, LLVMFunctionType(f->lm->i64, type, 2, false), bound(f, f->lm->ptr, BIND_MAP_FIND, map),
                       arg, 2, "");
    call_attr(f->lm, v, "nounwind", 0);
    LLVMSetMetadata(v, f->lm->md_noalias, LLVMMetadataAsValue(f->lm->c, f->lm->scope[SCOPE_LIMITS]));
    return v;
}

static LLVMValueRef entry_at(struct lfunc *f, const struct map *m, LLVMValueRef h, LLVMValueRef id) {
    LLVMValueRef off = LLVMBuildZExt(f->b, id, f->lm->i64, "");
    off = LLVMBuildNUWMul(f->b, off, k64(f->lm, HASH_KEY + m->key_size), "");
    return LLVMBuildGEP2(f->b, f->lm->i8, load_fixed(f, f->lm->ptr, h, HASH_ELEM), &off, 1, "entry");
}

/* Does entry e have the key? */
static LLVMValueRef has_key(struct lfunc *f, LLVMValueRef e, LLVMValueRef key) {
    LLVMValueRef k = load_runtime(f, LLVMTypeOf(key), e, HASH_KEY);
    LLVMSetAlignment(k, 4);
    return LLVMBuildICmp(f->b, LLVMIntEQ, k, key, "");
}

/* The number of the first entry of the key's chain, or the second if that is not it. No branch: a processor cannot know
 * where in a chain a key is. Entry 0 is there, and its next one is 0. */
static LLVMValueRef one_of_two(struct lfunc *f, const struct map *m, LLVMValueRef h, LLVMValueRef key) {
    const struct lmodule *lm = f->lm;
    LLVMValueRef n = hash_of(f, load_fixed(f, lm->i64, h, HASH_SEED), key), id, e, next;
    n = LLVMBuildAnd(f->b, n, load_fixed(f, lm->i32, h, HASH_MASK), "");
    n = LLVMBuildZExt(f->b, n, lm->i64, "bucket");
    id = acquire(f, LLVMBuildGEP2(f->b, lm->i32, load_fixed(f, lm->ptr, h, HASH_BUCKET), &n, 1, ""));
    e = entry_at(f, m, h, id);
    next = acquire(f, e);
    id = LLVMBuildSelect(f->b, has_key(f, e, key), id, next, "id");
    LLVMSetMetadata(id, LLVMGetMDKindIDInContext(lm->c, "unpredictable", 13), LLVMMetadataAsValue(lm->c, lm->empty));
    return id;
}

static LLVMValueRef hash_entry(struct lfunc *f, u32 map, LLVMValueRef at) {
    const struct lmodule *lm = f->lm;
    const struct map *m = map_of(lm, map);
    LLVMValueRef p = bound(f, lm->ptr, BIND_MAP, map), h = load_fixed(f, lm->ptr, p, offsetof(struct map, impl));
    LLVMValueRef key = LLVMBuildLoad2(f->b, LLVMIntTypeInContext(lm->c, 8 * m->key_size), at, "key"), id, v[3], phi;
    LLVMBasicBlockRef some = block_new(f, "some"), more = block_new(f, "more"), done = block_new(f, "found"), from[3];
    LLVMSetAlignment(key, 1);
    of_guest(f, key);
    id = one_of_two(f, m, h, key);
    v[0] = k64(lm, 0);
    from[0] = LLVMGetInsertBlock(f->b);
    LLVMBuildCondBr(f->b, LLVMBuildICmp(f->b, LLVMIntNE, id, k32(lm, 0), ""), some, done);
    block_on(f, some);
    branch_rare(f, LLVMBuildNot(f->b, has_key(f, entry_at(f, m, h, id), key), ""), more);
    v[1] = LLVMBuildNUWMul(f->b, LLVMBuildZExt(f->b, id, lm->i64, ""), k64(lm, m->stride), "");
    v[1] = LLVMBuildAdd(f->b, load_fixed(f, lm->i64, p, offsetof(struct map, value)), v[1], "");
    from[1] = LLVMGetInsertBlock(f->b);
    branch(f, done);
    block_on(f, more);
    v[2] = find(f, map, at);
    from[2] = more;
    branch(f, done);
    block_on(f, done);
    phi = LLVMBuildPhi(f->b, lm->i64, "value");
    LLVMAddIncoming(phi, v, from, 3);
    return phi;
}

LLVMValueRef inline_lookup(struct lfunc *f, u32 map, LLVMValueRef key) {
    return is_percpu_array(f->lm, map) ? percpu_entry(f, map, key) : hash_entry(f, map, key);
}
