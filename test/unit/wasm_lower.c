/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_lower.c - what bodies of WebAssembly become, instruction by instruction.
 * A case is a module in hex, behind its first eight bytes (wat2wasm made it from the text beside it), and the listing
 * of all of its functions with the letters of their registers. That programs give right results is shown by the
 * specification's tests; here is shown that the code is as good as it is meant to be. */
#include "front/front.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* wants the others before it */

struct lowering { const char *name, *hex, *listing; };

/* clang-format off */
static const struct lowering lowerings[] = {
    {"operands are locals and constants",
     /* (module (func (param i32 i32) (result i32) local.get 0 local.get 1 i32.add i32.const 5 i32.mul i32.const
      * 100000 i32.xor)) */
     "01070160027f7f017f030201000a11010f00200020016a41056c41a08d06730b",
     "func[0] IIXX\n"
     "  w2 = w0 + w1\n"
     "  w2 *= 0x5\n"
     "  w3 = 0x186a0\n"
     "  w2 ^= w3\n"
     "  ret r2, 1\n"},
    {"results go to locals",
     /* (module (func (param i32 i64) (local i64) local.get 0 i32.const 1 i32.add local.set 0 local.get 0
      * i64.extend_i32_u local.get 1 i64.sub local.tee 2 local.set 1)) */
     "01060160027f7e00030201000a17011501017e200041016a21002000ad20017d220221010b",
     "func[0] ILLX\n"
     "  w0 += 0x1\n"
     "  w3 = w0\n"
     "  r2 = r3 - r1\n"
     "  r1 = r2\n"
     "  ret r3, 0\n"},
    {"a local is copied before it changes",
     /* (module (func (param i32) (result i32) local.get 0 local.get 0 i32.const 1 i32.add local.set 0 local.get
      * 0 i32.mul)) */
     "01060160017f017f030201000a10010e002000200041016a210020006c0b",
     "func[0] IXX\n"
     "  w1 = w0\n"
     "  w0 += 0x1\n"
     "  w1 *= w0\n"
     "  ret r1, 1\n"},
    {"comparison and branch",
     /* (module (func (param i32 i32) block local.get 0 local.get 1 i32.lt_u br_if 0 local.get 0 i32.const 7
      * i32.gt_s i32.eqz br_if 0 i32.const 9 local.get 0 i32.ge_u br_if 0 local.get 0 i32.const 255 i32.and
      * br_if 0 unreachable end)) */
     "01060160027f7f00030201000a26012400024020002001490d00200041074a450d00410920004f0d00200041ff01710d00000b0b",
     "func[0] IIX\n"
     "  if w0 < w1 goto +0x4\n"
     "  if w0 s<= 0x7 goto +0x3\n"
     "  if w0 <= 0x9 goto +0x2\n"
     "  if w0 & 0xff goto +0x1\n"
     "  trap 0x1\n"
     "  ret r2, 0\n"},
    {"comparison as number",
     /* (module (func (param i32 f64) (result i32) local.get 0 i32.const 3 i32.gt_s local.get 1 local.get 1
      * f64.lt i32.eqz i32.add local.get 0 i32.const 0 i32.gt_u i32.add)) */
     "01070160027f7c017f030201000a16011400200041034a2001200163456a200041004b6a0b",
     "func[0] IDXX\n"
     "  w3 = 0x3\n"
     "  w2 = cslt32(w3, w0)\n"
     "  w3 = flt64(d1, d1)\n"
     "  w3 = ceq32(w3, 0x0)\n"
     "  w2 += w3\n"
     "  w3 = cne32(w0, 0x0)\n"
     "  w2 += w3\n"
     "  ret r2, 1\n"},
    {"if else",
     /* (module (func (param i32) (result i32) local.get 0 i32.eqz if (result i32) i32.const 1 else local.get 0
      * i32.const 2 i32.shl end i32.const 3 i32.or)) */
     "01060160017f017f030201000a15011300200045047f41010520004102740b4103720b",
     "func[0] IX\n"
     "  if w0 != 0x0 goto +0x2\n"
     "  w1 = 0x1\n"
     "  goto +0x1\n"
     "  w1 = w0 << 0x2\n"
     "  w1 |= 0x3\n"
     "  ret r1, 1\n"},
    {"loop with parameters",
     /* (module (func (param i32) (result i64) i64.const 1 local.get 0 loop (param i64 i32) (result i64)
      * local.set 0 local.get 0 i64.extend_i32_u i64.mul local.get 0 i32.const -1 i32.add local.tee 0 local.get
      * 0 br_if 0 drop end)) */
     "010c0260017f017e60027e7f017e030201000a1d011b0042012000030121002000ad7e2000417f6a220020000d001a0b0b",
     "func[0] IXX\n"
     "  w2 = w0\n"
     "  w1 = 0x1\n"
     "  w0 = w2\n"
     "  w2 = w0\n"
     "  r1 *= r2\n"
     "  w0 += -0x1\n"
     "  w2 = w0\n"
     "  if w0 != 0x0 goto -0x6\n"
     "  ret r1, 1\n"},
    {"branch with values moves them down",
     /* (module (func (param i32) (result i32) block (result i32 i32) i32.const 9 i32.const 1 local.get 0
      * local.get 0 br_if 0 br 0 end i32.sub)) */
     "010b0260017f017f6000027f7f030201000a14011200020141094101200020000d000c000b6b0b",
     "func[0] IXXX\n"
     "  w3 = w0\n"
     "  w2 = 0x1\n"
     "  if w0 == 0x0 goto +0x3\n"
     "  w1 = w2\n"
     "  w2 = w3\n"
     "  goto +0x3\n"
     "  w1 = w2\n"
     "  w2 = w3\n"
     "  goto +0x0\n"
     "  w1 -= w2\n"
     "  ret r1, 1\n"},
    {"br table with values",
     /* (module (func (param i32) (result i32) block (result i32) i32.const 4 block (result i32) i32.const 5
      * local.get 0 br_table 0 1 0 2 end i32.add end)) */
     "01060160017f017f030201000a17011500027f4104027f410520000e03000100020b6a0b0b",
     "func[0] IXX\n"
     "  w2 = 0x5\n"
     "  brtab w0, 3\n"
     "  goto +0x7\n"
     "  goto +0x2\n"
     "  goto +0x5\n"
     "  goto +0x2\n"
     "  w1 = w2\n"
     "  goto +0x3\n"
     "  ret r2, 1\n"
     "  w1 = w2 + 0x4\n"
     "  ret r1, 1\n"},
    {"select",
     /* (module (func (param i32 i64 i64) (result i64) local.get 1 local.get 2 local.get 0 i32.eqz select
      * i64.const 7 local.get 0 i32.const 4 i32.lt_s select)) */
     "01080160037f7e7e017e030201000a14011200200120022000451b420720004104481b0b",
     "func[0] ILLXXX\n"
     "  r3 = w0 ? r2 : r1\n"
     "  w5 = cslt32(w0, 0x4)\n"
     "  w4 = 0x7\n"
     "  r3 = w5 ? r3 : r4\n"
     "  ret r3, 1\n"},
    {"calls take homes as windows",
     /* (module (func (param i32) (result i32) local.get 0 i32.const 1 i32.sub call 1 local.get 0 call 1
      * i32.add) (func (param i32) (result i32) local.get 0)) */
     "01060160017f017f03030200000a15020e00200041016b1001200010016a0b040020000b",
     "func[0] IXX\n"
     "  w1 = w0 - 0x1\n"
     "  callt r1, 1, func[1]\n"
     "  w2 = w0\n"
     "  callt r2, 1, func[1]\n"
     "  w1 += w2\n"
     "  ret r1, 1\n"
     "func[1] I\n"
     "  ret r0, 1\n"},
    {"calls of all kinds",
     /* (module (type $t (func (param i64) (result i64))) (table 4 funcref) (func (type $t) local.get 0
      * i32.const 2 call_indirect (type $t) local.get 0 drop return_call 0) (func (type $t) local.get 0
      * i32.const 1 return_call_indirect (type $t))) */
     "01060160017e017e03030200000404017000040a1a020e002000410211000020001a12000b0900200041011300000b",
     "func[0] LXX\n"
     "  w2 = 0x2\n"
     "  r1 = r0\n"
     "  calltab r1, r2, 1, type[0], table[0]\n"
     "  tcallt r1, 1, func[0]\n"
     "func[1] LXX\n"
     "  w2 = 0x1\n"
     "  r1 = r0\n"
     "  tcalltab r1, r2, 1, type[0], table[0]\n"},
    {"references and numbers in one place",
     /* (module (import "" "f" (func $f (param externref) (result i32))) (func (param externref i32) (result
      * i32) local.get 1 i32.const 1 i32.add local.get 0 call $f i32.add local.get 0 call $f i32.add)) */
     "010c0260016f017f60026f7f017f0206010001660000030201010a13011100200141016a200010006a200010006a0b",
     "func[1] EIXXEX\n"
     "  w3 = w1 + 0x1\n"
     "  r4 = rmov(r0)\n"
     "  callt r4, 1, func[0]\n"
     "  w2 = w5\n"
     "  w3 += w2\n"
     "  r4 = rmov(r0)\n"
     "  callt r4, 1, func[0]\n"
     "  w2 = w5\n"
     "  w3 += w2\n"
     "  ret r3, 1\n"},
    {"memory",
     /* (module (memory 1) (func (param i32) (result i64) i32.const 16 i32.load offset=8 local.get 0 i32.const 4
      * i32.add i32.load8_s offset=4096 i32.add local.set 0 local.get 0 f64.const 0 f64.store local.get 0
      * i64.load32_u)) */
     "01060160017f017e0302010005030100010a280126004110280208200041046a2c0080206a210020004400000000000000003903002000"
     "3502000b",
     "func[0] ILXX\n"
     "  w2 = *(u32 *)mem0[w1 + 0x18]\n"
     "  w3 = w0 + 0x4\n"
     "  w3 = *(s8 *)mem0[w3 + 0x1000]\n"
     "  w0 = w2 + w3\n"
     "  w3 = 0x0\n"
     "  *(u64 *)mem0[w0 + 0x0] = d3\n"
     "  w2 = *(u32 *)mem0[w0 + 0x0]\n"
     "  ret r2, 1\n"},
    {"wrap waits",
     /* (module (func (param i64) (result i32) local.get 0 i32.wrap_i64 i32.const 3 i32.and local.get 0
      * i64.const 7 i64.shr_u i32.wrap_i64 i32.xor local.get 0 i32.wrap_i64 i64.extend_i32_u local.set 0 drop
      * local.get 0 i32.wrap_i64)) */
     "01060160017e017f030201000a1b0119002000a74103712000420788a7732000a7ad21001a2000a70b",
     "func[0] LXX\n"
     "  w1 = w0 & 0x3\n"
     "  r2 = r0 >> 0x7\n"
     "  w1 ^= w2\n"
     "  w0 = w0\n"
     "  w1 = w0\n"
     "  ret r1, 1\n"},
    {"memory64 and atomics",
     /* (module (memory i64 1 1 shared) (func (param i64 i64) (result i64) local.get 0 local.get 1 i64.const 2
      * i64.atomic.rmw.add offset=8 drop local.get 0 i64.const 3 i64.const 4 i64.atomic.rmw8.cmpxchg_u i64.const
      * 64 i64.load offset=8 i64.add local.get 0 i32.const 1 memory.atomic.notify drop i64.add)) */
     "01070160027e7e017e030201000504010701010a2a012800200020014202fe1f03081a200042034204fe4c000042c0002903087c200041"
     "01fe0002001a7c0b",
     "func[0] LLLXXXXX\n"
     "  w5 = 0x2\n"
     "  maadd64 r5, mem0[w1 + 0x8]\n"
     "  r4 = r5\n"
     "  w5 = 0x3\n"
     "  w6 = 0x4\n"
     "  r7 = r5 >> 0x20\n"
     "  if r7 == 0x0 goto +0x3\n"
     "  mald8 w5, mem0[w0 + 0x0]\n"
     "  goto +0x2\n"
     "  macmp8 w5, mem0[w0 + 0x0]\n"
     "  r4 = r5\n"
     "  r5 = *(u64 *)mem0[w2 + 0x48]\n"
     "  r4 += r5\n"
     "  w6 = 0x1\n"
     "  manotify w6, mem0[w0 + 0x0]\n"
     "  w5 = w6\n"
     "  r3 = r0 + r4\n"
     "  ret r3, 1\n"},
    {"multiple results",
     /* (module (func (param i32 i64) (result i64 i32 i32) local.get 1 local.get 0 i32.const 0 local.get 0 br_if
      * 0 return)) */
     "01090160027f7e037e7f7f030201000a0f010d0020012000410020000d000f0b",
     "func[0] ILXXX\n"
     "  w4 = 0x0\n"
     "  w3 = w0\n"
     "  r2 = r1\n"
     "  if w0 == 0x0 goto +0x2\n"
     "  ret r2, 3\n"
     "  ret r2, 3\n"},
    {"dead code",
     /* (module (func (param i32) (result i32) block i32.const 1 return block br 0 end drop if unreachable else
      * nop end end i32.const 2)) */
     "01060160017f017f030201000a18011600024041010f02400c000b1a04400005010b0b41020b",
     "func[0] IX\n"
     "  w1 = 0x1\n"
     "  ret r1, 1\n"},
    {"null branches",
     /* as wabt has no typed references: (param (ref null 0)) (result i32), br_on_non_null, then br_on_null */
     "010a0260000060016300017f030201010a1d011b000264002000d60041010f0b1a02402000d5001a41020f0b41030b",
     "func[0] RXRX\n"
     "  w3 = isnull(r0)\n"
     "  r2 = rmov(r0)\n"
     "  if w3 == 0x0 goto +0x3\n"
     "  w1 = 0x1\n"
     "  ret r1, 1\n"
     "  w3 = isnull(r0)\n"
     "  if w3 != 0x0 goto +0x3\n"
     "  w1 = 0x2\n"
     "  ret r1, 1\n"
     "  w1 = 0x3\n"
     "  ret r1, 1\n"},
    {"start of an instance",
     /* (module (memory 1) (table 3 funcref) (global $g (mut i64) (i64.const -1)) (global f64 (f64.const 0.5))
      * (elem (i32.const 1) func 0) (data (i32.const 8) "abc") (func) (start 0)) */
     "0104016000000302010004040170000305030100010612027e01427f0b7c0044000000000000e03f0b0801000907010041010b01000a04"
     "0102000b0b09010041080b03616263",
     "func[0] L\n"
     "  ret r1, 0\n"
     "init LXXX\n"
     "  r1 = -0x1\n"
     "  gset r1, global[0]\n"
     "  r1 = 0x3fe0000000000000 ll\n"
     "  gset r1, global[1]\n"
     "  w1 = 0x1\n"
     "  w2 = 0x0\n"
     "  w3 = 0x1\n"
     "  tinit r1, w2, w3, elem[0], table[0]\n"
     "  tdrop elem[0]\n"
     "  w1 = 0x8\n"
     "  w2 = 0x0\n"
     "  w3 = 0x3\n"
     "  minit r1, w2, w3, data[0], mem[0]\n"
     "  mdrop data[0]\n"
     "  callt r1, 0, func[0]\n"
     "  ret r0, 0\n"},
    {"vectors",
     /* (module (memory 1) (func (param i32 v128) (result v128) local.get 0 v128.load offset=16 local.get 1
      * i32x4.add local.tee 1 local.get 1 v128.const i32x4 1 2 3 4 local.get 1 v128.bitselect i32x4.extract_lane
      * 2 i32x4.splat local.get 0 local.get 1 v128.load8_lane 5 i8x16.shuffle 0 1 2 3 4 5 6 7 24 25 26 27 28 29
      * 30 31 v128.xor)) */
     "01070160027f7b017b0302010005030100010a4b0149002000fd0004102001fdae0122012001fd0c010000000200000003000000040000"
     "002001fd52fd1b02fd1120002001fd54000005fd0d000102030405060718191a1b1c1d1e1ffd510b",
     "func[0] IVvLXXXXXXX\n"
     "  v128_load v4, mem0[w0 + 0x10]\n"
     "  v1 = i32x4_add(v4, v1)\n"
     "  v8 = vconst(pool[0])\n"
     "  v6 = v128_bitselect(v1, v8, v1)\n"
     "  w6 = i32x4_extract_lane(v6, 0x2)\n"
     "  v6 = i32x4_splat(w6)\n"
     "  v9 = vmov(v1)\n"
     "  v128_load8_lane v9, 5, mem0[w0 + 0x0]\n"
     "  v8 = vmov(v9)\n"
     "  v6 = shuffle(v6, v8, pool[1])\n"
     "  v4 = v128_xor(v1, v6)\n"
     "  ret r4, 2\n"},
    {"jumps to jumps",
     /* (module (func (param i32) loop block local.get 0 i32.const 3 i32.eq br_if 0 local.get 0 i32.eqz br_if 1
      * return end br 0 end)) */
     "01050160017f00030201000a190117000340024020004103460d002000450d010f0b0c000b0b",
     "func[0] I\n"
     "  if w0 == 0x3 goto -0x1\n"
     "  if w0 == 0x0 goto -0x2\n"
     "  ret r1, 0\n"
     "  goto -0x5\n"},
    {"exceptions",
     /* block block (result i32 i64) try_table (catch 0 0) (catch_all 1) local.get 0 i32.const 1 i32.add i64.const 2
      * throw 0 end unreachable end local.set 1 i64.extend_i32_u local.get 1 i64.add return end i64.const -1 */
     "01130460027f7e0060017f017e6000027f7e600000030201010d030100000a28012601017e024002021f40020000000201200041016a42"
     "0208000b000b2101ad20017c0f0b427f0b",
     "func[0] ILNXXX\n"
     "  w3 = w0 + 0x1\n"
     "  w4 = 0x2\n"
     "  throw r3, 2, tag[0]\n"
     "  r1 = r4\n"
     "  r3 += r1\n"
     "  ret r3, 1\n"
     "  r3 = -0x1\n"
     "  ret r3, 1\n"
     "  exnis w4, r2, tag[0]\n"
     "  if w4 == 0x0 goto -0x6\n"
     "  exnarg r4, r2, 2, tag[0]\n"
     "  w3 = w4\n"
     "  r4 = r5\n"
     "  goto -0xf\n"
     "  goto -0xc\n"
     "  from 0 to 4: r2 at 11\n"},
};
/* clang-format on */

