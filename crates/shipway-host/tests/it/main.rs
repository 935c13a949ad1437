//! Tests of the host's ports against real files, processes and tools.

// `cfg(test)` so that clippy's leave to unwrap in tests holds for helpers too.
#[cfg(test)]
mod as_child;
#[cfg(test)]
mod example;
#[cfg(test)]
mod file_store;
#[cfg(test)]
mod git;
#[cfg(test)]
mod looking_again;
mod packaging;
#[cfg(test)]
mod project;
#[cfg(test)]
mod sources;
#[cfg(test)]
mod toolchain;
#[cfg(test)]
mod toolchain_go;
#[cfg(test)]
mod toolchain_java;
#[cfg(test)]
mod toolchain_layer;
#[cfg(test)]
mod toolchain_node;
#[cfg(test)]
mod toolchain_node_bundle;
#[cfg(test)]
mod toolchain_node_workspace;
#[cfg(test)]
mod toolchain_python;
#[cfg(test)]
mod toolchain_python_projects;
#[cfg(test)]
mod toolchain_python_same;
#[cfg(test)]
mod toolchain_ruby;
#[cfg(test)]
mod toolchain_rust;
