//! `shipway layers`: publish layers, and show what is there for provisioning to attach.

use serde_json::{Value, json};
use shipway_core::configuration::Provider;
use shipway_core::exit::ExitCode;
use shipway_core::layer::LayerRecord;
use shipway_engine::context::{Environment, Ports};
use shipway_engine::operations::{
    Attachment, LayerOutcome, LayerReport, LayerStatus, attach_published, list_layers, publish_layers,
};

use super::Settled;
use super::deploy::ask;
use super::wording::{failure_json, tell_failure};
use crate::arguments::{LayersListArguments, LayersPublishArguments};
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::{Printer, Table, ago, duration};

pub(crate) fn publish(
    arguments: &LayersPublishArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    let settled = Settled::find(&arguments.environment, invocation)?;
    let environment = settled.layers_request(&arguments.layers)?;
    if settled.resolved.provider != Provider::Local && !arguments.yes {
        let names: Vec<&str> = environment.layers.iter().map(|layer| layer.layer_name.as_str()).collect();
        ask(&format!("Publish {} in {}?", names.join(", "), environment.name), invocation, printer)?;
    }
    settled.with_ports(invocation, printer, async |ports| {
        let reports = publish_layers(ports, &environment).await?;
        printer.answer(|| report_text(&reports), || reports_data(&reports, &environment));
        Ok(tell_failures(&reports, printer))
    })
}

/// What `deploy` does first: publishes the layers that its functions want, and lets a local environment attach them.
/// The reports, which `deploy`'s answer is to hold; `Err` with how the run ends if one could not be published: functions
/// are not deployed without what they are to have.
pub(crate) async fn before_deployment(
    ports: &Ports<'_>,
    environment: &mut Environment,
    printer: &Printer,
) -> Result<Result<(), ExitCode>, Failure> {
    if environment.layers.is_empty() {
        return Ok(Ok(()));
    }
    let reports = publish_layers(ports, environment).await?;
    for report in &reports {
        if let (LayerOutcome::Published, Some(record)) = (&report.outcome, &report.record) {
            printer.status(&format!("layer {}: published {}", report.layer, record.layer_version_arn));
        }
    }
    let code = tell_failures(&reports, printer);
    if code != ExitCode::Done {
        printer.answer(|| report_text(&reports), || reports_data(&reports, environment));
        return Ok(Err(code));
    }
    attach_published(ports, environment).await?;
    Ok(Ok(()))
}

/// Says which functions lack the newest version of a layer that they are to have. It stops nothing: attaching is
/// provisioning's.
pub(crate) async fn tell_unattached(
    ports: &Ports<'_>,
    environment: &Environment,
    printer: &Printer,
) -> Result<(), Failure> {
    if environment.layers.is_empty() {
        return Ok(());
    }
    for status in list_layers(ports, environment).await? {
        let Some(newest) = &status.newest else { continue };
        for (function, attachment) in &status.wanted_by {
            let has = match attachment {
                Attachment::Attached | Attachment::NoFunction => continue,
                Attachment::Other(arn) => format!("has {arn}"),
                Attachment::Missing => "has none of its versions".to_owned(),
            };
            let arn = &newest.layer_version_arn;
            printer.warning(&format!("{function} {has}; the newest version of layer {} is {arn}", status.layer));
            printer.hint("provisioning attaches layers, by these ARNs");
        }
    }
    Ok(())
}

fn tell_failures(reports: &[LayerReport], printer: &Printer) -> ExitCode {
    for report in reports {
        if let LayerOutcome::Failed(error) = &report.outcome {
            tell_failure(printer, &report.layer.clone().into(), error);
        }
    }
    ExitCode::worst(reports.iter().map(LayerReport::exit_code))
}

fn word(outcome: &LayerOutcome) -> &'static str {
    match outcome {
        LayerOutcome::Published => "published",
        LayerOutcome::Unchanged => "unchanged",
        LayerOutcome::Failed(error) if error.exit_code() == ExitCode::Refused => "REFUSED",
        LayerOutcome::Failed(_) => "FAILED",
    }
}

fn report_text(reports: &[LayerReport]) -> String {
    let mut table = Table::new(&["LAYER", "OUTCOME", "ARTIFACT", "TIME", "ARN"]);
    for report in reports {
        let record = report.record.as_ref();
        table.row([
            report.layer.to_string(),
            word(&report.outcome).to_owned(),
            record.map(|record| record.artifact.short()).unwrap_or_default(),
            duration(report.took),
            record.map(|record| record.layer_version_arn.clone()).unwrap_or_default(),
        ]);
    }
    table.render()
}

