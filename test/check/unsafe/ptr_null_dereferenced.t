# address 0
-- asm
r2 = 0
r0 = *(u64 *)(r2 + 0)
exit
-- ctx xdp
-- rejected not-a-pointer: main: insn 1 (line 2): read of 8 bytes at an address that is a number: r2 = 0
-- kernel rejects R2 invalid mem access 'scalar'
