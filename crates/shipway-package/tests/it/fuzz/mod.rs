//! Random trees and hostile zips by the ten thousand, the same every time: all of it follows from one number, which is printed
//! and which `SHIPWAY_FUZZ_SEED` replaces.

mod hostile;
mod hostile_zip;
mod writer;

/// How many cases each test tries.
const CASES: u64 = 10_000;
/// What everything follows from unless the variable says otherwise.
const SEED: u64 = 20_261_125;
/// The variable.
const VARIABLE: &str = "SHIPWAY_FUZZ_SEED";

/// The number that everything follows from; printed, so that a failure can be had again.
#[expect(clippy::disallowed_methods, reason = "whoever looks for more names another number")]
#[expect(clippy::print_stdout, reason = "the number belongs into the test's output")]
fn seed() -> u64 {
    let seed = std::env::var(VARIABLE).map_or(SEED, |text| text.parse().expect("SHIPWAY_FUZZ_SEED is a number"));
    println!("{VARIABLE}={seed}");
    seed
}

/// Random numbers: SplitMix64 (Steele, Lea and Flood, 2014).
#[derive(Debug, Clone)]
struct Chance(u64);

impl Chance {
    /// Those of one case of a test; other cases have others.
    fn of_case(seed: u64, case: u64) -> Self {
        let mut chance = Self(seed ^ case.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        chance.next();
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    /// Whether something happens that happens once in `times`.
    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn pick<'list, T>(&mut self, list: &'list [T]) -> &'list T {
        &list[self.below(list.len())]
    }

    /// Bytes that no compressor shrinks.
    fn noise(&mut self, bytes: usize) -> Vec<u8> {
        let mut noise = Vec::with_capacity(bytes + 8);
        while noise.len() < bytes {
            noise.extend(self.next().to_le_bytes());
        }
        noise.truncate(bytes);
        noise
    }

    /// Bytes that repeat.
    fn pattern(&mut self, bytes: usize) -> Vec<u8> {
        let length = 1 + self.below(40);
        let unit = self.noise(length);
        unit.iter().copied().cycle().take(bytes).collect()
    }
}

/// Names the case when a test ends in the middle of it.
struct Trying {
    seed: u64,
    case: u64,
}

impl Drop for Trying {
    #[expect(clippy::print_stdout, reason = "the case belongs into the test's output")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("in case {} with {VARIABLE}={}", self.case, self.seed);
        }
    }
}
