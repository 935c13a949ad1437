use std::env::{self, VarError};

pub fn colour() -> String {
    match env::var("COLOUR") {
        Ok(colour) => colour,
        Err(VarError::NotPresent) => "green".to_string(),
        Err(VarError::NotUnicode(value)) => panic!("COLOUR is not text: {value:?}"),
    }
}

pub fn table() -> String {
    match env::var("TABLE") {
        Ok(table) => table,
        Err(VarError::NotPresent) => panic!("TABLE is not set"),
        Err(VarError::NotUnicode(value)) => value.to_string_lossy().into_owned(),
    }
}

pub fn topic() -> Result<Option<String>, VarError> {
    match env::var("TOPIC") {
        Ok(topic) => Ok(Some(topic)),
        Err(VarError::NotPresent) => Ok(None),
        Err(error) => Err(error),
    }
}
