# a helper writes into the record
-- asm
r1 = map[0] ll
r2 = 16
r3 = 0
call 131
if r0 == 0 goto out
r6 = r0
r1 = r6
r2 = 16
call 16
r1 = r6
r2 = 0
call 132
out:
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- accepted
