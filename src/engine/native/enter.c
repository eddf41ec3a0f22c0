/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* enter.c - into code of an object file and out of it, in the words of each machine.
 *
 *   native_enter(r)   keeps what C's calling convention keeps, notes the stack pointer in r->sp, takes r->stack if there is
 *                     one, calls r->code
 *   native_leave(r)   from anywhere above it: goes on where native_enter(r) returns, with 0
 *   native_fault      a fault of the code goes on here (base/fault.h): below the stack as it stands, native_fault_at(place)
 *
 * setjmp would take no other stack, costs more, and what fortified C libraries make of longjmp refuses to go from one
 * stack to another. */
#include "engine/native/run.h"

_Static_assert(offsetof(struct native_run, sp) == 0 && offsetof(struct native_run, code) == 8 &&
                   offsetof(struct native_run, stack) == 16 && offsetof(struct native_run, arg) == 24,
               "the code below knows");

#define FUNCTION(name) ".globl " name "\n.hidden " name "\n.type " name ", %function\n" name ":\n"
#define END(name)      ".size " name ", . - " name "\n"

#if defined(__x86_64__)
__asm__(".text\n.p2align 4\n" FUNCTION("native_enter") ".cfi_startproc\n"
        "pushq %rbp\n.cfi_def_cfa_offset 16\n.cfi_offset %rbp, -16\n"
        "pushq %rbx\n.cfi_def_cfa_offset 24\n.cfi_offset %rbx, -24\n"
        "pushq %r12\n.cfi_def_cfa_offset 32\n.cfi_offset %r12, -32\n"
        "pushq %r13\n.cfi_def_cfa_offset 40\n.cfi_offset %r13, -40\n"
        "pushq %r14\n.cfi_def_cfa_offset 48\n.cfi_offset %r14, -48\n"
        "pushq %r15\n.cfi_def_cfa_offset 56\n.cfi_offset %r15, -56\n"
        "movq %rsp, (%rdi)\n"
        "movq %rdi, %rbx\n.cfi_escape 0x0f, 5, 0x73, 0, 0x06, 0x23, 56\n" /* CFA: *rbx + 56 */
        "movq 16(%rdi), %rax\n"
        "testq %rax, %rax\n"
        "leaq -8(%rax), %rax\n"
        "cmovneq %rax, %rsp\n"
        "pushq 72(%rdi)\n"
        "movq 8(%rdi), %rax\n"
        "movq 32(%rdi), %rsi\n"
        "movq 40(%rdi), %rdx\n"
        "movq 48(%rdi), %rcx\n"
        "movq 56(%rdi), %r8\n"
        "movq 64(%rdi), %r9\n"
        "movq 24(%rdi), %rdi\n"
        "callq *%rax\n"
        "movq (%rbx), %rsp\n.cfi_def_cfa %rsp, 56\n"
        "1: popq %r15\n.cfi_def_cfa_offset 48\n"
        "popq %r14\n.cfi_def_cfa_offset 40\n"
        "popq %r13\n.cfi_def_cfa_offset 32\n"
        "popq %r12\n.cfi_def_cfa_offset 24\n"
        "popq %rbx\n.cfi_def_cfa_offset 16\n"
        "popq %rbp\n.cfi_def_cfa_offset 8\n"
        "retq\n.cfi_endproc\n" END("native_enter") /* */
        FUNCTION("native_leave") "movq (%rdi), %rsp\n"
                                 "xorl %eax, %eax\n"
                                 "jmp 1b\n" END("native_leave") /* */
        FUNCTION("native_fault") "popq %rdi\n"
                                 "subq $128, %rsp\n"
                                 "andq $-16, %rsp\n"
                                 "cld\n"
                                 "callq native_fault_at\n"
                                 "ud2\n" END("native_fault"));
#elif defined(__aarch64__)
#define KEPT(op)                                                                                                       \
    op " x19, x20, [sp, #16]\n" op " x21, x22, [sp, #32]\n" op " x23, x24, [sp, #48]\n" op " x25, x26, [sp, #64]\n" op \
       " x27, x28, [sp, #80]\n" op " d8, d9, [sp, #96]\n" op " d10, d11, [sp, #112]\n" op " d12, d13, [sp, #128]\n" op \
       " d14, d15, [sp, #144]\n"
