/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cache.c - objects of before, in files of the user's (base/store.h), named by their keys.
 *
 *   "svmcache" | key 32 | hash 32 | parts 64 | size 64 of each | their bytes      little endian
 *
 * The hash, of all that stands behind it, is for files that lost what a machine had not yet written when it stopped: a
 * folder that others can write to is not looked into. */
#include "base/reader.h"
#include "base/store.h"
#include "engine/llvm/key.h"
#include <stdio.h>
#include <string.h>

enum { HEAD = 8 + 2 * BLAKE2_BYTES };
static const size_t largest = (size_t)256 << 20;
static const u64 all = (u64)1 << 30; /* of all files together */

static void file_name(const u8 key[BLAKE2_BYTES], char name[2 * BLAKE2_BYTES + 1]) {
    for (u32 k = 0; k < BLAKE2_BYTES; k++)
        snprintf(name + 2 * k, 3, "%02x", key[k]);
}

static void hash(const u8 *p, size_t n, u8 out[BLAKE2_BYTES]) {
    struct blake2 s;
    blake2_begin(&s);
    blake2_add(&s, p, n);
    blake2_end(&s, out);
}

bool llvm_cache_parts(const u8 key[BLAKE2_BYTES], const struct buf *file, struct buf *part, u32 n) {
    struct reader r = reader_on(file->data, file->len), sizes;
    const u8 *magic = get_bytes(&r, 8), *k = get_bytes(&r, BLAKE2_BYTES), *h = get_bytes(&r, BLAKE2_BYTES);
    u8 is[BLAKE2_BYTES];
    u64 parts = get_u64(&r);
    if (r.bad || memcmp(magic, "svmcache", 8) != 0 || memcmp(k, key, BLAKE2_BYTES) != 0 || parts != n)
        return false;
    hash(file->data + HEAD, file->len - HEAD, is);
    if (memcmp(is, h, sizeof is) != 0)
        return false;
    sizes = r;
    get_bytes(&r, 8 * (size_t)n);
    for (u32 i = 0; i < n; i++) {
        u64 size = get_u64(&sizes);
        const u8 *p = size > r.len - r.pos ? NULL : get_bytes(&r, size);
        buf_clear(&part[i]);
        if (!p || r.bad)
            return false;
        buf_add(&part[i], p, size);
        if (part[i].oom)
            return false;
    }
    return r.pos == r.len;
}

bool llvm_cache_get(const char *folder, const u8 key[BLAKE2_BYTES], struct buf *part, u32 n) {
    struct store s = folder ? store_open(folder) : store_of_user();
    struct buf file = {0};
    char name[2 * BLAKE2_BYTES + 1];
    bool ok;
    file_name(key, name);
    ok = store_get(&s, name, &file, largest) && llvm_cache_parts(key, &file, part, n);
    buf_free(&file);
    store_close(&s);
    return ok;
}

void llvm_cache_put(const char *folder, const u8 key[BLAKE2_BYTES], const struct buf *part, u32 n) {
    struct store s = folder ? store_open(folder) : store_of_user();
    struct buf file = {0};
    u8 none[BLAKE2_BYTES] = {0};
    char name[2 * BLAKE2_BYTES + 1];
    buf_add(&file, "svmcache", 8);
    buf_add(&file, key, BLAKE2_BYTES);
    buf_add(&file, none, sizeof none);
    buf_u64(&file, n);
    for (u32 k = 0; k < n; k++)
        buf_u64(&file, part[k].len);
    for (u32 k = 0; k < n; k++)
        buf_add(&file, part[k].data, part[k].len);
    if (!file.oom && file.len <= largest) {
        hash(file.data + HEAD, file.len - HEAD, file.data + 8 + BLAKE2_BYTES);
        file_name(key, name);
        store_put(&s, name, file.data, file.len, all);
    }
    buf_free(&file);
    store_close(&s);
}
