//! One test binary for all that is tested from outside.

mod architecture;
