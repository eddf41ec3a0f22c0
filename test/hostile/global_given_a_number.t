# a function that is looked at by itself is given a number as its pointer
-- c
typedef unsigned long long u64;
struct __sk_buff { unsigned len; };
__attribute__((noinline)) int of(u64 *p) {
    asm volatile("");
    return p ? *p : 0;
}
__attribute__((section("tc"), used)) int prog(struct __sk_buff *skb) {
    return of((void *)(long)skb->len);
}
-- mem
0102030405060708090a0b0c0d0e0f10
-- trap OUT_OF_BOUNDS
