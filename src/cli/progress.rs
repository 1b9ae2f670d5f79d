//! The progress bar, on standard error, and only when that is a terminal.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};

use crate::domain::Watch;

/// A scan that is over by then shows no bar.
const PATIENCE: Duration = Duration::from_millis(300);
const TICK: Duration = Duration::from_millis(100);

/// Draws what a [`Watch`] counts, from a thread of its own.
pub(super) struct Bar {
    watch: Arc<Watch>,
    over: Arc<AtomicBool>,
    painter: Option<JoinHandle<()>>,
}

impl Bar {
    pub(super) fn start(quiet: bool) -> Self {
        let watch = Arc::new(Watch::default());
        let over = Arc::new(AtomicBool::new(false));
        let shown = !quiet && std::io::stderr().is_terminal();
        let painter = shown.then(|| {
            let (watch, over) = (watch.clone(), over.clone());
            std::thread::spawn(move || paint(&watch, &over))
        });
        Self { watch, over, painter }
    }

    pub(super) fn watch(&self) -> &Arc<Watch> {
        &self.watch
    }

    /// Wipes the bar away.
    pub(super) fn finish(self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(painter) = self.painter {
            painter.thread().unpark();
            let _ = painter.join();
        }
    }
}

fn paint(watch: &Watch, over: &AtomicBool) {
    std::thread::park_timeout(PATIENCE);
    if over.load(Ordering::Relaxed) {
        return;
    }
    let bar = ProgressBar::new_spinner();
    let counting = ProgressStyle::with_template("{spinner} {elapsed_precise} {msg}").expect("the template is well-formed");
    let measured = ProgressStyle::with_template("{bar:24} {percent:>3}% {elapsed_precise} {msg} · {eta} left").expect("the template is well-formed");
    bar.set_style(counting);
    while !over.load(Ordering::Relaxed) {
        let (listed, done, bytes, seen, listing_over) = watch.counts();
        if listing_over && bar.length().is_none() {
            bar.set_length(listed);
            bar.set_style(measured.clone());
        }
        bar.set_position(done);
        let of = if listing_over { String::new() } else { format!(" of {}+", HumanCount(listed)) };
        let (pieces, pieces_done) = watch.pieces();
        let history = if pieces > 0 { format!(" · {} of {} objects of the history", HumanCount(pieces_done), HumanCount(pieces)) } else { String::new() };
        bar.set_message(format!("{}{of} files · {} · {} seen{history}", HumanCount(done), HumanBytes(bytes), HumanCount(seen)));
        bar.tick();
        std::thread::park_timeout(TICK);
    }
    bar.finish_and_clear();
}
