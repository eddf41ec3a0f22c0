# the function that is called gives it away
-- asm
r1 = map[0] ll
r2 = 16
r3 = 0
call 131
if r0 == 0 goto out
r1 = r0
call local f
out:
r0 = 0
exit
f:
*(u64 *)(r1 + 0) = 1
r2 = 0
call 132
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- accepted
