//! What a request's signature says of its sender. The signature itself is not checked: nothing here knows a secret.

use hyper::header::{AUTHORIZATION, HeaderMap};
use shipway_lambda_model::ApiError;

/// Reads the access key id, and refuses what AWS would refuse for its scope.
pub(super) fn access_key(headers: &HeaderMap, region: &str) -> Result<String, ApiError> {
    let Some(text) = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()) else {
        return Err(ApiError::new(403, "MissingAuthenticationTokenException", "Missing Authentication Token"));
    };
    let Some([key, _date, signed_region, service, "aws4_request"]) = scope(text) else {
        return Err(ApiError::new(
            403,
            "IncompleteSignatureException",
            "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter.",
        ));
    };
    if signed_region != region {
        return Err(wrong_scope(&format!("a valid region, not '{signed_region}'")));
    }
    if service != "lambda" {
        return Err(wrong_scope("correct service: 'lambda'"));
    }
    Ok(key.to_owned())
}

fn wrong_scope(wanted: &str) -> ApiError {
    ApiError::new(403, "InvalidSignatureException", format!("Credential should be scoped to {wanted}."))
}

/// The five parts of `Credential=KEY/DATE/REGION/SERVICE/aws4_request`.
fn scope(authorization: &str) -> Option<[&str; 5]> {
    let (_, rest) = authorization.split_once("Credential=")?;
    let credential = rest.split([',', ' ']).next()?;
    let parts: Vec<&str> = credential.split('/').collect();
    parts.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(authorization: &str) -> Result<String, ApiError> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, authorization.parse().unwrap());
        access_key(&headers, "eu-west-1")
    }

    #[test]
    fn the_key_is_read_and_the_scope_is_checked() {
        let signed = |scope: &str| {
            read(&format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/{scope}/aws4_request, SignedHeaders=host, Signature=00"
            ))
        };
        assert_eq!(signed("eu-west-1/lambda").unwrap(), "AKIDEXAMPLE");
        assert!(signed("us-east-1/lambda").unwrap_err().to_string().contains("not 'us-east-1'"));
        assert!(signed("eu-west-1/s3").unwrap_err().to_string().contains("'lambda'"));
        assert_eq!(read("Basic x").unwrap_err().code, "IncompleteSignatureException");
        assert_eq!(access_key(&HeaderMap::new(), "eu-west-1").unwrap_err().code, "MissingAuthenticationTokenException");
    }
}
