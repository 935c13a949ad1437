//! Which wheels run where: the platforms that a runtime takes, and whether a wheel's name names one of them.

use crate::names::Architecture;

/// Whether a wheel fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// It does.
    Fits,
    /// It is for these platforms alone.
    Other(String),
}

/// The name that wheels have for a processor.
#[must_use]
pub fn machine(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "x86_64",
        Architecture::Arm64 => "aarch64",
    }
}

/// The minor version of the glibc 2 that a runtime's operating system has: Amazon Linux 2023 since Python 3.12,
/// Amazon Linux 2 before. Source: AWS, "Lambda runtimes".
#[must_use]
pub fn glibc(minor: u32) -> u32 {
    if minor >= 12 { 34 } else { 26 }
}

/// The platforms that fit a runtime, newest first. Wheels for any platform fit besides.
#[must_use]
pub fn platforms(minor: u32, architecture: Architecture) -> Vec<String> {
    let machine = machine(architecture);
    let mut platforms = Vec::new();
    for glibc in (17..=glibc(minor)).rev() {
        platforms.push(format!("manylinux_2_{glibc}_{machine}"));
    }
    platforms.push(format!("manylinux2014_{machine}"));
    if architecture == Architecture::X86_64 {
        // Older than any Arm wheel.
        platforms.extend(
            ["manylinux_2_12", "manylinux2010", "manylinux_2_5", "manylinux1"].map(|name| format!("{name}_{machine}")),
        );
    }
    platforms
}

/// Whether the wheel of that file name fits a runtime's platform. Python's own tags are left to the tool that installs.
#[must_use]
pub fn fit(file_name: &str, minor: u32, architecture: Architecture) -> Fit {
    let tags = file_name.trim_end_matches(".whl").rsplit('-').next().unwrap_or_default();
    let platforms = platforms(minor, architecture);
    let fits = |tag: &str| tag == "any" || platforms.iter().any(|platform| platform == tag);
    if tags.split('.').any(fits) { Fit::Fits } else { Fit::Other(tags.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_go_from_the_runtimes_glibc_down() {
        let modern = platforms(13, Architecture::Arm64);
        assert_eq!(modern.first().unwrap(), "manylinux_2_34_aarch64");
        assert_eq!(modern.last().unwrap(), "manylinux2014_aarch64");
        assert_eq!(modern.len(), 19);
        let old = platforms(11, Architecture::X86_64);
        assert_eq!(old.first().unwrap(), "manylinux_2_26_x86_64");
        assert!(old.contains(&"manylinux1_x86_64".to_owned()));
    }

    #[test]
    fn a_wheel_that_this_machine_compiled_does_not_fit() {
        let fit = |name| fit(name, 13, Architecture::Arm64);
        assert_eq!(fit("a-1-py3-none-any.whl"), Fit::Fits);
        assert_eq!(fit("a-1-cp313-cp313-manylinux_2_17_aarch64.manylinux2014_aarch64.whl"), Fit::Fits);
        assert_eq!(fit("a-1-cp313-cp313-linux_x86_64.whl"), Fit::Other("linux_x86_64".to_owned()));
        assert_eq!(fit("a-1-cp313-cp313-manylinux_2_36_aarch64.whl"), Fit::Other("manylinux_2_36_aarch64".to_owned()));
    }
}
