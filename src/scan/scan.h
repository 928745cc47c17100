// scan: the image scanner: what is in an image (facts, collected in a sandboxed worker), what is
// wrong with it (findings), and what to do about it (advice).
//
// The worker reads hostile bytes and sends facts as plain values; the parent, which may use the
// network and write its cache, decodes them with bounds and judges. Collecting and judging are
// separate files: collect_*.cpp gather, image_checks.cpp and the advisory database judge, merge.cpp
// puts the layers on top of each other. To add a check of images: a row and a function in
// image_checks.cpp. To add a cataloger: see package/cataloger.h.
#pragma once
