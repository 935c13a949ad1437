//! A function's layers count against the size that Lambda unpacks. What it shows of a layer is the size of its zip alone, so
//! that more than a warning is not to be had here.

use crate::layer::UNZIPPED_LIMIT;
use crate::live::Layer;

/// A warning when a package and its layers, even as zips, are more than Lambda unpacks. A layer that does not compress at all
/// is hardly larger as a zip than unpacked, so that this is as good as certain.
#[must_use]
pub fn layers_warning(unzipped_bytes: u64, layers: &[Layer]) -> Option<String> {
    let of_layers: u64 = layers.iter().map(|layer| layer.zip_bytes).sum();
    if of_layers == 0 || unzipped_bytes.saturating_add(of_layers) <= UNZIPPED_LIMIT {
        return None;
    }
    let mut largest: Vec<&Layer> = layers.iter().collect();
    largest.sort_by(|left, right| right.zip_bytes.cmp(&left.zip_bytes).then_with(|| left.arn.cmp(&right.arn)));
    let named: Vec<String> = largest.iter().map(|layer| format!("{} ({} bytes)", layer.arn, layer.zip_bytes)).collect();
    Some(format!(
        "the package has {unzipped_bytes} bytes unzipped and the function's layers {of_layers} bytes zipped, more unzipped; \
         Lambda unpacks at most {UNZIPPED_LIMIT} together and will refuse it. The layers: {}",
        named.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(name: &str, zip_bytes: u64) -> Layer {
        Layer { arn: name.to_owned(), zip_bytes }
    }

    #[test]
    fn what_cannot_fit_is_told_with_the_largest_layer_first() {
        let layers = [layer("small", 1), layer("large", 1_000)];
        assert_eq!(layers_warning(UNZIPPED_LIMIT - 1_001, &layers), None);
        let warning = layers_warning(UNZIPPED_LIMIT - 1_000, &layers).unwrap();
        assert!(warning.contains("1001 bytes zipped"), "{warning}");
        assert!(warning.ends_with("The layers: large (1000 bytes), small (1 bytes)"), "{warning}");
        assert_eq!(layers_warning(u64::MAX, &[]), None);
    }
}
