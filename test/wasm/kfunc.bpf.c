// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/* kfunc.bpf.c - calls functions that a WebAssembly instance exports (test/wasm/host.wat), and is called by one. */
#define SEC(name) __attribute__((section(name), used))
extern int add(int a, int b) __attribute__((section(".ksyms")));
extern int divide(int a, int b) __attribute__((section(".ksyms")));
extern void spin(void) __attribute__((section(".ksyms")));

SEC("syscall") int sum(const unsigned char *p) {
    int s = 0;
    for (int i = 0; i < 4; i++)
        s = add(s, p[i]);
    return s;
}
SEC("syscall") int bad(const int *p) {
    return divide(p[0], 0);
}
SEC("syscall") int forever(void *p) {
    spin();
    return 1;
}
SEC("syscall") int loop(const volatile int *p) {
    while (p[0] != -1)
        ;
    return 1;
}
