//! The labelled corpus: what the reader finds in it, against what people found who had not read the reader.
//!
//! `UPDATE_GENERATED=1 cargo test -p shipway-contract` writes the figures and every difference into `docs/contract.md`.

mod explained;
mod labels;
mod page;
mod score;

use std::path::{Path, PathBuf};

use shipway_contract::Language;

use self::explained::EXPLAINED;
use self::labels::{Labelled, Package, Set};
use self::score::{Difference, Score};

/// The folders of the corpus.
const LANGUAGES: [&str; 6] = ["python", "javascript", "go", "rust", "java", "ruby"];
/// What recall and precision must be on the files that were written for the purpose.
const ENOUGH: f64 = 0.95;

/// The reader's score on one set of files, with all that it got wrong.
struct Measured {
    language: &'static str,
    set: Set,
    score: Score,
    differences: Vec<Difference>,
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// Where `tools/corpus-packages` unpacks a package.
fn unpacked(package: &Package) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the folder for tests is in the target folder");
    let name = package.name.replace(['/', ':'], "+");
    target.join("corpus").join(&package.registry).join(format!("{name}-{}", package.version))
}

#[expect(clippy::disallowed_methods, reason = "the reader is pure; this test of it reads the corpus")]
fn content(language: &str, file: &Labelled) -> Vec<u8> {
    let path = match &file.package {
        None => corpus().join(language).join("written").join(&file.path),
        Some(package) => unpacked(package).join(&file.path),
    };
    let content = std::fs::read(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; `tools/corpus-packages` fetches the packages of the corpus", path.display())
    });
    if let Some(expected) = &file.sha256 {
        let found = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&content));
        assert_eq!(&found, expected, "{}: is not the file that was labelled", path.display());
    }
    content
}

/// The language of a labelled file. Its ending tells, but for Ruby's many endings (`.podspec`, `.gemspec`).
fn language_of(folder: &str, path: &str) -> Language {
    match (Language::of_path(path), folder) {
        (Some(language), _) => language,
        (None, "ruby") => Language::Ruby,
        (None, _) => panic!("{path}: no language"),
    }
}

fn measure(language: &'static str, set: Set) -> Measured {
    let mut measured = Measured { language, set, score: Score::default(), differences: Vec::new() };
    for file in labels::read(&corpus().join(language), set) {
        let found = score::found(language_of(language, &file.path), &content(language, &file));
        measured.differences.extend(measured.score.add(&file, &found));
    }
    measured
}

fn all() -> Vec<Measured> {
    let sets = [Set::Written, Set::Real];
    sets.into_iter().flat_map(|set| LANGUAGES.map(|language| measure(language, set))).collect()
}

#[test]
fn recall_and_precision_are_enough_on_what_was_written_for_the_purpose() {
    let mut too_low = Vec::new();
    for language in LANGUAGES {
        let measured = measure(language, Set::Written);
        assert!(measured.score.files >= 40, "{language}: {} files", measured.score.files);
        for (what, ratio) in measured.score.ratios() {
            if ratio.recall() < ENOUGH || ratio.precision() < ENOUGH {
                let differences: Vec<String> = measured.differences.iter().map(ToString::to_string).collect();
                too_low.push(format!("{language}: {what}: {ratio}\n{}", differences.join("\n")));
            }
        }
    }
    assert!(too_low.is_empty(), "{}", too_low.join("\n\n"));
}

#[test]
fn every_false_required_in_real_code_is_explained() {
    let mut unexplained = Vec::new();
    let mut used = std::collections::BTreeSet::new();
    for language in LANGUAGES {
        let measured = measure(language, Set::Real);
        assert!(measured.score.files >= 20, "{language}: {} files", measured.score.files);
        for difference in measured.differences.iter().filter(|difference| difference.is_false_required()) {
            match EXPLAINED.iter().position(|explained| explained.fits(difference)) {
                Some(index) => drop(used.insert(index)),
                None => unexplained.push(format!("{language}: {difference}")),
            }
        }
    }
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
    assert_eq!(used.len(), EXPLAINED.len(), "an explanation whose difference is gone");
}

#[test]
fn the_page_has_todays_figures() {
    page::check(&all());
}
