# another CPU's value is for per-CPU maps
-- asm
*(u32 *)(r10 - 4) = 0
r2 = r10
r2 += -4
r3 = 0
r1 = map[0] ll
call 195
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 8 1
-- rejected map-type: main: insn 6 (line 6): bpf_map_lookup_percpu_elem: a function that does not work on this type of map
-- kernel rejects cannot pass map_type 1 into func bpf_map_lookup_percpu_elem#195
