# the program ends with a record in hand
-- asm
r1 = map[0] ll
r2 = 16
r3 = 0
call 131
if r0 == 0 goto out
r6 = r0
r0 = 0
out:
exit
-- maps
map r ringbuf 0 0 4096
-- trap HELD
