/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kfunc_wasi.bpf.c - a program that calls WASI, where its host grants it (test/unit/wasi_kfuncs.c). */
#define SEC(name) __attribute__((section(name), used))
typedef unsigned long long u64;
extern long wasi_fd_write(int fd, const void *buf, u64 len) __attribute__((section(".ksyms")));
extern long wasi_clock_time_get(int clock, u64 *time) __attribute__((section(".ksyms")));
extern long wasi_random_get(void *buf, u64 len) __attribute__((section(".ksyms")));

SEC("syscall") long say(int *fd) {
    char text[] = "hello from eBPF\n";
    return wasi_fd_write(*fd, text, sizeof text - 1);
}

/* 0, or which of it was wrong. */
SEC("syscall") long rest(int *fd) {
    u64 now = 0, later = 0, bytes[2] = {0, 0};
    if (wasi_clock_time_get(0, &now) || !now)
        return 1;
    if (wasi_clock_time_get(1, &now) || wasi_clock_time_get(1, &later) || later < now)
        return 2;
    if (wasi_clock_time_get(7, &now) != -28 /* inval */)
        return 3;
    if (wasi_random_get(bytes, 9) || !bytes[0] || bytes[1] >> 8)
        return 4;
    return 0;
}

/* Memory that is not the program's. */
SEC("syscall") long beyond(int *fd) {
    return wasi_fd_write(*fd, fd, 4096);
}
