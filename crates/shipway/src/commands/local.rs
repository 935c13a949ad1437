//! `shipway local serve`: the embedded Lambda for other programs.

use serde_json::json;
use shipway_core::exit::ExitCode;
use shipway_local::{Announce, LocalLambda, LocalSettings, ServeError, Server, Throttle};
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
    let settings = settings(arguments, local_settings(invocation, region, &folder)?);
    block_on(async {
        let failed = |error: Box<dyn std::error::Error>| Failure::Embedded(error);
        let local = LocalLambda::open(&folder, settings)?;
        let listener = TcpListener::bind(arguments.listen).await.map_err(|error| {
            Failure::usage(format!("cannot listen on {}: {error}", arguments.listen), "port 0 lets the system choose")
        })?;
        let server = Server::claim(listener, local.clone(), Announce::Yes).map_err(refused)?;
        let address = server.address();
        let mut interrupted = signal(SignalKind::interrupt()).map_err(|error| failed(Box::new(error)))?;
        let mut terminated = signal(SignalKind::terminate()).map_err(|error| failed(Box::new(error)))?;
        // The address is data: with port 0 only this line tells it. Whoever reads it finds the folder served.
        printer.answer(
            || format!("http://{address}\n"),
            || json!({ "version": 1, "endpoint_url": format!("http://{address}") }),
        );
        printer.status(&format!("serving {} until interrupted; AWS_ENDPOINT_URL=http://{address}", folder.display()));
        let mut serving = tokio::spawn(server.run());
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
            ended = &mut serving => return ended.map(|()| ExitCode::Done).map_err(|error| failed(Box::new(error))),
        }
        local.shutdown().await;
        serving.await.map(|()| ExitCode::Done).map_err(|error| failed(Box::new(error)))
    })
}

/// The defaults with what was asked for.
fn settings(arguments: &ServeArguments, mut settings: LocalSettings) -> LocalSettings {
    if let Some(account) = &arguments.account {
        settings.account.clone_from(account);
    }
    settings.objects.endpoint.clone_from(&arguments.s3_endpoint_url);
    settings.delays.create = arguments.create_delay.unwrap_or(settings.delays.create);
    settings.delays.update = arguments.update_delay.unwrap_or(settings.delays.update);
    settings.throttle = arguments.throttle.then(Throttle::default);
    settings
}

fn refused(error: ServeError) -> Failure {
    match error {
        ServeError::NotLoopback { .. } | ServeError::AlreadyServed { .. } => {
            Failure::Usage { message: error.to_string(), hints: Vec::new() }
        }
        ServeError::Listener(_) | ServeError::Announcement(_) => Failure::Embedded(Box::new(error)),
    }
}
