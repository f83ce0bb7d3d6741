#pragma once
/// @file
/// The version of the library. It includes nothing, so that a program or a build system can read it alone.
///
/// Versions are semantic: docs/changelog.md says what a program may rely on, and what each version changed.

/// Counts the changes that may break a program. Before 1.0.0 the minor version counts them.
#define RONDO_VERSION_MAJOR 0
/// Counts the additions.
#define RONDO_VERSION_MINOR 1
/// Counts the corrections.
#define RONDO_VERSION_PATCH 0
/// The version as a number that grows with it: 1.2.3 is 10203.
#define RONDO_VERSION (RONDO_VERSION_MAJOR * 10000 + RONDO_VERSION_MINOR * 100 + RONDO_VERSION_PATCH)
/// The version as text.
#define RONDO_VERSION_STRING "0.1.0"
