//! One test binary for all that is tested from outside.

mod architecture;
mod hostile;
mod cases;
mod roads;
mod scrub;
mod shards;
mod support;
