# a number minus a pointer
-- asm
r2 = 0
r2 -= r10
r0 = *(u64 *)(r2 + 0)
exit
-- ctx xdp
-- rejected pointer-arithmetic: main: insn 1 (line 2): an operation that this kind of pointer does not allow: r10 = stack
-- kernel rejects R2 tried to subtract pointer from scalar
