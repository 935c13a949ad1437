//! Samples in, a page out.

use std::time::Duration;

use insta::assert_snapshot;

use super::{lacking, page};
use crate::bench::jobs::TITLES;
use crate::bench::report::{
    Contest, Duel, Entry, Figure, Goal, InputFacts, Opponent, Reason, Report, Verdict, ZipFacts,
};
use crate::bench::statistics::{Pairs, Sample};

fn sample(milliseconds: u64) -> Sample {
    Sample {
        wall: Duration::from_millis(milliseconds),
        user: Duration::from_millis(milliseconds / 2),
        system: Duration::from_millis(1),
        peak_bytes: milliseconds * 10_000,
    }
}

fn samples(milliseconds: &[u64]) -> Vec<Sample> {
    milliseconds.iter().copied().map(sample).collect()
}

fn report() -> Report {
    let mut cold = Contest::new("Cold packaging, py", "How it was done.");
    let ours = samples(&[100, 200, 110]);
    cold.ours = Ok(Entry { samples: ours.clone(), zip: Some(ZipFacts { bytes: 1_000_000, entries: 7 }) });
    let pairs = Pairs { ours, theirs: samples(&[600, 1_000, 440]) };
    let zip = Some(ZipFacts { bytes: 1_010_000, entries: 7 });
    cold.opponents = vec![
        Opponent {
            name: "zip".to_owned(),
            goal: Some(Goal::TimesFaster(5.0)),
            size_goal: Some(1.005),
            outcome: Ok(Duel { pairs, zip }),
        },
        Opponent {
            name: "a | b".to_owned(),
            goal: Some(Goal::AtMost(0.5)),
            size_goal: None,
            outcome: Err("it is not on the PATH".to_owned()),
        },
    ];
    cold.figures.push(Figure::new("most memory", Ok(130.5), " MB").at_most(128.0));
    cold.figures.push(Figure::new("calls", Ok(3.0), ""));
    let mut failed = Contest::new("Start", "As it is.");
    failed.ours = Err("shipway ended with 1".to_owned());
    Report {
        commit: "`abc`".to_owned(),
        date: "2026-11-25".to_owned(),
        scale: "full".to_owned(),
        runs: 3,
        machine: vec![("kernel".to_owned(), "6.1".to_owned())],
        inputs: vec![InputFacts { name: "py".to_owned(), what: "made".to_owned(), files: 7, bytes: 3_500_000 }],
        contests: vec![cold, failed],
        absent: vec![("lambroll".to_owned(), "403 Forbidden".to_owned())],
        reasons: &[Reason { title: "Cold packaging, py", goal: "most memory", why: "It was found by profiling." }],
    }
}

#[test]
fn a_page_shows_everything_that_was_measured() {
    assert_snapshot!(page(&report()), @r"
    # Benchmarks

    Made by `cargo xtask bench`; do not edit. [CONTRIBUTING.md](../CONTRIBUTING.md) says how to run it.

    Whole processes were measured (`wait4`: wall, processor time, most resident memory), inputs in the page cache, Shipway and
    each other tool in turn after a warm-up: A B A B … Ratios are taken pair by pair; figures are medians, with the least and
    the most in brackets. Trust ratios and processor time; the absolute times are this machine's.

    Commit `abc`, measured on 2026-11-25, scale `full`, 3 pairs of what takes seconds and more of what does not.

    ## Goals

    | job | goal | measured |  |
    |---|---|---|---|
    | Cold packaging, py | ≥ 5× faster than zip | 5.00 (4.00 – 6.00)× faster | reached |
    | Cold packaging, py | size ≤ 1.005× of zip | 0.9901× | reached |
    | Cold packaging, py | ≤ 0.5× of a \| b | not measured: it is not on the PATH | not known |
    | Cold packaging, py | most memory ≤ 128 MB | 130.50 MB | **missed** |

    ### Missed, and why

    * Cold packaging, py, most memory ≤ 128 MB: It was found by profiling.

    ## Cold packaging, py

    How it was done.

    | tool | wall | processor | memory | zip | entries | its time ÷ Shipway's |
    |---|---|---|---|---|---|---|
    | **Shipway** | 0.110 s (0.100 – 0.200) | 0.056 s | 2.0 MB | 1.0 MB | 7 |  |
    | zip | 0.600 s (0.440 – 1.00) | 0.301 s | 10.0 MB | 1.0 MB | 7 | 5.00 (4.00 – 6.00) |
    | a \| b | not measured: it is not on the PATH |  |  |  |  |  |

    | figure | value | goal |
    |---|---|---|
    | most memory | 130.50 MB | ≤ 128 MB |
    | calls | 3 |  |

    ## Start

    As it is.

    Shipway was not measured: shipway ended with 1

    ## What took no part

    | peer | why |
    |---|---|
    | lambroll | 403 Forbidden |

    ## Inputs

    | input | files | size | what it is |
    |---|---|---|---|
    | py | 7 | 3.5 MB | made |

    ## Machine and tools

    |  |  |
    |---|---|
    | kernel | 6.1 |

    ## Samples

    <details>
    <summary>Every run, in order: wall / user / system in milliseconds, memory in MB</summary>

    **Cold packaging, py**

    * Shipway: 100.0/50.0/1.0/1 200.0/100.0/1.0/2 110.0/55.0/1.0/1
    * zip: 600.0/300.0/1.0/6 1000.0/500.0/1.0/10 440.0/220.0/1.0/4

    **Start**


    </details>
    ");
}

#[test]
fn a_goal_is_judged_by_the_median_of_the_pairs() {
    let verdicts: Vec<Verdict> = report().contests[0].judged().iter().map(|judged| judged.verdict).collect();
    // 6, 5 and 4 times as long; 1 % smaller; not measured; too much memory.
    assert_eq!(verdicts, [Verdict::Reached, Verdict::Reached, Verdict::Unknown, Verdict::Missed]);
    let mut slower = report().contests.remove(0);
    let Ok(duel) = &mut slower.opponents[0].outcome else { panic!("it was measured") };
    duel.pairs.theirs[1] = sample(999);
    assert_eq!(slower.judged()[0].verdict, Verdict::Missed);
}

#[test]
fn what_shipway_could_not_do_is_a_failure_and_what_others_could_not_is_none() {
    assert_eq!(report().failures(), ["Start: shipway ended with 1"]);
}

#[test]
fn a_row_that_is_not_there_is_told() {
    let page = page(&report());
    assert_eq!(lacking(&page, &["Cold packaging, py", "Start"]), [""; 0]);
    assert_eq!(lacking(&page, &["Cold packaging"]), ["Cold packaging"]);
    assert!(lacking(&page, TITLES).len() == TITLES.len() - 2);
}
