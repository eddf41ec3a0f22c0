# an atomic operation across its alignment
-- asm
*(u64 *)(r10 - 8) = 0
*(u64 *)(r10 - 16) = 0
r1 = 1
lock *(u64 *)(r10 - 12) += r1
r0 = 0
exit
-- ctx xdp
-- rejected alignment: main: insn 3 (line 4): an atomic access or an object that is not aligned: r10 = stack
-- kernel rejects misaligned stack access off 0+0+-12 size 8
