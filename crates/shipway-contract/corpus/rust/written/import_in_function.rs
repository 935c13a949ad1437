pub fn table() -> String {
    use std::env;
    env::var("TABLE").expect("TABLE is not set")
}

pub fn topic() -> Option<String> {
    use std::env::var as lookup;

    lookup("TOPIC").ok()
}

pub mod settings {
    use std::env;

    pub fn stage() -> String {
        env::var("STAGE").unwrap_or_else(|_| "dev".into())
    }

    pub mod secrets {
        use super::env;

        pub fn key() -> String {
            env::var("KEY_ARN").unwrap()
        }
    }
}
