//! Promises of the whole program, one module each.

mod rules;
mod surroundings;
