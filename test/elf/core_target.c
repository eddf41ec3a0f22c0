/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* core_target.c - another machine's idea of the types in core.c; only its BTF is used. */
typedef unsigned int u32;
typedef unsigned long long u64;
struct inner { long before; int y; int x; };
enum mode { MODE_X = 1, MODE_A = 4, MODE_B = 5 };
union u { int i; };
typedef int (*callback)(int, struct inner *);
struct task {
    u64 added;
    u64 state;
    int pid;
    union { struct { int tgid, ppid; }; long both; };
    u64 small;
    u32 array[8];
    struct inner in;
    int pad : 20;
    u32 bits : 3, more : 6;
    u32 negative : 5;
    enum mode mode;
    char *name;
};
enum big { BIG = 0x123456789a };
struct task task;
union u u;
callback cb;
enum big big;
int f(struct task *t) { return t->pid; }
