# a pointer with bits set
-- asm
r2 = r10
r2 += -16
r2 |= 8
*(u64 *)(r2 + 0) = 0
r0 = 0
exit
-- ctx xdp
-- rejected pointer-arithmetic: main: insn 2 (line 3): an operation that this kind of pointer does not allow: r2 = stack - 16
-- kernel rejects R2 bitwise operator |= on pointer prohibited
