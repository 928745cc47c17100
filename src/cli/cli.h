// cli: the program: one file a command, all described by tables from which parsing, --help, man
// pages and shell completions are made.
//
// Results go to stdout, progress and messages to stderr. Exit statuses: 0 examined and nothing at
// or above --fail-on, 1 something was, 2 bad usage, 3 something could not be examined, 130
// interrupted. To add a command: a file here with its CommandSpec, and a row in commands() of
// commands.cpp.
#pragma once
