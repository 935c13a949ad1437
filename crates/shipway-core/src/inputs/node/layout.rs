//! Lays packages out in a `node_modules` without links, so that each finds the very packages that it was installed
//! with. Works on numbers alone; reads and writes nothing.

use std::collections::{BTreeMap, VecDeque};

/// What the packages of one installation find by which name: `edges[package][name]` is another package. The first is
/// the function itself.
pub type Edges = Vec<BTreeMap<String, usize>>;

/// A package's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Relative to the function's `node_modules`: `a`, `a/node_modules/b`.
    pub path: String,
    /// Its number in the edges.
    pub package: usize,
}

/// More than any installation has: packages that need each other in ever other versions have no layout.
const MOST_PLACES: usize = 100_000;
const DEEPEST: usize = 64;

struct Node {
    package: usize,
    /// `None` for the function itself.
    above: Option<usize>,
    path: String,
    depth: usize,
    below: BTreeMap<String, usize>,
}

/// A place for each package, as few and as far up as can be seen at once: at the top unless another one of that name is
/// there, else in the package that needs it. `None` if there is no end to it.
#[must_use]
pub fn lay_out(edges: &Edges) -> Option<Vec<Placed>> {
    let mut nodes = vec![Node { package: 0, above: None, path: String::new(), depth: 0, below: BTreeMap::new() }];
    let mut open = VecDeque::from([0]);
    while let Some(node) = open.pop_front() {
        for (name, package) in &edges[nodes[node].package] {
            // Whoever looked for the name before found it below the top or nowhere, so that what is put at the top
            // hides nothing; and nobody below `node` has looked yet.
            let place = match look_up(&nodes, node, name) {
                Some(found) if nodes[found].package == *package => continue,
                Some(_) => node,
                None => 0,
            };
            let path = if place == 0 { name.clone() } else { format!("{}/node_modules/{name}", nodes[place].path) };
            let (added, depth) = (nodes.len(), nodes[place].depth + 1);
            if depth > DEEPEST || added > MOST_PLACES {
                return None;
            }
            nodes.push(Node { package: *package, above: Some(place), path, depth, below: BTreeMap::new() });
            nodes[place].below.insert(name.clone(), added);
            open.push_back(added);
        }
    }
    let mut placed: Vec<Placed> =
        nodes.into_iter().skip(1).map(|node| Placed { path: node.path, package: node.package }).collect();
    placed.sort_by(|one, other| one.path.cmp(&other.path));
    Some(placed)
}

/// What a package at `node` finds by a name.
fn look_up(nodes: &[Node], node: usize, name: &str) -> Option<usize> {
    let upwards = std::iter::successors(Some(node), |node| nodes[*node].above);
    upwards.filter_map(|node| nodes[node].below.get(name).copied()).next()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn edges(list: &[&[(&str, usize)]]) -> Edges {
        list.iter().map(|edges| edges.iter().map(|(name, to)| ((*name).to_owned(), *to)).collect()).collect()
    }

    fn paths(edges: &Edges) -> Vec<(String, usize)> {
        lay_out(edges).unwrap().into_iter().map(|placed| (placed.path, placed.package)).collect()
    }

    #[test]
    fn packages_go_to_the_top_unless_the_name_is_taken() {
        // The function needs a and b@1; a needs b@2, which needs c.
        let edges = edges(&[&[("a", 1), ("b", 2)], &[("b", 3)], &[], &[("c", 4)], &[("a", 1)]]);
        let expected = [("a", 1), ("a/node_modules/b", 3), ("b", 2), ("c", 4)];
        assert_eq!(paths(&edges), expected.map(|(path, package)| (path.to_owned(), package)));
    }

    #[test]
    fn versions_that_need_each_other_without_end_are_told() {
        // a1 → b1 → a2 → b2 → a1, all by the names a and b.
        let edges = edges(&[&[("a", 1)], &[("b", 2)], &[("a", 3)], &[("b", 4)], &[("a", 1)]]);
        assert_eq!(lay_out(&edges), None);
    }

    proptest! {
        /// Whatever a package was installed with, it finds in the layout.
        #[test]
        fn each_package_finds_what_it_was_installed_with(
            raw in prop::collection::vec(prop::collection::vec((0_usize..4, 1_usize..100), 0..4), 1..12)
        ) {
            // A package's name depends on its number; only later ones are needed, so that there is an end.
            let count = raw.len();
            let edges: Edges = raw.iter().enumerate().map(|(from, list)| {
                list.iter().filter(|_| from + 1 < count).map(|(name, to)| {
                    (format!("n{name}"), from + 1 + to % (count - from - 1))
                }).collect()
            }).collect();
            let placed = lay_out(&edges).unwrap();
            let at: BTreeMap<&str, usize> = placed.iter().map(|placed| (placed.path.as_str(), placed.package)).collect();
            let tops = std::iter::once(("", 0)).chain(at.iter().map(|(path, package)| (*path, *package)));
            for (path, package) in tops {
                for (name, wanted) in &edges[package] {
                    let mut from = Some(path);
                    let found = loop {
                        let Some(folder) = from else { break None };
                        let candidate = if folder.is_empty() { name.clone() } else { format!("{folder}/node_modules/{name}") };
                        if let Some(found) = at.get(candidate.as_str()) {
                            break Some(*found);
                        }
                        from = folder.rsplit_once("/node_modules/").map(|(above, _)| above)
                            .or(if folder.is_empty() { None } else { Some("") });
                    };
                    prop_assert_eq!(found, Some(*wanted), "{} in {}", name, path);
                }
            }
        }
    }
}
