//! The file that a bundle begins with, and the module that the handler names.

/// The module of a handler's text, without its ending: `dist/index` of `dist/index.handler`. `None` when there is none.
///
/// The file's name ends at its first dot. Source: aws-lambda-nodejs-runtime-interface-client, `UserFunction.js`.
#[must_use]
pub fn handler_module(handler: &str) -> Option<String> {
    let (folder, name) = handler.rsplit_once('/').map_or(("", handler), |(folder, name)| (folder, name));
    let (file, export) = name.split_once('.')?;
    let folder = folder.trim_start_matches("./").trim_matches('/');
    if file.is_empty() || export.is_empty() || folder.split('/').any(|part| part == "..") {
        return None;
    }
    Some(if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") })
}

/// What TypeScript and JavaScript files end with, sources before what may have been made of them.
const ENDINGS: [&str; 8] = ["ts", "mts", "cts", "tsx", "mjs", "js", "cjs", "jsx"];

/// Folders that builds write to.
const OUTPUTS: [&str; 4] = ["dist/", "build/", "out/", "lib/"];

/// Where a bundle for a module begins, the best first: at the module's own place, in `src`, and, for a module in a
/// folder of build outputs, where its source would be.
#[must_use]
pub fn bundle_entries(module: &str) -> Vec<String> {
    let output = OUTPUTS.iter().find_map(|folder| module.strip_prefix(folder));
    let places = [Some(module.to_owned()), output.map(|rest| format!("src/{rest}")), output.map(str::to_owned)];
    let in_src = if output.is_none() && !module.starts_with("src/") { Some(format!("src/{module}")) } else { None };
    let places: Vec<String> = places.into_iter().chain([in_src]).flatten().collect();
    places.iter().flat_map(|place| ENDINGS.map(|ending| format!("{place}.{ending}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_names_a_module() {
        assert_eq!(handler_module("index.handler").as_deref(), Some("index"));
        assert_eq!(handler_module("./dist/api.v2.handler").as_deref(), Some("dist/api"));
        assert_eq!(handler_module("index"), None);
        assert_eq!(handler_module("../index.handler"), None);
    }

    #[test]
    fn a_bundle_begins_where_the_source_of_the_module_is() {
        let typescript = |module: &str| -> Vec<String> {
            bundle_entries(module).into_iter().filter(|entry| entry.ends_with(".ts")).collect()
        };
        assert_eq!(typescript("index"), ["index.ts", "src/index.ts"]);
        assert_eq!(typescript("dist/api/get"), ["dist/api/get.ts", "src/api/get.ts", "api/get.ts"]);
        assert_eq!(typescript("src/index"), ["src/index.ts"]);
        assert_eq!(bundle_entries("index")[..2], ["index.ts", "index.mts"]);
    }
}
