//! Lists are cut into pages of at most 50, whatever was asked for.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{configuration::range_failure, error::ApiError, request::Page};

/// The most that any page holds.
const PAGE: usize = 50;

/// Where an item stands in its list: by name, then by number.
pub(crate) type Position = (String, u64);

/// The items of one page, and the marker for the next. The items must come sorted by position.
///
/// A marker names the last item that was seen, so that items which come and go between two pages neither repeat others
/// nor hide them.
pub(crate) fn cut<T>(items: Vec<(Position, T)>, page: &Page, most: i64) -> Result<(Vec<T>, Option<String>), ApiError> {
    if let Some(failure) = range_failure(page.max_items, "maxItems", 1, most) {
        return Err(ApiError::validation(&[failure]));
    }
    let asked = page.max_items.and_then(|asked| usize::try_from(asked).ok());
    let size = asked.unwrap_or(PAGE).min(PAGE);
    let after = page.marker.as_deref().map(read_marker).transpose()?;
    let mut rest =
        items.into_iter().filter(|(position, _)| after.as_ref().is_none_or(|after| position > after)).peekable();
    let mut taken = Vec::new();
    let mut last = None;
    while taken.len() < size
        && let Some((position, item)) = rest.next()
    {
        last = Some(position);
        taken.push(item);
    }
    let next = rest.peek().and(last).map(|(name, number)| STANDARD.encode(format!("{number}:{name}")));
    Ok((taken, next))
}

fn read_marker(marker: &str) -> Result<Position, ApiError> {
    STANDARD
        .decode(marker)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| {
            let (number, name) = text.split_once(':')?;
            Some((name.to_owned(), number.parse().ok()?))
        })
        .ok_or_else(|| ApiError::invalid("Invalid marker. Please use the marker that a previous call gave."))
}
