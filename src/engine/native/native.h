/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* native.h - runs code of object files (abi/native.h): the LLVM engine's, of a cache, or linked into a library or an
 * executable. Nothing here makes code.
 *
 *   head (in memory) --native_image()--> image: words bound, environment  --native_run(), native_call()--> a run
 *   bytes of objects --native_load()---> head, in memory that is sealed
 */
#ifndef ENGINE_NATIVE_H
#define ENGINE_NATIVE_H
#include "abi/engine.h"
#include "abi/native.h"
#include "abi/object.h"
#include "base/buf.h"
#include <stdatomic.h>

/* Objects in memory. */
struct native_code_block;
struct native_bytes { const u8 *p; size_t n; };
/* Loads the parts of one program, whose symbols meet by name. The bytes are not needed afterwards. told: tools will be told of it.
 * NULL, with e set: they are not what this machine runs, or there is no memory. */
struct native_code_block *native_load(const struct native_bytes *part, u32 n, bool told, struct error *e);
void native_unload(struct native_code_block *c);
/* The same of code that is in memory already, which has brought its line tables along (h->lines). */
struct native_code_block *native_linked(const struct native_head *h, struct error *e);
void native_unlink(struct native_code_block *c);
/* Makes an object of LLVM's, with room for them, bring its line tables along. */
int native_carry_lines(struct buf *object, struct error *e);
/* Has the line tables of an object with typed functions say lines of the program's source in place of instructions, for tools, where
 * these are known; else leaves it as it is. */
void native_source_lines(struct buf *object, const struct module *m);
const struct native_head *native_head_of(const struct native_code_block *c);
/* Whose access it is: the instruction that line tables give for the code at p. False: none. */
bool native_place_at(const struct native_code_block *c, const void *p, u64 *place);

/* A linked program, and the code for it. l: what the pointers in it lead to outlives the image. code: owned by the image
 * then, also where this fails; NULL: the head is of a library that stays. */
struct native_image;
int native_image(struct native_image **out, const struct link_view *l, const struct native_head *h,
                 struct native_code_block *code, struct error *e);
/* Where an instance's memory 0 is of another kind than the code wants it (NATIVE_GUARDED): makes the image for it, once. NULL: such an
 * instance traps. */
typedef struct native_image *native_other(const struct link_view *l, bool guarded, struct error *e);
void native_image_other(struct native_image *im, native_other *make);

/* What struct engine has. */
bool native_usable(void); /* on this machine */
void native_run(const void *image, struct ctx *cx, u32 func);
bool native_entry(const void *image, struct ctx *cx, u32 func, struct engine_entry *out);
void native_call(const void *image, struct ctx *cx, u32 func, u64 *slot);
bool native_call_entry(const void *image, struct ctx *cx, u32 func, u64 *slot, struct engine_entry *out);
void native_entry_drop(struct engine_entry *out);
void native_image_free(void *image);
u64 native_proven(const void *image);
int native_listing(const void *image, u32 func, struct native_code *out, struct error *e); /* of code that tools are told of */

#endif
