# an index that nothing bounds: it is tested when it runs
-- asm
r3 = *(u32 *)(r1 + 16)
r2 = map[0] ll
call 12
r0 = 2
exit
-- ctx xdp
-- maps
map jumps prog_array 4 4 4
-- accepted
