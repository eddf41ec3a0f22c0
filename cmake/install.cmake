# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# install.cmake - libraries, headers, command, pkg-config file, CMake package, man page, completion.
include(CMakePackageConfigHelpers)
install(TARGETS supervm supervm_static EXPORT supervmTargets
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
if(TARGET supervm_cli)
    install(TARGETS supervm_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    if(TARGET supervm_whole)
        install(TARGETS supervm_whole RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/supervm)
    endif()
endif()
if(TARGET supervm_llvm)
    install(TARGETS supervm_llvm LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/supervm)
endif()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/supervm)
install(EXPORT supervmTargets NAMESPACE supervm:: DESTINATION ${package_dir})
configure_package_config_file(cmake/supervmConfig.cmake.in supervmConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(supervmConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/supervmConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/supervmConfigVersion.cmake
    DESTINATION ${package_dir})

# The .pc file finds its prefix from where it lies, so that the installed tree can be moved.
# Libs.private, not Requires.private: that would ask for whatever libpcap was itself built with.
set(SVM_PC_LIBS "-lm -ldl") # what SVM_LIBS names, as those know it who ask for libraries alone
set(SVM_PC_LIBDIR "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
set(SVM_PC_INCLUDEDIR "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
file(RELATIVE_PATH up /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
string(REGEX REPLACE "/$" "" up ${up})
set(SVM_PC_PREFIX "\${pcfiledir}/${up}")
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}") # as some distributions set it
    set(SVM_PC_LIBDIR ${CMAKE_INSTALL_LIBDIR})
    set(SVM_PC_PREFIX ${CMAKE_INSTALL_PREFIX})
endif()
if(IS_ABSOLUTE "${CMAKE_INSTALL_INCLUDEDIR}")
    set(SVM_PC_INCLUDEDIR ${CMAKE_INSTALL_INCLUDEDIR})
endif()
configure_file(cmake/supervm.pc.in supervm.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/supervm.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

file(GLOB man_pages CONFIGURE_DEPENDS docs/*.1)
install(FILES ${man_pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES completions/supervm.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME supervm)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
