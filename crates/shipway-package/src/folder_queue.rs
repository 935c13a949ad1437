//! Visits folders on several threads: each visit tells of further ones. It knows nothing of files.

use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Fewer folders than this that wait are not worth another thread.
const WORTH_A_THREAD: usize = 8;

/// What to do in a folder.
pub(crate) trait Visitor: Sync {
    type Folder: Send;
    /// What one thread gathers.
    type Seen: Default + Send;

    /// Looks at a folder, and adds those that are to be visited too to `found`.
    fn visit(&self, folder: &Self::Folder, seen: &mut Self::Seen, found: &mut Vec<Self::Folder>);
}

struct Queue<Folder> {
    waiting: Vec<Folder>,
    /// Threads that are at a folder, and may find more.
    busy: usize,
}

struct Shared<Folder> {
    queue: Mutex<Queue<Folder>>,
    changed: Condvar,
}

/// Visits `top` and all that is found from there, each once; what each thread saw, in no particular order.
pub(crate) fn visit_all<V: Visitor>(visitor: &V, top: V::Folder, threads: NonZeroUsize) -> Vec<V::Seen> {
    let (mut seen, mut waiting) = (V::Seen::default(), vec![top]);
    let wide = if threads.get() > 1 { WORTH_A_THREAD } else { usize::MAX };
    while waiting.len() < wide {
        let Some(folder) = waiting.pop() else { return vec![seen] };
        visitor.visit(&folder, &mut seen, &mut waiting);
    }
    let shared = Shared { queue: Mutex::new(Queue { waiting, busy: 0 }), changed: Condvar::new() };
    let work = |mut seen: V::Seen| {
        shared.work(visitor, &mut seen);
        seen
    };
    thread::scope(|scope| {
        // Where the system gives no more threads, there are fewer.
        let helpers: Vec<_> = (1..threads.get())
            .filter_map(|_| thread::Builder::new().spawn_scoped(scope, || work(V::Seen::default())).ok())
            .collect();
        let own = work(seen);
        let join = |helper: thread::ScopedJoinHandle<'_, V::Seen>| {
            helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        std::iter::once(own).chain(helpers.into_iter().map(join)).collect()
    })
}

impl<Folder> Shared<Folder> {
    /// A poisoned lock is taken: the panic that poisoned it is raised again when its thread is joined.
    fn lock(&self) -> MutexGuard<'_, Queue<Folder>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work<V: Visitor<Folder = Folder>>(&self, visitor: &V, seen: &mut V::Seen) {
        let mut found = Vec::new();
        while let Some(folder) = self.next() {
            let _done = Done(self);
            visitor.visit(&folder, seen, &mut found);
            self.lock().waiting.append(&mut found);
        }
    }

    /// A folder to visit; `None` when there is none and nobody may find one.
    fn next(&self) -> Option<Folder> {
        let mut queue = self.lock();
        loop {
            if let Some(folder) = queue.waiting.pop() {
                queue.busy += 1;
                return Some(folder);
            }
            if queue.busy == 0 {
                return None;
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Says that a folder was visited, also when the visit panicked, so that nobody waits for ever.
struct Done<'shared, Folder>(&'shared Shared<Folder>);

impl<Folder> Drop for Done<'_, Folder> {
    fn drop(&mut self) {
        self.0.lock().busy -= 1;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each number is a folder that holds twice itself and twice itself plus one.
    struct Tree;

    impl Visitor for Tree {
        type Folder = u32;
        type Seen = Vec<u32>;

        fn visit(&self, folder: &u32, seen: &mut Vec<u32>, found: &mut Vec<u32>) {
            assert_ne!(*folder, 0, "told to panic");
            seen.push(*folder);
            if *folder < 1_000 {
                found.extend([2 * folder, 2 * folder + 1]);
            }
        }
    }

    #[test]
    fn each_folder_is_visited_once() {
        for threads in [1, 2, 7] {
            let mut seen = visit_all(&Tree, 1, NonZeroUsize::new(threads).unwrap()).concat();
            seen.sort_unstable();
            assert_eq!(seen, (1..2_000).collect::<Vec<_>>(), "{threads}");
        }
    }

    #[test]
    fn a_panic_of_a_visit_is_passed_on_and_not_waited_for() {
        struct Panics;
        impl Visitor for Panics {
            type Folder = u32;
            type Seen = ();
            fn visit(&self, folder: &u32, (): &mut (), found: &mut Vec<u32>) {
                assert_ne!(*folder, 70, "told to panic");
                if *folder < 50 {
                    found.extend([2 * folder, 2 * folder + 1]);
                }
            }
        }
        for threads in [1, 4] {
            let visit = std::panic::AssertUnwindSafe(|| visit_all(&Panics, 1, NonZeroUsize::new(threads).unwrap()));
            assert!(std::panic::catch_unwind(visit).is_err());
        }
    }
}
