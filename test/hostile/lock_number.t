# a lock at address 64
-- asm
r1 = 64
call 93
exit
-- maps
map m array 4 8 4
-- trap BAD_ARGUMENT
