//! Why goals are missed, as was found by profiling (`perf record`, release builds). Shown beside a goal only while it is
//! missed; take a line out when its cause is gone.

use super::jobs::DEPLOY_TITLE;
use super::report::Reason;

const COLD: &str = "both threads are busy from beginning to end, and by `perf` 58 % of the processor's time is libdeflate, 17 \
    % zlib-rs for files above a MiB, 10 % reading and writing, 4 % the digests: what is left is DEFLATE at \
    level 6 itself. On the machine of the goals Info-ZIP took 6.6 s for such a tree and libdeflate as long as \
    here; on this processor the peers' compressor is faster, ours is not. Level 5 would save a sixth and cost \
    0.7 % of size.";

const COLD_NODE: &str = "as for py; with 28,700 small files 43 % of the processor's time is libdeflate, 14 % zlib-rs, and 24 % the \
    kernel's: opening, reading and closing 28,700 files.";

const SIZE_NODE: &str = "files above a MiB are cut into chunks of a MiB, so that all cores compress them, by zlib-rs, whose level 6 \
    searches less than zlib's; in this tree two such files are a sixth of the bytes.";

const LARGE: &str = "by `perf` 75 % of the time is zlib-rs on both cores, as it should be; Go's archive/zip takes 0.70 s here, \
    and took 1.2 s on the machine of the goals; its zip is as large as ours.";

const WARM: &str = "by `perf` 61 % of a run (20 ms for py, 90 ms for node) is spent in the kernel: the look-ups and stats that \
    are the whole of the walk, and for node fresh pages for the package's memory (17 %); some 20 % is \
    allocating, freeing and comparing the paths in that memory, 17 % everything else. The memory would have to \
    be read without making a value of each path.";

const WARM_ONE: &str = "at the goal, within what the runs differ: SHA-256 over the whole zip, and writing it, are most of the time \
    of both.";

const CHANGES: &str = "`git status` makes the 20,000 stats and compares them with one index, in 30 ms here. By `perf` 40 % of \
    Shipway's time is the kernel's (the same stats, and opening and reading a build record for each of 1,000 \
    functions), 17 % parsing those records, 14 % selecting and describing each function's inputs, some 10 % \
    handing jobs to threads, the rest the configuration and a thousand answers. One index of all records would \
    save most of it.";

const DEPLOY: &str = "0.28 s of the 0.80 s are compressing the binary (the row \"one large binary\"), 0.05 s its digests; the \
    rest is one request of 20 MB: base64 and SHA-256 here, base64, SHA-256 and unpacking in the server, which \
    come in both tools' time, and the server's InProgress, which Shipway waits for and `cargo lambda deploy` \
    does not.";

pub(crate) const REASONS: &[Reason] = &[
    Reason { title: "Cold packaging, py", goal: "≥ 5× faster than Python zipfile", why: COLD },
    Reason { title: "Cold packaging, py", goal: "≥ 3.5× faster than Go", why: COLD },
    Reason { title: "Cold packaging, node", goal: "≥ 5× faster than Info-ZIP", why: COLD_NODE },
    Reason { title: "Cold packaging, node", goal: "size", why: SIZE_NODE },
    Reason { title: "Cold packaging, node", goal: "≥ 5× faster than Python zipfile", why: COLD_NODE },
    Reason { title: "Cold packaging, node", goal: "≥ 3.5× faster than Go", why: COLD_NODE },
    Reason { title: "Cold packaging, one large binary", goal: "≥ 3× faster than Go", why: LARGE },
    Reason { title: "Warm packaging, py, nothing changed", goal: "≤ 1.3× of a bare walk", why: WARM },
    Reason { title: "Warm packaging, py, nothing changed", goal: "≤ 0.5× of `zip -FS`", why: WARM },
    Reason { title: "Warm packaging, py, one file changed", goal: "≤ 0.5×", why: WARM_ONE },
    Reason { title: "Warm packaging, node, nothing changed", goal: "≤ 1.3× of a bare walk", why: WARM },
    Reason { title: "Warm packaging, node, nothing changed", goal: "≤ 0.5× of `zip -FS`", why: WARM },
    Reason { title: "Warm packaging, node, one file changed", goal: "≤ 0.5×", why: WARM_ONE },
    Reason { title: "What changed in 1,000 functions", goal: "≤ 0.6×", why: CHANGES },
    Reason { title: "Deploy of one large binary", goal: "≤ 0.4×", why: DEPLOY },
    Reason {
        title: DEPLOY_TITLE,
        goal: "reads before the code PUT",
        why: "GetFunction gives the RevisionId that the PUT carries, and GetFunctionCodeSigningConfig says whether Lambda takes unsigned code at all: without it `plan` could not refuse before anything is uploaded.",
    },
];
