# the key was written where the queue is above 3 only
-- asm
r2 = *(u32 *)(r1 + 16)
if r2 < 4 goto look
*(u32 *)(r10 - 4) = 0
look:
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 8 4
-- rejected uninitialised-stack: main: insn 7 (line 8): read of 4 bytes of the stack of which some were never written: r2 = stack - 4
-- kernel accepts
