# a pointer times 2 points nowhere
-- asm
r2 = r10
r2 *= 2
*(u64 *)(r2 - 8) = 0
r0 = 0
exit
-- ctx xdp
-- rejected pointer-arithmetic: main: insn 1 (line 2): an operation that this kind of pointer does not allow: r2 = stack
-- kernel rejects R2 pointer arithmetic with *= operator prohibited
