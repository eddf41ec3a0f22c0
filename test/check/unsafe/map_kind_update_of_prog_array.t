# a program does not change a prog array
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r3 = r2
r4 = 0
r1 = map[0] ll
call 2
r0 = 0
exit
-- ctx xdp
-- maps
map m prog_array 4 4 1
-- rejected map-type: main: insn 7 (line 7): bpf_map_update_elem: a function that does not work on this type of map
-- kernel rejects cannot pass map_type 3 into func bpf_map_update_elem#2
