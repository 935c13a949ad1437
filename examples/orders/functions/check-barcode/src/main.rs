//! Says whether a barcode (EAN-13) is one that a scanner would accept.
//!
//! The event is the code as a JSON string. This is a Lambda function for `provided.al2023` without any
//! dependency: it speaks the Runtime API itself.

mod barcode;
mod runtime_api;

use std::process::ExitCode;

use runtime_api::RuntimeApi;

fn main() -> ExitCode {
    let Ok(address) = std::env::var("AWS_LAMBDA_RUNTIME_API") else {
        eprintln!("AWS_LAMBDA_RUNTIME_API is not set: this program is started by Lambda");
        return ExitCode::FAILURE;
    };
    let api = RuntimeApi::new(address);
    loop {
        if let Err(error) = serve_one(&api) {
            eprintln!("the Runtime API failed: {error}");
            return ExitCode::FAILURE;
        }
    }
}

fn serve_one(api: &RuntimeApi) -> std::io::Result<()> {
    let invocation = api.next()?;
    match answer(&invocation.event) {
        Ok(answer) => api.respond(&invocation.request_id, &answer),
        Err(problem) => api.fail(&invocation.request_id, "InvalidBarcode", problem),
    }
}

/// The answer as JSON, or what is wrong with the event.
fn answer(event: &[u8]) -> Result<String, &'static str> {
    let text = std::str::from_utf8(event).map_err(|_| "the event is not UTF-8")?;
    // Digits have no escapes, so that the quotes are all there is to take off.
    let code = text.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let code = code.ok_or("the event must be a JSON string with a barcode")?;
    let digits = barcode::digits(code).ok_or("a barcode has exactly 13 digits")?;
    let expected = barcode::check_digit(&digits);
    Ok(format!(r#"{{"barcode":"{code}","valid":{},"check_digit":{expected}}}"#, digits[12] == expected))
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[test]
    fn answers_json() {
        let valid = r#"{"barcode":"4006381333931","valid":true,"check_digit":1}"#;
        assert_eq!(answer(b"\"4006381333931\"\n").as_deref(), Ok(valid));
        let invalid = r#"{"barcode":"4006381333932","valid":false,"check_digit":1}"#;
        assert_eq!(answer(b"\"4006381333932\"").as_deref(), Ok(invalid));
    }

    #[test]
    fn refuses_what_is_no_barcode() {
        for event in [&b"4006381333931"[..], b"\"", b"{}", b"\"400638133393\"", b"\"400638133393x\"", b"\xff"] {
            assert!(answer(event).is_err(), "{event:?}");
        }
    }
}
