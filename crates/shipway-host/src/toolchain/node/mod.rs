//! Node: dependencies by the package manager whose lock file there is (npm, pnpm, Yarn), the project's `build` scripts,
//! then production dependencies alone, or one bundle made by esbuild.
//!
//! Scripts of dependencies run as the package manager runs them by default. When nothing of the project itself is to be
//! run, development dependencies are not asked for. Otherwise they are, for this machine, and stay out of the package;
//! where the function runs on another kind of machine, dependencies are then installed again for that one, without
//! scripts: a script would build for this one.
//!
//! npm installs the dependencies of a function that stands alone where they are packed. All else is gathered: what the
//! function needs at run time is looked up as Node would, and laid out without links.

mod builder;
mod bundle;
mod gather;
mod machine;
mod package_manager;
mod source_map;
mod tidy;

pub(super) use builder::build;
