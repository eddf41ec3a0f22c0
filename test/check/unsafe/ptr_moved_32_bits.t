# a 32-bit copy is half of a pointer
-- asm
w2 = w10
*(u64 *)(r2 - 8) = 0
r0 = 0
exit
-- ctx xdp
-- rejected not-a-pointer: main: insn 1 (line 2): write of 8 bytes at an address that is a number: r2 = [0, 4294967295]
-- kernel rejects R2 invalid mem access 'scalar'
