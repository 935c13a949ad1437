//! A package as a treemap in one HTML file that needs nothing else: boxes within boxes, drawn here and placed in per cent, so
//! that a page without its script shows everything but the zoom. Every text that comes from a package is escaped.

mod squarify;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use shipway_package::ContentNode;

use self::squarify::{Rectangle, squarify};
use super::words::{plural, size};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The size that boxes are laid out for, in pixels; they stretch with the window.
const STAGE: Rectangle = Rectangle { left: 0.0, top: 0.0, width: 1360.0, height: 760.0 };
/// What a folder's frame takes of it: its heading, and the border around its content. As in the style sheet.
const HEADING: f64 = 20.0;
const BORDER: f64 = 3.0;
/// A folder that is smaller than this has no heading.
const SMALLEST_FRAME: (f64, f64) = (56.0, 44.0);
/// Boxes that are smaller than this are drawn as one, in square pixels.
const SMALLEST_AREA: f64 = 30.0;
/// Folders within folders that are drawn.
const DEEPEST: usize = 24;
/// Rows of the table below.
const ROWS: usize = 40;

/// What is drawn.
#[derive(Debug)]
pub(crate) struct Drawing<'a> {
    pub(crate) title: &'a str,
    /// Names and values to stand above it.
    pub(crate) facts: &'a [(&'static str, String)],
    pub(crate) tree: &'a ContentNode,
    /// The paths of programs and native libraries.
    pub(crate) native: &'a BTreeSet<&'a str>,
    pub(crate) refusals: &'a [String],
    pub(crate) findings: &'a [String],
}

/// What a file is for, as its colour tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Native,
    Code,
    Data,
    Spare,
    Other,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Native, Self::Code, Self::Data, Self::Spare, Self::Other];

    fn of(path: &str, native: &BTreeSet<&str>) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        if native.contains(path) || ends(&[".so", ".node", ".exe", ".pyd", ".dylib", ".a"]) {
            return Self::Native;
        }
        if ends(&[
            ".d.ts", ".d.mts", ".d.cts", ".map", ".md", ".rst", ".pyi", ".html", ".pdf", ".h", ".hpp", ".c", ".pyx",
        ]) || path.contains(".dist-info/")
            || ["license", "licence", "notice", "changelog", "readme"].iter().any(|word| name.starts_with(word))
        {
            return Self::Spare;
        }
        if ends(&[".py", ".js", ".mjs", ".cjs", ".ts", ".rb", ".class", ".jar", ".pyc", ".dll", ".sh", ".wasm", ".jsx"])
        {
            return Self::Code;
        }
        if ends(&[
            ".json",
            ".csv",
            ".parquet",
            ".txt",
            ".bin",
            ".xml",
            ".yaml",
            ".yml",
            ".toml",
            ".gz",
            ".zip",
            ".pem",
            ".sqlite",
            ".dat",
            ".npy",
            ".onnx",
            ".pb",
            ".png",
            ".jpg",
            ".svg",
            ".ttf",
            ".woff2",
            ".tar",
            ".properties",
        ]) {
            return Self::Data;
        }
        Self::Other
    }

    fn class(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Code => "code",
            Self::Data => "data",
            Self::Spare => "spare",
            Self::Other => "other",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Native => "programs and native libraries",
            Self::Code => "code",
            Self::Data => "data",
            Self::Spare => "types, maps, headers, documents",
            Self::Other => "other",
        }
    }
}

/// The HTML file.
pub(crate) fn draw(drawing: &Drawing<'_>) -> String {
    let title = escaped(drawing.title);
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'unsafe-inline'\">\n<title>{title} – what is in the package</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n<dl>\n"
    );
    for (name, value) in drawing.facts {
        let _ = writeln!(html, "<div><dt>{}</dt><dd>{}</dd></div>", escaped(name), escaped(value));
    }
    html.push_str("</dl>\n");
    notes(&mut html, drawing);
    html.push_str("</header>\n<main>\n<nav id=\"trail\" aria-label=\"Where you are\"></nav>\n");
    let root = drawing.tree;
    let _ = writeln!(
        html,
        "<div id=\"map\" role=\"tree\" aria-label=\"Treemap of the package; arrow keys move, Enter opens a folder, Escape \
         closes it\">\n<div class=\"folder root\" role=\"treeitem\" tabindex=\"0\" data-name=\"{title}\" data-path=\"\" \
         data-tell=\"{0}\" aria-label=\"{0}\">\n<div class=\"in\" role=\"group\">",
        escaped(&told(root, root.bytes)),
    );
    Boxes { drawing, whole: root.bytes }.children(&mut html, root, STAGE, 0);
    html.push_str("</div>\n</div>\n</div>\n<p id=\"tell\" aria-live=\"polite\">Click a folder to open it.</p>\n");
    legend(&mut html, drawing);
    table(&mut html, root);
    let _ = write!(html, "</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
    html
}

