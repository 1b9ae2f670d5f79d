//! Git is the oracle: repositories are made with it, and read by both.

mod hostile;
mod measure;
mod reading;
mod repository;
mod walking;

use repository::Repository;
