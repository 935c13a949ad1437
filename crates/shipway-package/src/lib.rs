//! Turns a folder into a deterministic zip, and looks at what is in it.
