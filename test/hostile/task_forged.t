# a task that is a number
-- asm
r1 = map[0] ll
r2 = 1234
r3 = 0
r4 = 1
call 156
exit
-- maps
map t task_storage 4 8 0 1
-- trap BAD_HANDLE
