//! The weights of the features, and from which sum on a candidate counts, as they were measured: `rules/weights.tsv`.

use std::sync::LazyLock;

use super::super::key::Kind;
use super::feature::{FEATURES, Holding};
use crate::domain::Sureness;

const TSV: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/weights.tsv"));

/// Names share their weights by what they name.
const COLUMNS: usize = 4;

/// In hundredths of a logit.
type Row = [i32; COLUMNS];

pub(super) struct Weights {
    features: Vec<Row>,
    always: Row,
    /// Sums from which on a candidate is weak, likely and certain.
    thresholds: [Row; 3],
}

impl Weights {
    pub(super) fn get() -> &'static Self {
        static WEIGHTS: LazyLock<Weights> = LazyLock::new(|| Weights::read(TSV));
        &WEIGHTS
    }

    /// Features that no candidate of the fit had weigh nothing.
    fn read(table: &str) -> Self {
        let rows = || table.lines().filter_map(row);
        let of = |wanted: &str| rows().find(|(name, _)| *name == wanted).map(|(_, row)| row);
        let threshold = |name| of(name).unwrap_or([i32::MAX; COLUMNS]);
        Self {
            features: FEATURES.iter().map(|(name, _)| of(name).unwrap_or_default()).collect(),
            always: of("always").unwrap_or_default(),
            thresholds: [threshold("low"), threshold("medium"), threshold("high")],
        }
    }

    pub(super) fn sum(&self, holding: Holding, kind: Kind) -> i32 {
        self.always[column(kind)] + holding.numbers().map(|number| self.weight(number, kind)).sum::<i32>()
    }

    pub(super) fn weight(&self, number: usize, kind: Kind) -> i32 {
        self.features.get(number).map_or(0, |row| row[column(kind)])
    }

    pub(super) fn sureness(&self, sum: i32, kind: Kind) -> Option<Sureness> {
        let levels = [Sureness::Weak, Sureness::Likely, Sureness::Certain];
        levels.into_iter().zip(self.thresholds).rev().find(|(_, least)| sum >= least[column(kind)]).map(|(level, _)| level)
    }
}

fn row(line: &str) -> Option<(&str, Row)> {
    let (name, rest) = line.split_once('\t')?;
    let mut row = Row::default();
    let mut cells = rest.split('\t');
    for cell in &mut row {
        *cell = cells.next()?.parse().ok()?;
    }
    Some((name, row))
}

fn column(kind: Kind) -> usize {
    match kind {
        Kind::Password | Kind::Passphrase => 0,
        Kind::Secret => 1,
        Kind::Token | Kind::Auth => 2,
        Kind::ApiKey | Kind::SomeKey | Kind::PrivateKey => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_speaks_of_the_features() {
        let rows: Vec<&str> = TSV.lines().skip(1).map(|line| row(line).unwrap_or_else(|| panic!("{line}")).0).collect();
        let known = |name: &&str| FEATURES.iter().any(|(feature, _)| feature == name) || matches!(*name, "always" | "low" | "medium" | "high");
        assert_eq!(rows.iter().find(|name| !known(name)), None, "a row without a feature");
        let unmet = FEATURES.iter().filter(|(name, _)| !rows.contains(name)).count();
        assert!(unmet < 12, "{unmet} features that no candidate had when the weights were fitted: fit again");
    }

    #[test]
    fn thresholds_rise() {
        let [low, medium, high] = Weights::get().thresholds;
        assert!((0..COLUMNS).all(|column| low[column] < medium[column] && medium[column] < high[column]));
    }
}
