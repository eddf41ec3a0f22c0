-- asm
goto +7
exit
-- error
jump to instruction 8 of a function of 2
