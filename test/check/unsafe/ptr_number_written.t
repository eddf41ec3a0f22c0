# a store to an address out of thin air
-- asm
r2 = -8
*(u64 *)(r2 + 0) = 1
r0 = 0
exit
-- ctx xdp
-- rejected not-a-pointer: main: insn 1 (line 2): write of 8 bytes at an address that is a number: r2 = -8
-- kernel rejects R2 invalid mem access 'scalar'
