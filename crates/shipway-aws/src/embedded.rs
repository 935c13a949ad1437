//! The proof that an endpoint is the embedded Lambda's: an address on this machine. What creates functions takes
//! this type and nothing else, so that it cannot be pointed at AWS.

use std::net::SocketAddr;

/// The address of an embedded Lambda; always a loopback address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmbeddedEndpoint {
    address: SocketAddr,
}

/// An address that other machines could have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{address} is not a loopback address; an embedded Lambda is only ever on this machine")]
pub struct NotLoopback {
    /// The address as given.
    pub address: SocketAddr,
}

impl EmbeddedEndpoint {
    /// Takes a loopback address.
    ///
    /// # Errors
    /// For any other address.
    pub fn new(address: SocketAddr) -> Result<Self, NotLoopback> {
        if address.ip().is_loopback() { Ok(Self { address }) } else { Err(NotLoopback { address }) }
    }

    /// The endpoint's URL, `http://127.0.0.1:4566`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_embedded() {
        let local: SocketAddr = "127.0.0.1:4566".parse().unwrap();
        assert_eq!(EmbeddedEndpoint::new(local).unwrap().url(), "http://127.0.0.1:4566");
        let six: SocketAddr = "[::1]:4566".parse().unwrap();
        assert_eq!(EmbeddedEndpoint::new(six).unwrap().url(), "http://[::1]:4566");
        let other: SocketAddr = "10.0.0.1:4566".parse().unwrap();
        assert_eq!(EmbeddedEndpoint::new(other), Err(NotLoopback { address: other }));
    }
}
