//! One test binary for all that is tested from outside.

mod architecture;
mod hostile;
mod roads;
mod shards;
mod support;
