//! The engine's ports over this machine: git, build tools, files, processes, the clock.