fn notes(html: &mut String, drawing: &Drawing<'_>) {
    let refusals = drawing.refusals.iter().map(|text| ("refused", format!("It would be refused: {text}")));
    let findings = drawing.findings.iter().map(|text| ("warned", text.clone()));
    let notes: Vec<_> = refusals.chain(findings).collect();
    if notes.is_empty() {
        return;
    }
    html.push_str("<ul class=\"notes\">\n");
    for (class, text) in notes {
        let _ = writeln!(html, "<li class=\"{class}\">{}</li>", escaped(&text));
    }
    html.push_str("</ul>\n");
}

/// Draws boxes within boxes.
struct Boxes<'a> {
    drawing: &'a Drawing<'a>,
    whole: u64,
}

impl Boxes<'_> {
    /// The children of a folder whose inside is as large as `inside`.
    fn children(&self, html: &mut String, folder: &ContentNode, inside: Rectangle, depth: usize) {
        let area = |bytes: u64| inside.width * inside.height * ratio(bytes, folder.bytes);
        let shown = folder.children.iter().take_while(|child| area(child.bytes) >= SMALLEST_AREA).count();
        let (large, small) = folder.children.split_at(shown);
        let rest: u64 = small.iter().map(|child| child.bytes).sum();
        let weights = large.iter().map(|child| child.bytes).chain((rest > 0).then_some(rest));
        #[expect(clippy::cast_precision_loss, reason = "boxes are drawn to a fraction of a pixel")]
        let weights: Vec<f64> = weights.map(|bytes| bytes as f64).collect();
        let places = squarify(&weights, Rectangle { left: 0.0, top: 0.0, ..inside });
        for (child, place) in large.iter().zip(&places) {
            self.child(html, child, *place, inside, depth);
        }
        if let Some(place) = places.get(large.len()) {
            let files: usize = small.iter().map(|child| child.files).sum();
            let name = plural(files, "smaller file");
            let tell = format!("{}: {}, {}", path_or_root(folder), name, size(rest));
            self.file(html, (&name, "rest"), &tell, &position(*place, inside));
        }
    }

    fn child(&self, html: &mut String, child: &ContentNode, place: Rectangle, inside: Rectangle, depth: usize) {
        let tell = told(child, self.whole);
        let position = position(place, inside);
        if child.mode.is_some() || depth >= DEEPEST {
            let kind = Kind::of(&child.path, self.drawing.native).class();
            return self.file(html, (&child.name, kind), &tell, &position);
        }
        let framed = place.width >= SMALLEST_FRAME.0 && place.height >= SMALLEST_FRAME.1;
        let (class, heading, border) = if framed { ("folder", HEADING, BORDER) } else { ("folder bare", 0.0, 1.0) };
        let (name, tell) = (escaped(&child.name), escaped(&tell));
        let _ = write!(
            html,
            "<div class=\"{class}\" role=\"treeitem\" tabindex=\"-1\" {position} data-name=\"{name}\" data-tell=\"{tell}\" \
             title=\"{tell}\" aria-label=\"{tell}\"><b>{name} <i>{}</i></b><div class=\"in\" role=\"group\">",
            size(child.bytes)
        );
        let inside = Rectangle {
            width: (place.width - 2.0 * border).max(1.0),
            height: (place.height - heading - border - if framed { 0.0 } else { border }).max(1.0),
            ..place
        };
        self.children(html, child, inside, depth + 1);
        html.push_str("</div></div>\n");
    }

    fn file(&self, html: &mut String, (name, class): (&str, &str), tell: &str, position: &str) {
        let (name, tell) = (escaped(name), escaped(tell));
        let _ = write!(
            html,
            "<div class=\"file {class}\" role=\"treeitem\" tabindex=\"-1\" {position} data-tell=\"{tell}\" title=\"{tell}\" \
             aria-label=\"{tell}\"><span>{name}</span></div>"
        );
    }
}

