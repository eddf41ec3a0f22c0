# an address out of thin air
-- asm
r2 = 0x1234567812345678 ll
r0 = *(u64 *)(r2 + 0)
exit
-- ctx xdp
-- rejected not-a-pointer: main: insn 2 (line 2): read of 8 bytes at an address that is a number: r2 = 0x1234567812345678
-- kernel rejects R2 invalid mem access 'scalar'