static size_t from_hex(const char *hex, u8 *out, size_t room) {
    size_t n = 8;

    memcpy(out, "\0asm\1\0\0\0", 8);
    for (; hex[0] && n < room; hex += 2) {
        char byte[3] = {hex[0], hex[1], 0};
        out[n++] = (u8)strtoul(byte, NULL, 16);
    }
    return n;
}

static void list(struct buf *b, const struct func *f) {
    buf_printf(b, "%s ", f->name);
    buf_add(b, f->reg_type, f->nreg);
    for (u32 pc = 0; pc < f->nslot; pc++) {
        if (f->code[pc].op == OP_pad) continue;
        buf_printf(b, "\n  ");
        isa_print(b, &f->code[pc], pc, NULL);
        assert_true(f->where[pc] > f->file_off || !f->file_off);
    }
    for (u32 k = 0; k < f->nhandler; k++)
        buf_printf(b, "\n  from %u to %u: r%u at %u", f->handler[k].start, f->handler[k].end, f->handler[k].reg,
                   f->handler[k].target);
    buf_printf(b, "\n");
}

static void load(struct module *m, const u8 *p, size_t n) {
    struct load_options o = {.name = "test"};
    struct error e = {0};

    if (front_wasm.load(m, p, n, &o, &e) || validate(m, &o.limits, &e)) fail_msg("%s", e.text);
}

