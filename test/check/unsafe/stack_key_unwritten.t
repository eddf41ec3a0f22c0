# the key of a look-up was never written
-- asm
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 8 4
-- rejected uninitialised-stack: main: insn 4 (line 4): read of 4 bytes of the stack of which some were never written: r2 = stack - 4
-- kernel accepts
