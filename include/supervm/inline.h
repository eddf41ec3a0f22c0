/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* inline.h - what of the host's own is done in place of a call: memory of the host as a map.
 *
 *   struct svm_map_info info = {.name = "flows", .type = 2, .key_size = 4, .value_size = sizeof flow[0].count,
 *                               .max_entries = 1024};
 *   struct svm_map *map = svm_map_over(vm, &info, &flow[0].count, sizeof flow[0], &err);
 *   ...                                  link with svm_link_options.map: lookups are arithmetic, in every engine
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

#ifdef __cplusplus
}
#endif
#endif
