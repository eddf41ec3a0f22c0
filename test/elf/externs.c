/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* externs.c - .kconfig and .ksyms, strong and weak. */
#include "bpf.h"
enum libbpf_tristate { TRI_NO = 0, TRI_YES = 1, TRI_MODULE = 2 };
extern u32 kfunc(u32 a, u64 b) KSYM;
extern u32 kfunc_weak(u32 a) WEAK KSYM;
extern const int kvar KSYM;
extern const void kvoid WEAK KSYM;
extern u32 LINUX_KERNEL_VERSION KCONFIG;
extern int CONFIG_HZ KCONFIG;
extern long CONFIG_NEGATIVE KCONFIG;
extern _Bool CONFIG_BOOL KCONFIG;
extern _Bool CONFIG_ABSENT WEAK KCONFIG;
extern enum libbpf_tristate CONFIG_TRI KCONFIG;
extern char CONFIG_CHAR KCONFIG;
extern char CONFIG_STR[8] KCONFIG;

SEC("xdp") int prog(void *c) {
    u32 s = 0;
    if (kfunc_weak) s += kfunc_weak(3);
    s += kfunc(s, 3) + kvar + (&kvoid != 0);
    return s + LINUX_KERNEL_VERSION + CONFIG_HZ + CONFIG_BOOL + CONFIG_ABSENT + CONFIG_TRI + CONFIG_CHAR + CONFIG_STR[1] +
           CONFIG_NEGATIVE;
}
char _license[] SEC("license") = "Dual BSD/GPL";
