//! `heliodon`: see [`heliodon::cli`].

fn main() -> std::process::ExitCode {
    heliodon::cli::run().into()
}