fn reports_data(reports: &[LayerReport], environment: &Environment) -> Value {
    let layer = |report: &LayerReport| {
        let details = match &report.outcome {
            LayerOutcome::Failed(error) => json!({ "error": failure_json(error) }),
            LayerOutcome::Published | LayerOutcome::Unchanged => Value::Null,
        };
        let mut data = record_data(report.record.as_ref());
        data["layer"] = json!(report.layer);
        data["layer_name"] = json!(report.layer_name);
        data["outcome"] = json!(word(&report.outcome).to_lowercase());
        data["exit_code"] = json!(report.exit_code().status());
        data["details"] = details;
        data["milliseconds"] = json!(u64::try_from(report.took.as_millis()).unwrap_or(u64::MAX));
        data
    };
    json!({
        "version": 1,
        "environment": environment.name,
        "exit_code": ExitCode::worst(reports.iter().map(LayerReport::exit_code)).status(),
        "layers": reports.iter().map(layer).collect::<Vec<_>>(),
    })
}

fn record_data(record: Option<&LayerRecord>) -> Value {
    json!({
        "layer_version_arn": record.map(|record| &record.layer_version_arn),
        "layer_version": record.map(|record| record.layer_version),
        "artifact": record.map(|record| record.artifact),
        "build": record.map(|record| record.build),
        "since": record.map(|record| record.at),
    })
}

pub(crate) fn list(
    arguments: &LayersListArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    let settled = Settled::find(&arguments.environment, invocation)?;
    let environment = settled.layers_request(&arguments.layers)?;
    let (statuses, now) = settled.with_ports(invocation, printer, async |ports| {
        Ok((list_layers(ports, &environment).await?, ports.clock.now()))
    })?;
    printer.answer(|| list_text(&statuses, now), || list_data(&statuses, &environment));
    if statuses.iter().any(|status| status.newest.is_none()) {
        printer.hint("`shipway layers publish` publishes what was never published");
    }
    Ok(ExitCode::Done)
}

fn list_text(statuses: &[LayerStatus], now: jiff::Timestamp) -> String {
    let mut table = Table::new(&["LAYER", "ARTIFACT", "SINCE", "ARN", "WANTED BY"]);
    for status in statuses {
        let newest = status.newest.as_ref();
        let wanted: Vec<String> = status
            .wanted_by
            .iter()
            .map(|(name, attachment)| format!("{name} ({})", attachment_word(attachment)))
            .collect();
        table.row([
            status.layer.to_string(),
            newest.map(|record| record.artifact.short()).unwrap_or_default(),
            newest.map(|record| ago(record.at, now)).unwrap_or_default(),
            newest.map_or_else(|| "never published".to_owned(), |record| record.layer_version_arn.clone()),
            wanted.join(", "),
        ]);
    }
    table.render()
}

fn attachment_word(attachment: &Attachment) -> &'static str {
    match attachment {
        Attachment::Attached => "attached",
        Attachment::Other(_) => "another version attached",
        Attachment::Missing => "not attached",
        Attachment::NoFunction => "no such function yet",
    }
}

fn list_data(statuses: &[LayerStatus], environment: &Environment) -> Value {
    let layer = |status: &LayerStatus| {
        let wanted_by = status.wanted_by.iter().map(|(name, attachment)| {
            let other = if let Attachment::Other(arn) = attachment { Some(arn) } else { None };
            json!({
                "function": name,
                "attachment": attachment_word(attachment).replace(' ', "-"),
                "attached_arn": other,
            })
        });
        let mut data = record_data(status.newest.as_ref());
        data["layer"] = json!(status.layer);
        data["layer_name"] = json!(status.layer_name);
        data["wanted_by"] = json!(wanted_by.collect::<Vec<_>>());
        data
    };
    // For Terraform: `jsondecode(…).arns["NAME"]`.
    let arns: serde_json::Map<String, Value> = statuses
        .iter()
        .filter_map(|status| Some((status.layer.to_string(), json!(status.newest.as_ref()?.layer_version_arn))))
        .collect();
    json!({
        "version": 1,
        "environment": environment.name,
        "arns": arns,
        "layers": statuses.iter().map(layer).collect::<Vec<_>>(),
    })
}
