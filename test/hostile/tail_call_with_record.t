# a tail call with a record in hand
-- asm
r7 = r1
r1 = map[0] ll
r2 = 16
r3 = 0
call 131
if r0 == 0 goto out
r6 = r0
r1 = r7
r2 = map[1] ll
r3 = 0
call 12
r1 = r6
r2 = 0
call 133
r0 = 5
out:
exit
-- maps
map r ringbuf 0 0 4096
map p prog_array 4 4 4
-- ctx xdp
-- mem
0102030405060708090a0b0c08004500001400000000400600000102030405060708
-- result 5
