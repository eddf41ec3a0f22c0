/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* core.c - every kind of CO-RE relocation; the target's types are those of core_target.c. */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
#define SEC(name) __attribute__((section(name), used))
#define CORE __attribute__((preserve_access_index))
#define FIELD(f, kind) __builtin_preserve_field_info(f, kind)
#define TYPE(t, kind) __builtin_preserve_type_info(*(t *)0, kind)

struct inner { int x, y; } CORE;
enum mode { MODE_A = 1, MODE_B = 2, MODE_GONE = 3 };
enum big { BIG = 1 };
union u { int i; char c[4]; } CORE;
typedef int (*callback)(int, struct inner *);

struct task {                   /* the target has more in front, and holds "ppid" inside an anonymous struct */
    int pid;
    u32 small;                  /* 8 bytes there */
    int ppid;
    u32 array[4];
    struct inner in;
    u32 bits : 3, more : 7;
    int negative : 5;
    enum mode mode;
    char *name;
    int gone;
} CORE;
struct task___v2 { u64 added; int pid; } CORE;
struct nowhere { int a; } CORE;
struct fwd;

SEC("socket/pid") int pid(void *c) { return FIELD(((struct task *)c)->pid, 0); }
SEC("socket/load") int load(struct task *t) { return t->pid; }
SEC("socket/store") int store(struct task *t) { t->ppid = 7; return 0; }
SEC("socket/wide") u64 wide(struct task *t) { return t->small; }
SEC("socket/gone") int gone(struct task *t) { return t->gone; }
SEC("socket/ppid") int ppid(struct task *t) { return FIELD(t->ppid, 0); }
SEC("socket/array") int array(struct task *t) { return FIELD(t->array[2], 0); }
SEC("socket/nested") int nested(struct task *t) { return FIELD(t->in.y, 0); }
SEC("socket/size") int size(struct task *t) { return FIELD(t->small, 1); }
SEC("socket/exists") int exists(struct task *t) { return FIELD(t->ppid, 2); }
SEC("socket/missing") int missing(struct task *t) { return FIELD(t->gone, 2); }
SEC("socket/sign") int sign(struct task *t) { return FIELD(t->negative, 3); }
SEC("socket/lshift") int lshift(struct task *t) { return FIELD(t->more, 4); }
SEC("socket/rshift") int rshift(struct task *t) { return FIELD(t->more, 5); }
SEC("socket/bits") int bits(struct task *t) { return FIELD(t->more, 0); }
SEC("socket/flavour") int flavour(struct task___v2 *t) { return FIELD(t->pid, 0); }
SEC("socket/local_id") u64 local_id(void *c) { return __builtin_btf_type_id(*(struct task *)0, 0) != 0; }
SEC("socket/target_id") u64 target_id(void *c) { return __builtin_btf_type_id(*(struct task *)0, 1) != 0; }
SEC("socket/type_exists") int type_exists(void *c) { return TYPE(struct task, 0); }
SEC("socket/type_missing") int type_missing(void *c) { return TYPE(struct nowhere, 0); }
SEC("socket/type_size") int type_size(void *c) { return TYPE(struct inner, 1); }
SEC("socket/fn_exists") int fn_exists(void *c) { return TYPE(callback, 0); }
SEC("socket/enum_exists") u64 enum_exists(void *c) { return __builtin_preserve_enum_value(*(enum mode *)MODE_B, 0); }
SEC("socket/enum_missing") u64 enum_missing(void *c) { return __builtin_preserve_enum_value(*(enum mode *)MODE_GONE, 0); }
SEC("socket/enum_value") u64 enum_value(void *c) { return __builtin_preserve_enum_value(*(enum mode *)MODE_B, 1); }
SEC("socket/enum_64") u64 enum_64(void *c) { return __builtin_preserve_enum_value(*(enum big *)BIG, 1); }
#if __clang_major__ >= 15
SEC("socket/matches") int matches(void *c) { return TYPE(struct inner, 2); }
SEC("socket/matches_not") int matches_not(void *c) { return TYPE(union u, 2); }
#endif
char _license[] SEC("license") = "GPL";
