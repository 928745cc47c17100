// dockerfile: reads Dockerfiles without losing a byte, and knows what their stages mean.
//
// parse() turns any bytes into a tree (ast.h): directives, comments and instructions with exact
// ranges, the text that BuildKit would see after joining continued lines, and a map from that text
// back to the source. It never fails: what is wrong becomes a SyntaxError and reading goes on with
// the next instruction. expand() replaces variables as BuildKit's lexer does, Stages follows FROM,
// ARG, ENV, SHELL, USER and WORKDIR through the build stages. BuildKit's behaviour is the
// reference: what it accepts is never an error here.
//
// Input is hostile. Every cost is linear in the size of the file and bounded by the limits that are
// named in parse.h, expand.h and stages.h. Nothing here reads files or keeps state; a Dockerfile
// may be read by several threads at once, as it does not change after parse().
//
// To add a flag of an instruction: one row in flags.cpp. To add an instruction: one enumerator in
// ast.h, its row in ast.cpp, and its arguments in instruction.cpp.
#pragma once
