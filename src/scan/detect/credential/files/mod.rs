//! Files that keep credentials.

mod name;

pub(super) use name::FileName;
