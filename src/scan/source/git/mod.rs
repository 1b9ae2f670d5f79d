//! Git: history as a source.

#![allow(dead_code, unused_imports, reason = "the git source is being built")]

mod history;
mod objects;
mod repository;
#[cfg(test)]
mod testing;