static void listings(void **state) {
    (void)state;
    for (size_t k = 0; k < COUNT(lowerings); k++) {
        u8 bytes[1024];
        struct module m = {0};
        struct error e = {0};
        struct buf b = {0};

        load(&m, bytes, from_hex(lowerings[k].hex, bytes, sizeof bytes));
        for (u32 f = m.nfunc_import; f < m.nfunc; f++) {
            if (func_ready(&m, f, &e)) fail_msg("%s: %s", lowerings[k].name, e.text);
            list(&b, &m.func[f]);
        }
        if (strcmp(buf_str(&b), lowerings[k].listing)) fail_msg("%s: became\n%s", lowerings[k].name, buf_str(&b));
        buf_free(&b);
        module_free(&m);
    }
}

/* A module of one function (param i32) whose body is block, n times `part`, end. */
static size_t one_function(u8 *out, const u8 *part, size_t len, u32 n) {
    static const u8 before[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 5, 1, 0x60, 1, 0x7f, 0, 3, 2, 1, 0, 10};
    size_t body = 1 + 2 + n * len + 1 + 1, at = sizeof before;
    u64 sizes[2] = {body + 5 + 1, body};

    memcpy(out, before, sizeof before);
    for (u32 k = 0; k < 2; k++) { /* each size as five bytes */
        for (u32 j = 0; j < 5; j++) out[at++] = (u8)((sizes[k] >> 7 * j & 0x7f) | (j < 4 ? 0x80 : 0));
        if (!k) out[at++] = 1;
    }
    memcpy(out + at, "\0\2\x40", 3);
    at += 3;
    for (u32 k = 0; k < n; k++, at += len) memcpy(out + at, part, len);
    out[at++] = 0x0b;
    out[at++] = 0x0b;
    return at;
}

