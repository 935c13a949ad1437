//! `shipway config`: every setting and where it comes from; the JSON Schema.

use serde_json::json;
use shipway_core::configuration::SettingWithOrigin;
use shipway_core::exit::ExitCode;

use super::Settled;
use crate::arguments::ConfigShowArguments;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::{Printer, Table};

pub(crate) fn show(
    arguments: &ConfigShowArguments,
    invocation: &Invocation,
    printer: &Printer,
) -> Result<ExitCode, Failure> {
    let settled = Settled::find(&arguments.environment, invocation)?;
    let settings = settled.resolved.explain();
    printer.answer(
        || text(settings),
        || json!({ "version": 1, "environment": settled.resolved.name, "settings": settings }),
    );
    Ok(ExitCode::Done)
}

fn text(settings: &[SettingWithOrigin]) -> String {
    let mut table = Table::new(&["SETTING", "VALUE", "FROM"]);
    for setting in settings {
        let origin = match &setting.overridden {
            Some(overridden) => {
                format!("{} (line {} says {})", setting.origin, overridden.line, overridden.value)
            }
            None => setting.origin.to_string(),
        };
        table.row([setting.key.clone(), setting.value.clone(), origin]);
    }
    table.render()
}

pub(crate) fn schema(printer: &Printer) -> Result<ExitCode, Failure> {
    let schema = json!(shipway_core::configuration::schema());
    let text = || serde_json::to_string_pretty(&schema).map(|text| text + "\n").unwrap_or_default();
    printer.answer(text, || schema.clone());
    Ok(ExitCode::Done)
}
