//! The embedded Lambda over HTTP.
//!
//! It listens on loopback alone: whoever can reach it can run code as its user. For the same reason it refuses what a
//! web page in a browser on this machine could send: requests with an `Origin`, and requests for another host.

mod connection;
mod handler;
mod invocation;
mod locations;
mod signature;

use std::{io, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use thiserror::Error;
use tokio::{net::TcpListener, task::JoinSet};

use crate::{
    local_lambda::LocalLambda,
    server::handler::Handler,
    serving::{Announced, Announcement, announce},
};

/// Whether other processes are told, by `serving.json`, that this one serves the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announce {
    /// For a command that serves itself for a moment.
    No,
    /// For a server that stays.
    Yes,
}

/// Why nothing is served.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The listener can be reached from other machines.
    #[error("{address} is not a loopback address: the embedded Lambda runs code for whoever reaches it")]
    NotLoopback {
        /// The listener's address.
        address: SocketAddr,
    },
    /// Another process serves the folder.
    #[error("{} is already served{}", folder.display(), at.map(|at| format!(" at {at}")).unwrap_or_default())]
    AlreadyServed {
        /// The folder.
        folder: PathBuf,
        /// Where, if the other one said so.
        at: Option<SocketAddr>,
    },
    /// The listener cannot be used.
    #[error("cannot use the listener")]
    Listener(#[source] io::Error),
    /// `serving.json` cannot be written.
    #[error("cannot write serving.json")]
    Announcement(#[source] io::Error),
}

/// A listener that is allowed to serve, and that other processes find if they are to.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    local: LocalLambda,
    address: SocketAddr,
    _announced: Option<Announcement>,
}

impl Server {
    /// Claims the folder if it is to be announced. Requests wait from now on, and are answered by [`Server::run`].
    ///
    /// # Errors
    /// The address is not loopback, somebody else serves the folder, or the system refused.
    pub fn claim(listener: TcpListener, local: LocalLambda, announcement: Announce) -> Result<Server, ServeError> {
        let address = listener.local_addr().map_err(ServeError::Listener)?;
        if !address.ip().is_loopback() {
            return Err(ServeError::NotLoopback { address });
        }
        let announced = match announcement {
            Announce::No => None,
            Announce::Yes => match announce(local.folder(), address).map_err(ServeError::Announcement)? {
                Announced::Done(announced) => Some(announced),
                Announced::Taken(by) => {
                    let folder = local.folder().to_owned();
                    return Err(ServeError::AlreadyServed { folder, at: by.map(|by| by.address) });
                }
            },
        };
        Ok(Server { listener, local, address, _announced: announced })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until [`LocalLambda::shutdown`] is called, then lets the requests under way end, within
    /// [`LocalSettings::shutdown_patience`](crate::LocalSettings::shutdown_patience).
    pub async fn run(self) {
        let Server { listener, local, address, _announced } = self;
        let mut closing = local.inner.closing.subscribe();
        let patience = local.settings().shutdown_patience;
        let handler = Arc::new(Handler::new(local, address));
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                () = connection::closed(&mut closing) => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        connections.spawn(connection::serve(stream, Arc::clone(&handler)));
                    }
                    // Out of descriptors, mostly: there may be some later.
                    Err(error) => {
                        tracing::warn!(%error, "cannot accept a connection");
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                },
                Some(_) = connections.join_next() => {}
            }
        }
        drop(listener);
        // A request that a test holds, or a client that never reads, must not keep the server.
        let all = async { while connections.join_next().await.is_some() {} };
        if tokio::time::timeout(patience, all).await.is_err() {
            connections.shutdown().await;
        }
    }
}

/// Claims the listener and runs it: see [`Server`].
///
/// # Errors
/// Nothing was served: see [`Server::claim`].
pub async fn serve(listener: TcpListener, local: LocalLambda, announcement: Announce) -> Result<(), ServeError> {
    Server::claim(listener, local, announcement)?.run().await;
    Ok(())
}