__asm__(".text\n.p2align 4\n" FUNCTION("native_enter") ".cfi_startproc\n"
        "stp x29, x30, [sp, #-160]!\n.cfi_def_cfa_offset 160\n.cfi_offset x29, -160\n.cfi_offset x30, -152\n"
        "mov x29, sp\n.cfi_def_cfa x29, 160\n" KEPT("stp")
        "mov x9, sp\n"
        "str x9, [x0]\n"
        "mov x19, x0\n"
        "ldp x9, x10, [x0, #8]\n"
        "cbz x10, 2f\n"
        "mov sp, x10\n"
        "2: ldp x1, x2, [x0, #32]\n"
        "ldp x3, x4, [x0, #48]\n"
        "ldp x5, x6, [x0, #64]\n"
        "ldr x0, [x0, #24]\n"
        "blr x9\n"
        "ldr x9, [x19]\n"
        "1: mov sp, x9\n" KEPT("ldp")
        "ldp x29, x30, [sp], #160\n"
        "ret\n.cfi_endproc\n" END("native_enter") /* */
        FUNCTION("native_leave") "ldr x9, [x0]\n"
                                 "mov x0, xzr\n"
                                 "b 1b\n" END("native_leave") /* */
        FUNCTION("native_fault") "brk #1\n" END("native_fault"));
#elif defined(__riscv) && __riscv_xlen == 64 && defined(__riscv_float_abi_double)
#define KEPT(x, f)                                                                                                     \
    x " ra, 0(sp)\n" x " s0, 8(sp)\n" x " s1, 16(sp)\n" x " s2, 24(sp)\n" x " s3, 32(sp)\n" x " s4, 40(sp)\n" x        \
      " s5, 48(sp)\n" x " s6, 56(sp)\n" x " s7, 64(sp)\n" x " s8, 72(sp)\n" x " s9, 80(sp)\n" x " s10, 88(sp)\n" x     \
      " s11, 96(sp)\n" f " fs0, 104(sp)\n" f " fs1, 112(sp)\n" f " fs2, 120(sp)\n" f " fs3, 128(sp)\n" f               \
      " fs4, 136(sp)\n" f " fs5, 144(sp)\n" f " fs6, 152(sp)\n" f " fs7, 160(sp)\n" f " fs8, 168(sp)\n" f              \
      " fs9, 176(sp)\n" f " fs10, 184(sp)\n" f " fs11, 192(sp)\n"
__asm__(".text\n.p2align 4\n" FUNCTION("native_enter") "addi sp, sp, -208\n" KEPT("sd", "fsd")
        "sd sp, 0(a0)\n"
        "mv s1, a0\n"
        "ld t0, 8(a0)\n"
        "ld t1, 16(a0)\n"
        "beqz t1, 2f\n"
        "mv sp, t1\n"
        "2: ld a1, 32(a0)\n"
        "ld a2, 40(a0)\n"
        "ld a3, 48(a0)\n"
        "ld a4, 56(a0)\n"
        "ld a5, 64(a0)\n"
        "ld a6, 72(a0)\n"
        "ld a0, 24(a0)\n"
        "jalr t0\n"
        "ld sp, 0(s1)\n"
        "1:\n" KEPT("ld", "fld")
        "addi sp, sp, 208\n"
        "ret\n" END("native_enter") /* */
        FUNCTION("native_leave") "ld sp, 0(a0)\n"
                                 "li a0, 0\n"
                                 "j 1b\n" END("native_leave") /* */
        FUNCTION("native_fault") "ebreak\n" END("native_fault"));
#else
#define NO_MACHINE 1
u64 native_enter(struct native_run *r) {
    return (void)r, 0;
}
void native_leave(struct native_run *r) {
    (void)r;
}
const char native_fault[1];
#endif

bool native_usable(void) {
#ifdef NO_MACHINE
    return false;
#else
    return true;
#endif
}
