use std::env;

pub fn table() -> String {
    env::var("TABLE").unwrap_or_else(|_| "orders".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_table_that_is_set() {
        unsafe { env::set_var("TABLE", "others") };
        assert_eq!(table(), "others");
        unsafe { env::remove_var("TABLE") };
    }

    #[test]
    fn talks_to_a_real_table() {
        let Ok(endpoint) = env::var("DYNAMODB_ENDPOINT") else {
            return;
        };
        assert!(endpoint.starts_with("http"));
    }
}
