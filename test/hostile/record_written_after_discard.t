# written after it was discarded
-- asm
r1 = map[0] ll
r2 = 16
r3 = 0
call 131
if r0 == 0 goto out
r6 = r0
r1 = r6
r2 = 0
call 133
*(u64 *)(r6 + 0) = 1
out:
exit
-- maps
map r ringbuf 0 0 4096
-- trap OUT_OF_BOUNDS
