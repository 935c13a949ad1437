//! Many at once, but not too many, with the answers in the order of the questions.

use futures::stream::{self, StreamExt};

/// Drives `work`, at most `limit` pieces of it (at least one) at the same time.
pub(crate) async fn at_once<F: Future>(limit: usize, work: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    stream::iter(work).buffered(limit.max(1)).collect().await
}
