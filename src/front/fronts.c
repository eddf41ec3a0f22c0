/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fronts.c - the list of front ends. Order matters: text is told from binary by its
 * characters, so what recognises itself by a magic number comes first, raw code last. */
#include "front/front.h"
#include <string.h>

const struct front *const fronts[] = {
    &front_elf, &front_wasm, &front_svm, &front_hex, &front_svmasm, &front_asm, &front_raw, NULL,
};

const struct front *front_named(const char *name) {
    for (size_t k = 0; fronts[k]; k++)
        if (!strcmp(fronts[k]->name, name))
            return fronts[k];
    return NULL;
}

const struct front *front_sniff(const u8 *p, size_t n) {
    for (size_t k = 0; fronts[k]; k++)
        if (fronts[k]->sniff(p, n))
            return fronts[k];
    return NULL;
}
