/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* key.h - which object a linked program would be compiled to, and the objects of before. */
#ifndef ENGINE_LLVM_KEY_H
#define ENGINE_LLVM_KEY_H
#include "base/blake2.h"
#include "engine/llvm/plugin.h"

/* A hash of all that the plug-in looks at, and of what it is: two jobs of one key give objects that do the same. False: out of
 * memory, or the module cannot be written. */
bool llvm_key(const struct llvm_job *j, u8 key[BLAKE2_BYTES]);

/* cache.c: the parts of an object by its key. False: there is none that is whole. folder: NULL: the user's; "": none. */
bool llvm_cache_get(const char *folder, const u8 key[BLAKE2_BYTES], struct buf *part, u32 n);
void llvm_cache_put(const char *folder, const u8 key[BLAKE2_BYTES], const struct buf *part, u32 n);
/* The parts that stand in a file; false: it is not one of this key's, or not whole. */
bool llvm_cache_parts(const u8 key[BLAKE2_BYTES], const struct buf *file, struct buf *part, u32 n);

#endif
