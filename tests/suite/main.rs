//! Promises of the whole program, one module each.

mod approval;
mod architecture;
mod artifacts;
mod assignments;
mod baselines;
mod cases;
mod changes;
mod docs;
mod encodings;
mod everyday;
mod evidence;
mod faces;
mod git;
mod histories;
mod hooks;
mod hostile;
mod references;
mod roads;
mod rules;
mod scrub;
mod shards;
mod support;
mod surroundings;
mod truth;
