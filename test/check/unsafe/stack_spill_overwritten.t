# a byte of the spilled pointer was overwritten
-- asm
r2 = r10
r2 += -32
*(u64 *)(r10 - 8) = r2
*(u8 *)(r10 - 6) = 1
r2 = *(u64 *)(r10 - 8)
*(u64 *)(r2 + 0) = 1
r0 = 0
exit
-- ctx xdp
-- rejected not-a-pointer: main: insn 5 (line 6): write of 8 bytes at an address that is a number: r2 = any number
-- kernel rejects R2 invalid mem access 'scalar'
