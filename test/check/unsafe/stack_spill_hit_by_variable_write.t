# a store somewhere into 16 bytes may have hit the pointer that lies there
-- asm
r2 = r10
r2 += -32
*(u64 *)(r10 - 8) = r2
*(u64 *)(r10 - 16) = 0
r3 = *(u32 *)(r1 + 16)
r3 &= 15
r4 = r10
r4 += -16
r4 += r3
*(u8 *)(r4 + 0) = 1
r2 = *(u64 *)(r10 - 8)
*(u64 *)(r2 + 0) = 1
r0 = 0
exit
-- ctx xdp
-- rejected not-a-pointer: main: insn 11 (line 12): write of 8 bytes at an address that is a number: r2 = any number
-- kernel rejects R2 invalid mem access 'scalar'
