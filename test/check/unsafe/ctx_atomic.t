# no atomic operations on the context
-- asm
r2 = 1
lock *(u32 *)(r1 + 8) += r2
r0 = 0
exit
-- ctx tc
-- rejected pointer-arithmetic: main: insn 1 (line 2): an operation that this kind of pointer does not allow (atomic): r1 = context
-- kernel rejects BPF_ATOMIC stores into R1 ctx is not allowed
