# lookup in a ring buffer
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
exit
-- maps
map r ringbuf 0 0 4096
-- trap BAD_MAP
