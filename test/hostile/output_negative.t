# ringbuf_output of -1 bytes
-- asm
r1 = map[0] ll
r2 = r10
r2 += -8
r3 = -1
r4 = 0
call 130
exit
-- maps
map r ringbuf 0 0 4096
-- trap OUT_OF_BOUNDS
