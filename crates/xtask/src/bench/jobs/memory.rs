//! How much memory it takes to package as much as Lambda takes.

use super::cold::packager;
use super::contest;
use crate::bench::inputs;
use crate::bench::measuring::{Entrant, alone};
use crate::bench::report::{Contest, Entry, Figure, as_float};
use crate::bench::statistics::peak_bytes;
use crate::bench::workshop::Workshop;

pub(super) const TITLE: &str = "Memory, packaging 250 MB";

pub(super) fn run(workshop: &Workshop) -> Contest {
    let explanation = "`package_folder FOLDER ZIP` with nothing cached; the figure is the most of all runs.";
    contest(workshop, TITLE, explanation, |contest| {
        let input = inputs::large(workshop)?;
        let folder = workshop.fresh_folder("memory")?;
        let made = folder.join("shipway.zip");
        let samples = alone(&mut Entrant::making(packager(workshop, &input.folder, &made), &made), workshop.runs)?;
        let peak = peak_bytes(&samples).map(|peak| as_float(peak) / 1e6).ok_or_else(|| "no run".to_owned());
        contest.figures.push(Figure::new("most resident memory", peak, " MB").at_most(128.0));
        contest.ours = Ok(Entry { samples, zip: Some(super::zip_facts::zip_facts(&made)?) });
        Ok(())
    })
}
