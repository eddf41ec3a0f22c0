/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tunnel.bpf.c - tunnel keys and options: what is set can be got again, from the other end. */
#include "oracle.h"

struct tunnel_key {
    u32 id;
    u32 remote[4];
    u8 tos, ttl;
    u16 ext;
    u32 label, local[4];
};
static long (*get_key)(void *skb, void *key, u32 size, u64 flags) = (void *)20;
static long (*set_key)(void *skb, void *key, u32 size, u64 flags) = (void *)21;
static long (*get_opt)(void *skb, void *opt, u32 size) = (void *)29;
static long (*set_opt)(void *skb, void *opt, u32 size) = (void *)30;

union words {
    struct tunnel_key k;
    u64 pad[6];
};
#define GET(size, flags)                                                                                               \
    do {                                                                                                               \
        union words w_ = {.pad = {-1, -1, -1, -1, -1, -1}};                                                            \
        OUT(get_key(skb, &w_.k, size, flags));                                                                         \
        OUT_BYTES(&w_, 48);                                                                                            \
    } while (0)

SEC("tc") int keys(struct __sk_buff *skb) {
    union words w = {.k = {7, {0x01020304, 2, 3, 4}, 5, 6, 0, 0, {0x0a0b0c0d, 8, 9, 10}}};
    GET(44, 0);
    OUT(set_key(skb, &w.k, 44, 32));
    OUT(set_key(skb, &w.k, 40, 0));
    w.k.ext = 1;
    OUT(set_key(skb, &w.k, 44, 0));
    w.k.ext = 0;
    w.k.label = 1;
    OUT(set_key(skb, &w.k, 44, 0));
    GET(44, 0);
    w.k.label = 0;
    OUT(set_key(skb, &w.k, 44, 0));
    GET(44, 0);
    GET(44, 1);
    GET(44, 32);
    GET(28, 0);
    GET(24, 0);
    GET(22, 0);
    GET(8, 0);
    GET(40, 0);
    GET(44, 16);
    OUT(set_key(skb, &w.k, 8, 2 | 4 | 8 | 16));
    GET(44, 16);
    w.k.label = 0x12345;
    OUT(set_key(skb, &w.k, 44, 1));
    GET(44, 1);
    GET(44, 0);
    GET(8, 1);
    GET(28, 1);
    return TC_ACT_OK;
}
CASE(tunnel_keys: run keys udp4)

SEC("tc") int options(struct __sk_buff *skb) {
    union words w = {.k = {7, {1, 2, 3, 4}, 5, 6, 0, 0, {7, 8, 9, 10}}};
    u64 opt[32] = {1, 2, 3, 4}, got[4] = {-1, -1, -1, -1};
    OUT(set_opt(skb, opt, 8));
    OUT(get_opt(skb, got, 32));
    OUT_BYTES(got, 32);
    OUT(set_key(skb, &w.k, 44, 0));
    OUT(get_opt(skb, got, 32));
    OUT(set_opt(skb, opt, 7));
    OUT(set_opt(skb, opt, 256));
    OUT(set_opt(skb, opt, 12));
    OUT(get_opt(skb, got, 8));
    OUT(get_opt(skb, got, 32));
    OUT_BYTES(got, 32);
    OUT(set_opt(skb, opt, 252));
    OUT(get_opt(skb, got, 32));
    OUT(set_key(skb, &w.k, 44, 0));
    OUT(get_opt(skb, got, 32));
    return TC_ACT_OK;
}
CASE(tunnel_options: run options udp4)
