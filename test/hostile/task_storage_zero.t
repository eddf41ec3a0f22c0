# a new value is zero, and stays
-- asm
call 158
r7 = r0
r1 = map[0] ll
r2 = r7
r3 = 0
r4 = 1
call 156
if r0 == 0 goto out
r1 = *(u64 *)(r0 + 0)
*(u64 *)(r0 + 0) = 9
r1 = map[0] ll
r2 = r7
r3 = 0
r4 = 0
call 156
if r0 == 0 goto out
r0 = *(u64 *)(r0 + 0)
out:
exit
-- maps
map t task_storage 4 8 0 1
-- result 9
