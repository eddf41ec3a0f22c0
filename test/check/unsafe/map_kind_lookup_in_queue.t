# a queue has no keys
-- asm
*(u64 *)(r10 - 8) = 0
r2 = r10
r2 += -8
r1 = map[0] ll
call 1
r0 = 0
exit
-- ctx xdp
-- maps
map m queue 0 8 1
-- rejected map-type: main: insn 5 (line 5): bpf_map_lookup_elem: a function that does not work on this type of map
-- kernel rejects invalid zero-sized read