static const u8 br_if_0[] = {0x20, 0, 0x0d, 0}; /* local.get 0 br_if 0 */

static void long_branches(void **state) {
    static u8 bytes[40000];
    struct module m = {0};
    struct error e = {0};
    const struct func *f;

    (void)state;
    load(&m, bytes, one_function(bytes, br_if_0, sizeof br_if_0, 1000));
    f = &m.func[0];
    assert_int_equal(func_ready(&m, 0, &e), 0);
    assert_int_equal(f->nslot, 1000 + 2);
    assert_int_equal(f->code[0].a, 0);
    module_free(&m);
    load(&m, bytes, one_function(bytes, br_if_0, sizeof br_if_0, 9000));
    f = &m.func[0];
    assert_int_equal(func_ready(&m, 0, &e), 0);
    assert_int_equal(f->nslot, 2 * 9000 + 2);
    assert_int_equal(f->code[0].op, OP_jne32i);
    assert_int_equal(f->code[0].a, 1);
    assert_int_equal(f->code[0].off, 2 * 9000);
    assert_int_equal(f->code[1].op, OP_pad);
    module_free(&m);
}

/* Whoever comes first lowers; all see the same code. */
static void *make_ready(void *arg) {
    struct error e = {0};

    return func_ready(arg, 0, &e) ? NULL : ((struct module *)arg)->func[0].code;
}

