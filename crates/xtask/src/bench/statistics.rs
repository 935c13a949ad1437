//! Samples and what they come to: a pure part, without measuring anything.

use std::time::Duration;

/// One run of a whole process, with all processes that it waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sample {
    /// From before it was started until it had ended.
    pub(crate) wall: Duration,
    /// Processor time in its own code.
    pub(crate) user: Duration,
    /// Processor time in the kernel.
    pub(crate) system: Duration,
    /// The most memory that was resident in any one of the processes, in bytes.
    pub(crate) peak_bytes: u64,
}

/// Runs of Shipway and of something else, taken in turn: the nth of one stands beside the nth of the other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Pairs {
    /// Shipway's.
    pub(crate) ours: Vec<Sample>,
    /// The other's.
    pub(crate) theirs: Vec<Sample>,
}

/// The least, the middle and the most of some figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    /// The least.
    pub(crate) least: f64,
    /// The middle one; of an even number, the mean of the two in the middle.
    pub(crate) median: f64,
    /// The most.
    pub(crate) most: f64,
}

impl Spread {
    /// `None` when there are no figures.
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut figures: Vec<f64> = figures.into_iter().collect();
        figures.sort_by(f64::total_cmp);
        let (least, most) = (*figures.first()?, *figures.last()?);
        let upper = figures[figures.len() / 2];
        let lower = figures[(figures.len() - 1) / 2];
        Some(Self { least, median: f64::midpoint(lower, upper), most })
    }

    /// One over each.
    pub(crate) fn inverted(self) -> Self {
        Self { least: 1.0 / self.most, median: 1.0 / self.median, most: 1.0 / self.least }
    }
}

/// The wall times in seconds.
pub(crate) fn walls(samples: &[Sample]) -> Option<Spread> {
    Spread::of(samples.iter().map(|sample| sample.wall.as_secs_f64()))
}

/// The processor times, user and system together, in seconds.
pub(crate) fn processor_times(samples: &[Sample]) -> Option<Spread> {
    Spread::of(samples.iter().map(|sample| (sample.user + sample.system).as_secs_f64()))
}

/// The most memory of all samples, in bytes.
pub(crate) fn peak_bytes(samples: &[Sample]) -> Option<u64> {
    samples.iter().map(|sample| sample.peak_bytes).max()
}

impl Pairs {
    /// How many times as long as Shipway the other took, pair by pair.
    pub(crate) fn times_as_long(&self) -> Option<Spread> {
        let pairs = self.ours.iter().zip(&self.theirs);
        Spread::of(pairs.map(|(ours, theirs)| theirs.wall.as_secs_f64() / ours.wall.as_secs_f64()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(milliseconds: u64) -> Sample {
        let wall = Duration::from_millis(milliseconds);
        Sample { wall, user: wall, system: Duration::ZERO, peak_bytes: milliseconds }
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_two() {
        assert_eq!(Spread::of([]), None);
        assert_eq!(Spread::of([3.0, 1.0, 2.0]), Some(Spread { least: 1.0, median: 2.0, most: 3.0 }));
        assert_eq!(Spread::of([4.0, 1.0, 2.0, 3.0]), Some(Spread { least: 1.0, median: 2.5, most: 4.0 }));
    }

    #[test]
    fn ratios_are_taken_pair_by_pair() {
        // Each pair is 1 : 2, though the machine was twice as slow for the second.
        let pairs = Pairs { ours: vec![sample(10), sample(20)], theirs: vec![sample(20), sample(40)] };
        let ratio = pairs.times_as_long().unwrap();
        assert_eq!(ratio, Spread { least: 2.0, median: 2.0, most: 2.0 });
        assert_eq!(ratio.inverted(), Spread { least: 0.5, median: 0.5, most: 0.5 });
        assert_eq!(peak_bytes(&pairs.theirs), Some(40));
    }
}
