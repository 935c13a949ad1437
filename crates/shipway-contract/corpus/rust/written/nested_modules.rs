pub mod outer {
    const NAME: &str = "OUTER_TABLE";

    pub fn table() -> String {
        std::env::var(NAME).unwrap()
    }

    pub mod inner {
        use std::env::{var, var_os};

        const NAME: &str = "INNER_TABLE";

        pub fn table() -> String {
            var(NAME).unwrap()
        }

        pub fn outer() -> String {
            var(super::NAME).unwrap()
        }

        pub fn cache() -> bool {
            var_os("CACHE_DIR").is_some()
        }
    }
}

pub trait Source {
    fn topic(&self) -> String {
        std::env::var("TOPIC").unwrap()
    }
}