static void ready_in_threads(void **state) {
    static u8 bytes[40000];
    struct module m = {0};
    pthread_t thread[4];
    void *code[4];

    (void)state;
    load(&m, bytes, one_function(bytes, br_if_0, sizeof br_if_0, 5000));
    for (u32 k = 0; k < COUNT(thread); k++) assert_int_equal(pthread_create(&thread[k], NULL, make_ready, &m), 0);
    for (u32 k = 0; k < COUNT(thread); k++) assert_int_equal(pthread_join(thread[k], &code[k]), 0);
    for (u32 k = 0; k < COUNT(thread); k++) {
        assert_non_null(code[k]);
        assert_ptr_equal(code[k], m.func[0].code);
    }
    module_free(&m);
}

static void limits_of_memory(void **state) {
    static u8 bytes[40000];
    struct module m = {0};
    struct error e = {0};

    (void)state;
    load(&m, bytes, one_function(bytes, br_if_0, sizeof br_if_0, 9000));
    m.arena.limit = m.arena.used + 100000;
    assert_int_equal(func_ready(&m, 0, &e), E_NOMEM);
    assert_non_null(strstr(e.text, "out of memory"));
    m.arena.limit = 0; /* a later try may find more */
    e = (struct error){0};
    assert_int_equal(func_ready(&m, 0, &e), 0);
    module_free(&m);
}

