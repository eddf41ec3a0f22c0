# programs are not values
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r1 = map[0] ll
call 1
r0 = 0
exit
-- ctx xdp
-- maps
map m prog_array 4 4 1
-- rejected map-type: main: insn 5 (line 5): bpf_map_lookup_elem: a function that does not work on this type of map
-- kernel rejects cannot pass map_type 3 into func bpf_map_lookup_elem#1
