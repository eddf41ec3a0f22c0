/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hello.c - a WASI program of the size that small ones have with a libc: about 36 KB, of which one line is used. */
#define IMPORT(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))
#define EXPORT(name) __attribute__((export_name(#name)))

struct bytes {
    const char *p;
    unsigned len;
};
IMPORT(fd_write) int fd_write(int fd, const struct bytes *v, unsigned n, unsigned *written);

/* Sixteen families of functions that differ by a constant; reached through a table, so that none goes away. */
#define F(n)                                                                                                           \
    __attribute__((noinline)) static unsigned f##n(unsigned x) {                                                       \
        unsigned y = x ^ (0x9e3779b9u * ((n) + 1u)), sum = (n);                                                        \
        for (unsigned i = 0; i < (n) % 7 + 3u; i++) {                                                                  \
            y = y << 13 ^ y >> 7 ^ (x + i);                                                                            \
            sum += y % ((n) + 3u) ? y * 31 + i : y / (i + 1);                                                          \
            if (sum & 1u << (n) % 32)                                                                                  \
                sum ^= y & 0xff00ff;                                                                                   \
        }                                                                                                              \
        return sum;                                                                                                    \
    }
#define F8(n)  F(n##0) F(n##1) F(n##2) F(n##3) F(n##4) F(n##5) F(n##6) F(n##7)
#define A8(n)  f##n##0, f##n##1, f##n##2, f##n##3, f##n##4, f##n##5, f##n##6, f##n##7,
#define ALL(M) M(1) M(2) M(3) M(4) M(5) M(6) M(7) M(8) M(9) M(10) M(11) M(12) M(13)
ALL(F8)
static unsigned (*const table[])(unsigned) = {ALL(A8)};
static unsigned state[1024] = {1, 2, 3, 5, 7, 11, 13, 17, [1023] = 19};

EXPORT(mix) unsigned mix(unsigned k) {
    state[k % 1024] += table[k % (sizeof table / sizeof *table)](k);
    return state[k % 1024];
}

EXPORT(_start) void start(void) {
    static const char text[] = "hello\n";
    struct bytes v = {text, sizeof text - 1};
    unsigned written;
    fd_write(1, &v, 1, &written);
}
