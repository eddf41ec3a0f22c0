# 8 bytes across two spilled pointers are no pointer
-- asm
r2 = r10
r2 += -64
*(u64 *)(r10 - 8) = r2
*(u64 *)(r10 - 16) = r2
r3 = *(u32 *)(r10 - 12)
r4 = *(u32 *)(r10 - 8)
r4 <<= 32
r3 |= r4
*(u64 *)(r3 + 0) = 1
r0 = 0
exit
-- ctx xdp
-- rejected corrupt-spill: main: insn 4 (line 5): part of a pointer that was saved on the stack is read or written
-- kernel rejects invalid size of register fill
