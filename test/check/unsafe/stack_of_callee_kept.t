# a function leaves the address of its own frame in its caller's
-- asm
r1 = r10
r1 += -8
call local f
r1 = *(u64 *)(r10 - 8)
*(u64 *)(r1 + 0) = 1
r0 = 0
exit
f:
r2 = r10
r2 += -8
*(u64 *)(r10 - 8) = 0
*(u64 *)(r1 + 0) = r2
r0 = 0
exit
-- ctx xdp
-- rejected pointer-leak: f: insn 3 (line 12): a pointer would become visible outside: r1 = stack - 8
-- kernel rejects cannot spill pointers to stack into stack frame of the caller
