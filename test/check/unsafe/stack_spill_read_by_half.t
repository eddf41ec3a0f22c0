# half of a spilled pointer is a number
-- asm
r2 = r10
r2 += -32
*(u64 *)(r10 - 8) = r2
w2 = *(u32 *)(r10 - 8)
*(u64 *)(r2 + 0) = 1
r0 = 0
exit
-- ctx xdp
-- rejected corrupt-spill: main: insn 3 (line 4): part of a pointer that was saved on the stack is read or written
-- kernel rejects invalid size of register fill
