//! The text of a configuration file, and how to point into it.
//!
//! Knows lines, columns and excerpts, and which stretches of the text must never be shown (values that the
//! local environment hands to functions). It knows nothing of TOML.

use std::fmt;
use std::ops::Range;

/// The longest stretch of a line that an excerpt shows, in characters.
const EXCERPT_WIDTH: usize = 160;

/// A file's name and text.
#[derive(Clone)]
pub(super) struct SourceText {
    name: String,
    text: String,
    /// Where lines end: looked up for every setting of every function.
    line_ends: Vec<usize>,
    hidden: Vec<Range<usize>>,
}

impl fmt::Debug for SourceText {
    /// Without the text, which may hold values that nobody should see in a log.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SourceText")
            .field("name", &self.name)
            .field("bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}

/// A place in a file, with the line it is in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Location {
    /// The file, as the caller named it.
    pub file: String,
    /// Byte offsets into the text; empty when the problem is that something is missing from the whole file.
    pub span: Range<usize>,
    /// The line of the span's start, from 1.
    pub line: usize,
    /// The column of the span's start in characters, from 1.
    pub column: usize,
    /// The line (shortened around the span when it is long, values hidden), and under it a line of carets.
    /// Empty when there is nothing to show.
    pub excerpt: String,
}

impl SourceText {
    pub(super) fn new(name: &str, text: &str) -> Self {
        let line_ends = text.match_indices('\n').map(|(offset, _)| offset).collect();
        Self { name: name.to_owned(), text: text.to_owned(), line_ends, hidden: Vec::new() }
    }

    /// Never shows what is in these spans.
    pub(super) fn hide(&mut self, spans: Vec<Range<usize>>) {
        self.hidden = spans;
    }

    /// The line that an offset is in, from 1.
    pub(super) fn line_of(&self, offset: usize) -> usize {
        self.line_ends.partition_point(|end| *end < offset) + 1
    }

    /// Where a span is.
    pub(super) fn locate(&self, span: &Range<usize>) -> Location {
        let start = self.text.floor_char_boundary(span.start);
        let end = self.text.ceil_char_boundary(span.end).max(start);
        let line_start = self.text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        Location {
            file: self.name.clone(),
            span: start..end,
            line: self.line_of(start),
            column: self.text[line_start..start].chars().count() + 1,
            excerpt: self.excerpt(line_start, start..end),
        }
    }

    /// A place that is the file as a whole.
    pub(super) fn whole_file(&self) -> Location {
        Location { file: self.name.clone(), span: 0..0, line: 1, column: 1, excerpt: String::new() }
    }

    fn excerpt(&self, line_start: usize, span: Range<usize>) -> String {
        let line_end = self.text[span.start..].find('\n').map_or(self.text.len(), |newline| span.start + newline);
        let mut cells = Vec::new();
        let mut skip_until = line_start;
        for (offset, character) in self.text[line_start..line_end].char_indices() {
            let at = line_start + offset;
            if at < skip_until {
                continue;
            }
            let marked = span.contains(&at);
            match self.hidden.iter().find(|hidden| hidden.contains(&at)) {
                Some(hidden) => {
                    skip_until = hidden.end;
                    cells.push(('…', hidden.start < span.end && span.start < hidden.end));
                }
                None if character == '\r' => {}
                // A tab or an escape character would put the carets elsewhere, or do worse to a terminal.
                None => cells.push((if character.is_control() { ' ' } else { character }, marked)),
            }
        }
        if !cells.iter().any(|(_, marked)| *marked) {
            // An empty span, which is at the end of the line more often than not.
            match self.text[line_start..span.start].chars().count() {
                before if before < cells.len() && self.hidden.is_empty() => cells[before].1 = true,
                _ => cells.push((' ', true)),
            }
        }
        draw(&cells)
    }
}

/// Writes a line and its carets, shortened around the first marked character.
fn draw(cells: &[(char, bool)]) -> String {
    let first = cells.iter().position(|(_, marked)| *marked).unwrap_or(0);
    let from = if cells.len() > EXCERPT_WIDTH { first.saturating_sub(EXCERPT_WIDTH / 2) } else { 0 };
    let shown: Vec<(char, bool)> = cells.iter().copied().skip(from).take(EXCERPT_WIDTH).collect();
    let line: String = shown.iter().map(|(character, _)| *character).collect();
    let carets: String = shown.iter().map(|(_, marked)| if *marked { '^' } else { ' ' }).collect();
    format!("{}\n{}", line.trim_end(), carets.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, span: Range<usize>, hidden: Option<Range<usize>>) -> String {
        let mut source = SourceText::new("f", text);
        source.hide(hidden.into_iter().collect());
        source.locate(&span).excerpt
    }

    #[test]
    fn points_at_the_span() {
        assert_eq!(excerpt("a = 1\nbé = x\n", 12..13, None), "bé = x\n     ^");
        assert_eq!(excerpt("a = 1", 5..5, None), "a = 1\n     ^");
        assert_eq!(excerpt("", 0..0, None), "\n^");
    }

    #[test]
    fn a_hidden_value_is_not_shown() {
        assert_eq!(excerpt("P = \"hunter2\", q = 5", 15..16, Some(4..13)), "P = …, q = 5\n       ^");
    }

    #[test]
    fn a_long_line_is_shortened_around_the_span() {
        let text = format!("{}X{}", "a".repeat(500), "b".repeat(500));
        let shown = excerpt(&text, 500..501, None);
        let (line, carets) = shown.split_once('\n').unwrap();
        assert_eq!(line.chars().count(), EXCERPT_WIDTH);
        assert_eq!(line.find('X'), carets.find('^'));
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        let source = SourceText::new("f", "ab\ncdé\n");
        let place = source.locate(&(5..7));
        assert_eq!((place.line, place.column), (2, 3));
    }
}
