# 32-bit arithmetic cuts off the upper half
-- asm
r2 = r10
w2 += -8
*(u64 *)(r2 + 0) = 0
r0 = 0
exit
-- ctx xdp
-- rejected pointer-arithmetic: main: insn 1 (line 2): an operation that this kind of pointer does not allow: r2 = stack
-- kernel rejects R2 32-bit pointer arithmetic prohibited
