//! `shipway local serve`: the embedded Lambda for other programs.

use serde_json::json;
use shipway_core::exit::ExitCode;
use shipway_local::{Announce, LocalLambda, ServeError, serve as serve_lambda};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::block_on;
use crate::arguments::ServeArguments;
use crate::connection::local_settings;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::Printer;

const DEFAULT_REGION: &str = "us-east-1";

pub(crate) fn serve(
    arguments: &ServeArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    if !arguments.listen.ip().is_loopback() {
        return Err(Failure::usage(
            format!("{} is not an address of this machine alone", arguments.listen),
            "whoever reaches the embedded Lambda can run code here: listen on 127.0.0.1 or ::1",
        ));
    }
    let folder = invocation.directory.join(&arguments.dir);
    // Functions start in folders of their own, so a path that begins here would lead them elsewhere.
    let folder =
        std::path::absolute(&folder).map_err(|source| Failure::File { attempt: "finding", path: folder, source })?;
    std::fs::create_dir_all(&folder).map_err(|source| Failure::File {
        attempt: "creating",
        path: folder.clone(),
        source,
    })?;
    let region = arguments.region.as_deref().unwrap_or(DEFAULT_REGION);
    let mut settings = local_settings(invocation, region, &folder)?;
    if let Some(account) = &arguments.account {
        settings.account.clone_from(account);
    }
    settings.objects.endpoint.clone_from(&arguments.s3_endpoint_url);
    block_on(async {
        let failed = |error: Box<dyn std::error::Error>| Failure::Embedded(error);
        let local = LocalLambda::open(&folder, settings).map_err(|error| failed(Box::new(error)))?;
        let listener = TcpListener::bind(arguments.listen).await.map_err(|error| failed(Box::new(error)))?;
        let address = listener.local_addr().map_err(|error| failed(Box::new(error)))?;
        let mut interrupted = signal(SignalKind::interrupt()).map_err(|error| failed(Box::new(error)))?;
        let mut terminated = signal(SignalKind::terminate()).map_err(|error| failed(Box::new(error)))?;
        // The address is data: with port 0 only this line tells it.
        printer.answer(
            || format!("http://{address}\n"),
            || json!({ "version": 1, "endpoint_url": format!("http://{address}") }),
        );
        printer.status(&format!("serving {} until interrupted; AWS_ENDPOINT_URL=http://{address}", folder.display()));
        let serving = tokio::spawn(serve_lambda(listener, local.clone(), Announce::Yes));
        tokio::pin!(serving);
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
            ended = &mut serving => return served(ended),
        }
        local.shutdown().await;
        served(serving.await)
    })
}

fn served(ended: Result<Result<(), ServeError>, tokio::task::JoinError>) -> Result<ExitCode, Failure> {
    match ended {
        Ok(Ok(())) => Ok(ExitCode::Done),
        Ok(Err(error @ (ServeError::NotLoopback { .. } | ServeError::AlreadyServed { .. }))) => {
            Err(Failure::Usage { message: error.to_string(), hints: Vec::new() })
        }
        Ok(Err(error)) => Err(Failure::Embedded(Box::new(error))),
        Err(error) => Err(Failure::Embedded(Box::new(error))),
    }
}
