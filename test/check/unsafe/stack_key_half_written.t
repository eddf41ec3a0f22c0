# of 8 bytes of the key 4 were written
-- asm
*(u32 *)(r10 - 8) = 0
r2 = r10
r2 += -8
r1 = map[0] ll
call 1
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 8 8 4
-- rejected uninitialised-stack: main: insn 5 (line 5): read of 8 bytes of the stack of which some were never written: r2 = stack - 8
-- kernel accepts
