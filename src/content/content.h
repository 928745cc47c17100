// content: what stands in text and should not: secrets, by the name of the variable that holds them
// or by their own form.
//
// Input is untrusted text of any kind; nothing here reads files. All functions are pure and may be
// called from any thread. A secret's value never leaves this room: callers get its kind, its place
// and its length. To add a form of secret: one row in secret_forms.cpp and one in its test.
#pragma once

#include "content/secret_files.h"
#include "content/secret_forms.h"
#include "content/secret_names.h"
