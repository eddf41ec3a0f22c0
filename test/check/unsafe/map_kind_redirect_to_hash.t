# redirect_map takes a map of devices, CPUs or sockets
-- asm
r1 = map[0] ll
r2 = 0
r3 = 0
call 51
exit
-- ctx xdp
-- maps
map m hash 4 8 1
-- rejected map-type: main: insn 4 (line 4): bpf_redirect_map: a function that does not work on this type of map
-- kernel rejects cannot pass map_type 1 into func bpf_redirect_map#51
