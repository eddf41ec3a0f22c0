# 8 bytes that nobody wrote, to a place where anyone sees them
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r3 = r10
r3 += -16
r4 = 0
r1 = map[0] ll
call 2
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 8 4
-- rejected uninitialised-stack: main: insn 8 (line 8): read of 8 bytes of the stack of which some were never written: r3 = stack - 16
-- kernel accepts
