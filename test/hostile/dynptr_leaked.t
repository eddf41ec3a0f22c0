# a reserved record is submitted or discarded
-- asm
r1 = map[0] ll
r2 = 16
r3 = 0
r4 = r10
r4 += -16
call 198
r0 = 0
exit
-- maps
map r ringbuf 0 0 4096
-- trap HELD
