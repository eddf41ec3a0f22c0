# a pointer on one path, a number on the other
-- asm
r0 = 0
r2 = *(u32 *)(r1 + 16)
r3 = r10
r3 += -8
*(u64 *)(r10 - 8) = 0
if r2 > 4 goto use
r3 = 4096
use:
r0 = *(u64 *)(r3 + 0)
exit
-- ctx xdp
-- rejected not-a-pointer: main: insn 7 (line 9): read of 8 bytes at an address that is a number: r3 = 4096
-- kernel rejects R3 invalid mem access 'scalar'
