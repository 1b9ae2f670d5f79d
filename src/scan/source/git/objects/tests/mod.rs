//! Git is the oracle: repositories are made with it, and read by both.

mod reading;
mod repository;

use repository::Repository;
