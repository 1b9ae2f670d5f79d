//! Promises of the whole program, one module each.

mod architecture;
mod cases;
mod hostile;
mod roads;
mod rules;
mod scrub;
mod shards;
mod support;
