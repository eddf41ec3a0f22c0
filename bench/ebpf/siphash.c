/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* siphash.c - SipHash-2-4 of 1 KiB: 64-bit words put together from bytes, 64-bit rotates. */
/* bench: input=1040 seed=11 runs_hint=5000 */
#include "bench.h"

enum { N = 1024 };

struct state {
    u64 a, b, c, d;
};

static ALWAYS_INLINE void round(struct state *s) {
    s->a += s->b;
    s->b = rol64(s->b, 13) ^ s->a;
    s->a = rol64(s->a, 32);
    s->c += s->d;
    s->d = rol64(s->d, 16) ^ s->c;
    s->a += s->d;
    s->d = rol64(s->d, 21) ^ s->a;
    s->c += s->b;
    s->b = rol64(s->b, 17) ^ s->c;
    s->c = rol64(s->c, 32);
}

static ALWAYS_INLINE void absorb(struct state *s, u64 m) {
    s->d ^= m;
    round(s);
    round(s);
    s->a ^= m;
}

SEC("xdp")
int siphash(struct xdp_md *ctx) {
    PACKET(ctx, p, 16 + N);
    u64 k0 = le64(p), k1 = le64(p + 8), h;
    struct state s = {k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261,
                      k1 ^ 0x7465646279746573};

    for (u32 i = 0; i < N; i += 8)
        absorb(&s, le64(p + 16 + i));
    absorb(&s, (u64)N << 56);
    s.c ^= 0xff;
    for (u32 i = 0; i < 4; i++)
        round(&s);
    h = s.a ^ s.b ^ s.c ^ s.d;
    return h ^ h >> 32;
}
LICENSED
