# submitted or discarded
-- asm
r6 = *(u32 *)(r1 + 16)
r1 = map[0] ll
r2 = 16
r3 = 0
call 131
if r0 == 0 goto out
r1 = r0
r2 = 0
if r6 > 3 goto drop
call 132
goto out
drop:
call 133
out:
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- accepted
