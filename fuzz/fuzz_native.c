/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuzz_native.c - object files that are to be loaded as code, and files of the cache. Nothing is run: what loads is
 * code, which is trusted. Places are looked for all over it, and tools are told of it. */
#include "engine/llvm/key.h"
#include "engine/native/native.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void load(const struct native_bytes *b, u32 n) {
    struct error e = {0};
    struct native_code_block *c = native_load(b, n, true, &e);
    const struct native_head *h = c ? native_head_of(c) : NULL;
    u64 place;
    for (u32 f = 0; h && f < h->nfunc; f++)
        if (h->enter[f])
            native_place_at(c, h->enter[f], &place);
    native_unload(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct native_bytes b[2];
    struct buf file = {0}, part[2] = {{0}, {0}};
    u8 key[BLAKE2_BYTES] = {0};
    u8 *copy = malloc(size + 1); /* aligned, as objects are in memory */
    if (!copy)
        return 0;
    memcpy(copy, data, size);
    b[0] = b[1] = (struct native_bytes){copy, size};
    load(b, 1);
    load(b, 2);
    buf_add(&file, data, size);
    if (!file.oom && size >= 8 + sizeof key) {
        memcpy(key, data + 8, sizeof key);
        llvm_cache_parts(key, &file, part, 2);
    }
    buf_free(&file);
    buf_free(&part[0]);
    buf_free(&part[1]);
    free(copy);
    return 0;
}
