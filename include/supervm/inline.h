/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* inline.h - what of the host's own is done in place of a call: memory of the host as a map, and functions of the host
 * whose body the engine llvm is given.
 *
 *   struct svm_map_info info = {.name = "flows", .type = 2, .key_size = 4, .value_size = sizeof flow[0].count,
 *                               .max_entries = 1024};
 *   struct svm_map *map = svm_map_over(vm, &info, &flow[0].count, sizeof flow[0], &err);
 *   ...                                  link with svm_link_options.map: lookups are arithmetic, in every engine
 *
 *   clang -O2 -emit-llvm -c score.c      uint64_t score(void *user, uint64_t r1, ... uint64_t r5)
 *   svm_helper_register(vm, &(struct svm_helper){.id = 4000, .name = "score", .fn = score});
 *   svm_helper_bitcode(vm, 4000, bytes, len, "score", &err);
 */
#ifndef SUPERVM_INLINE_H
#define SUPERVM_INLINE_H
#include "supervm/supervm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A map of type BPF_MAP_TYPE_ARRAY (2) whose values are memory of the host: entry i is at values + i * stride. All else is
 * as with svm_map_new: programs use it by svm_link_options.map, svm_map_lookup and svm_map_update copy. The memory stays
 * where it is, and the host's, until the map and the programs that use it are freed. Programs may touch all of it from
 * the first value to the end of the last, what stands between two values too; with flag BPF_F_RDONLY_PROG they only read.
 * Host and programs see each other's writes as threads do. values and stride are multiples of 8, and stride is not below
 * value_size (it may be 0 where there is one entry): SVM_EUSAGE. Code that was compiled ahead of time knows a map's stride: it
 * takes only maps where that is value_size rounded up to 8. */
SVM_API struct svm_map *svm_map_over(struct svm *vm, const struct svm_map_info *info, void *values, size_t stride,
                                     struct svm_error *err);

/* The body of helper id, which the host has registered (svm_helper_register), as LLVM bitcode: function `symbol` in it is of
 * type svm_helper_fn, and does what svm_helper.fn does. The engine llvm, and code that is compiled ahead of time, put it in place of
 * calls; the other engines call fn. Arguments are checked by their kinds before it, as before fn, and `user` is that of the
 * helper. The bytes are copied; they may be registered until the first program is linked.
 *
 * Bitcode is trusted as the host's own code is: nothing that it does is checked. It is read by LLVM when a program is linked, which then fails
 * (SVM_EENGINE) if it is no bitcode of a version that this LLVM reads, is for another machine (triple's
 * architecture, data layout), has no such function of that type, has variables that are not constant (they would be
 * there twice), or needs other functions than its own and memcpy, memmove, memset, memcmp. SVM_ENOENT: no such helper of
 * the host's. bytes NULL: from now on it has none. */
SVM_API int svm_helper_bitcode(struct svm *vm, uint32_t id, const void *bytes, size_t len, const char *symbol,
                               struct svm_error *err);
/* The same of a kfunc. */
SVM_API int svm_kfunc_bitcode(struct svm *vm, const char *name, const void *bytes, size_t len, const char *symbol,
                              struct svm_error *err);

#ifdef __cplusplus
}
#endif
#endif
