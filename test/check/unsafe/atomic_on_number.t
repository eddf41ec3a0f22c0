# an atomic operation at an address out of thin air
-- asm
r2 = 4096
r1 = 1
lock *(u64 *)(r2 + 0) += r1
r0 = 0
exit
-- ctx xdp
-- rejected not-a-pointer: main: insn 2 (line 3): write of 8 bytes at an address that is a number: r2 = 4096
-- kernel rejects R2 invalid mem access 'scalar'