/* (module (import "env" "f" (func (param i64))) (memory (export "m") 2 3) (global (mut i32) (i32.const 1))
 *  (func (export "run") (result f32) f32.const 0) (data "ab")) */
static void tables(void **state) {
    static const char hex[] = "0109026001" "7e00600001" "7d" "02090103656e76016600" "00" "03020101" "050401010203"
                              "0606017f0141010b" "070b02016d02000372756e0001" "0c0101" "0a09010700430000" "00000b"
                              "0b0501010261" "62";
    u8 bytes[256];
    struct module m = {0};

    (void)state;
    load(&m, bytes, from_hex(hex, bytes, sizeof bytes));
    assert_int_equal(m.nfunc, 3);
    assert_int_equal(m.nfunc_import, 1);
    assert_true(m.func[0].imported && m.func[0].typed && !m.func[0].lazy);
    assert_string_equal(m.func[0].name, "func[0]");
    assert_string_equal(m.func[1].name, "run");
    assert_true(m.func[1].lazy && !m.func[1].code);
    assert_true(m.has_init);
    assert_int_equal(m.init, 2);
    assert_int_equal(m.type[m.func[2].type].nparam, 0);
    assert_int_equal(m.type[m.func[0].type].param_slots, 1);
    assert_string_equal(m.ext[0].space.p, "env");
    assert_string_equal(m.ext[0].name.p, "f");
    assert_int_equal(m.nexport, 2);
    assert_int_equal(m.export[0].kind, ENTITY_MEMORY);
    assert_int_equal(m.export[1].kind, ENTITY_FUNC);
    assert_int_equal(m.export[1].index, 1);
    assert_int_equal(m.memory[0].lim.min, 2);
    assert_int_equal(m.memory[0].lim.max, 3);
    assert_true(m.global[0].mutable);
    assert_int_equal(m.data[0].n, 2);
    assert_memory_equal(m.data[0].p, "ab", 2);
    assert_ptr_not_equal(m.bytes, bytes);
    module_free(&m);
}

/* Results come back behind the arguments only where they would change a register's class. */
static void windows(void **state) {
    static const struct { u32 vt[4], nparam, nresult, at; } in[] = {
        {{'I', 'L'}, 1, 1, 0},
        {{VT_EXTERNREF, 'I'}, 1, 1, 1},
        {{'V', VT_FUNCREF, VT_FUNCREF}, 1, 2, 2},
        {{'I', VT_FUNCREF, 'D', VT_FUNCREF}, 2, 2, 0},
        {{'V', VT_FUNCREF, 'D'}, 2, 1, 0},
        {{VT_FUNCREF, VT_EXTERNREF}, 1, 1, 1},
        {{VT_EXTERNREF, 'I'}, 2, 0, 0},
    };
    (void)state;
    for (u32 k = 0; k < COUNT(in); k++) {
        struct deftype t = {.vt = in[k].vt, .nparam = in[k].nparam, .nresult = in[k].nresult};
        deftype_slots(&t);
        assert_int_equal(t.result_at, in[k].at);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(listings),         cmocka_unit_test(long_branches), cmocka_unit_test(ready_in_threads),
        cmocka_unit_test(limits_of_memory), cmocka_unit_test(tables),        cmocka_unit_test(windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
