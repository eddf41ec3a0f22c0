# a record larger than the ring
-- asm
r1 = map[0] ll
r2 = 0x7fffffff
r3 = 0
call 131
exit
-- maps
map r ringbuf 0 0 4096
-- result 0x0
