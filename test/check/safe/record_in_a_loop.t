# one a turn
-- asm
r6 = 0
again:
r1 = map[0] ll
r2 = 8
r3 = 0
call 131
if r0 == 0 goto next
*(u64 *)(r0 + 0) = r6
r1 = r0
r2 = 0
call 132
next:
r6 += 1
if r6 < 8 goto again
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- accepted