/// Where a box is in the one around it.
fn position(place: Rectangle, inside: Rectangle) -> String {
    let percent = |part: f64, whole: f64| if whole > 0.0 { 100.0 * part / whole } else { 0.0 };
    format!(
        "style=\"left:{:.3}%;top:{:.3}%;width:{:.3}%;height:{:.3}%\"",
        percent(place.left, inside.width),
        percent(place.top, inside.height),
        percent(place.width, inside.width),
        percent(place.height, inside.height)
    )
}

fn path_or_root(node: &ContentNode) -> &str {
    if node.path.is_empty() { "the package" } else { &node.path }
}

/// All that there is to say of a file or folder, in a line.
fn told(node: &ContentNode, whole: u64) -> String {
    let what = match node.mode {
        Some(mode) => format!("mode {:o}", mode.bits() & 0o7777),
        None => plural(node.files, "file"),
    };
    let share = 100.0 * ratio(node.bytes, whole);
    let (unzipped, zipped) = (size(node.bytes), size(node.compressed_bytes));
    format!("{}: {unzipped} ({share:.1} %), {zipped} zipped, {what}", path_or_root(node))
}

#[expect(clippy::cast_precision_loss, reason = "shares are shown to a tenth of a per cent")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn legend(html: &mut String, drawing: &Drawing<'_>) {
    let mut sums: BTreeMap<Kind, u64> = BTreeMap::new();
    for node in drawing.tree.all().into_iter().filter(|node| node.mode.is_some()) {
        *sums.entry(Kind::of(&node.path, drawing.native)).or_default() += node.bytes;
    }
    html.push_str("<ul class=\"legend\" aria-label=\"Colours\">\n");
    for kind in Kind::ALL {
        let Some(bytes) = sums.get(&kind) else { continue };
        let (class, words, size) = (kind.class(), kind.words(), size(*bytes));
        let _ = writeln!(html, "<li><span class=\"swatch {class}\"></span>{words} <i>{size}</i></li>");
    }
    html.push_str("</ul>\n");
}

fn table(html: &mut String, root: &ContentNode) {
    let mut files: Vec<&ContentNode> = root.all().into_iter().filter(|node| node.mode.is_some()).collect();
    files.sort_by(|left, right| right.bytes.cmp(&left.bytes).then_with(|| left.path.cmp(&right.path)));
    let _ = writeln!(
        html,
        "<table>\n<caption>The largest files</caption>\n<thead><tr><th>file</th><th class=\"number\">share</th>\
         <th class=\"number\">size</th><th class=\"number\">zipped</th><th>mode</th></tr></thead>\n<tbody>"
    );
    for file in files.iter().take(ROWS) {
        let _ = writeln!(
            html,
            "<tr><td>{}</td><td class=\"number\">{:.1} %</td><td class=\"number\">{}</td><td class=\"number\">{}</td>\
             <td>{:o}</td></tr>",
            escaped(&file.path),
            100.0 * ratio(file.bytes, root.bytes),
            size(file.bytes),
            size(file.compressed_bytes),
            file.mode.map_or(0, |mode| mode.bits() & 0o7777)
        );
    }
    html.push_str("</tbody>\n</table>\n");
}

/// A text that can stand anywhere in HTML, attributes too.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push('\n'),
            // Controls have no place in HTML, and those that turn the direction of writing could make a name look like another.
            letter if letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {
                out.push('\u{fffd}');
            }
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_text_and_nothing_else() {
        assert_eq!(
            escaped("<img src=x onerror=\"a('b')\">&\u{0}\u{202e}"),
            "&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;\u{fffd}\u{fffd}"
        );
    }

    #[test]
    fn kinds_by_name() {
        let native = BTreeSet::from(["lib/x.so"]);
        let of = |path: &str| Kind::of(path, &native);
        assert_eq!(of("lib/x.so"), Kind::Native);
        assert_eq!(of("app.py"), Kind::Code);
        assert_eq!(of("x/index.d.ts"), Kind::Spare);
        assert_eq!(of("x/LICENSE"), Kind::Spare);
        assert_eq!(of("x/service-2.json.gz"), Kind::Data);
        assert_eq!(of("x/thing"), Kind::Other);
    }
}
