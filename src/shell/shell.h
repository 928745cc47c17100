// shell: what stands in the text of a RUN, CMD or ENTRYPOINT: its simple commands, words, variables
// and mistakes.
//
// script.h parses POSIX sh and its relatives with one tolerant grammar; cmd and PowerShell are
// understood down to commands and words. commands.h answers what rules ask of one command (name,
// flags, values), as written or seen through `sudo`, `env`, `xargs` and their like. packages.h,
// downloads.h, users.h and files.h give commands a meaning. spell.h finds the usual mistakes where
// ShellCheck is not at hand.
//
// Input is untrusted. Parsing never fails: what was not understood is listed in `problems`. Time
// and memory are linear in the text, which is cut at kMaxScriptBytes; nesting ends at kMaxNesting.
// There is no I/O and no state: everything is safe from several threads.
//
// A new package manager, download tool or wrapper is one row in the table of its .cpp.
#pragma once
