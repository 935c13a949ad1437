//! Lays rectangles out in one, each with its share of the area, none much longer than wide: the squarified treemaps of Bruls,
//! Huizing and van Wijk (2000).

/// A rectangle, in whatever unit the outer one is given in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rectangle {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A rectangle for each weight, in their order. Weights are positive, and come largest first.
pub(super) fn squarify(weights: &[f64], outer: Rectangle) -> Vec<Rectangle> {
    let whole: f64 = weights.iter().sum();
    let scale = if whole > 0.0 { outer.width * outer.height / whole } else { 0.0 };
    let areas: Vec<f64> = weights.iter().map(|weight| weight * scale).collect();
    let mut placed = Vec::with_capacity(areas.len());
    let mut free = outer;
    let mut rest = areas.as_slice();
    while !rest.is_empty() {
        let side = free.width.min(free.height);
        let (row, further) = rest.split_at(row_length(rest, side));
        free = place_row(row, free, &mut placed);
        rest = further;
    }
    placed
}

/// How many of the areas stand side by side along `side`, so that the worst of them is as near to a square as can be.
fn row_length(areas: &[f64], side: f64) -> usize {
    let (mut sum, mut best) = (0.0, f64::INFINITY);
    for (number, area) in areas.iter().enumerate() {
        sum += area;
        let worst = worst_ratio(areas[0], *area, sum, side);
        if worst > best {
            return number.max(1);
        }
        best = worst;
    }
    areas.len()
}

fn worst_ratio(largest: f64, smallest: f64, sum: f64, side: f64) -> f64 {
    let (side, sum) = (side * side, sum * sum);
    (side * largest / sum).max(sum / (side * smallest))
}

/// Places a row along the shorter side, and says what is left.
fn place_row(row: &[f64], free: Rectangle, placed: &mut Vec<Rectangle>) -> Rectangle {
    let sum: f64 = row.iter().sum();
    let upright = free.width >= free.height;
    let side = if upright { free.height } else { free.width };
    let thickness = if side > 0.0 { sum / side } else { 0.0 };
    let mut along = 0.0;
    for area in row {
        let length = if thickness > 0.0 { area / thickness } else { 0.0 };
        placed.push(if upright {
            Rectangle { left: free.left, top: free.top + along, width: thickness, height: length }
        } else {
            Rectangle { left: free.left + along, top: free.top, width: length, height: thickness }
        });
        along += length;
    }
    if upright {
        Rectangle { left: free.left + thickness, width: (free.width - thickness).max(0.0), ..free }
    } else {
        Rectangle { top: free.top + thickness, height: (free.height - thickness).max(0.0), ..free }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTER: Rectangle = Rectangle { left: 10.0, top: 20.0, width: 600.0, height: 400.0 };

    #[test]
    fn areas_are_shares_and_nothing_overlaps() {
        let weights = [6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0];
        let placed = squarify(&weights, OUTER);
        let unit = OUTER.width * OUTER.height / weights.iter().sum::<f64>();
        for (rectangle, weight) in placed.iter().zip(weights) {
            assert!((rectangle.width * rectangle.height - weight * unit).abs() < 1e-6, "{rectangle:?}");
            assert!(rectangle.left >= OUTER.left - 1e-9 && rectangle.top >= OUTER.top - 1e-9);
            assert!(rectangle.left + rectangle.width <= OUTER.left + OUTER.width + 1e-6);
            assert!(rectangle.top + rectangle.height <= OUTER.top + OUTER.height + 1e-6);
            let ratio = rectangle.width / rectangle.height;
            assert!((0.25..4.0).contains(&ratio), "{rectangle:?}");
        }
        for (number, one) in placed.iter().enumerate() {
            for other in &placed[number + 1..] {
                let wide = (one.left + one.width).min(other.left + other.width) - one.left.max(other.left);
                let high = (one.top + one.height).min(other.top + other.height) - one.top.max(other.top);
                assert!(wide < 1e-6 || high < 1e-6, "{one:?} and {other:?} overlap");
            }
        }
    }

    #[test]
    fn one_fills_all_and_none_is_nothing() {
        assert_eq!(squarify(&[3.0], OUTER), [OUTER]);
        assert_eq!(squarify(&[], OUTER), []);
        let flat = Rectangle { height: 0.0, ..OUTER };
        assert!(squarify(&[2.0, 1.0], flat).iter().all(|rectangle| rectangle.width.is_finite()));
    }
}
