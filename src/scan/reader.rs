//! One unit's way through the map: every blob is looked at, and opened if it is a container.

use std::ops::Range;

use crate::domain::{Ack, Artifact, Blob, Content, DigestKind, Evidence, History, Observation, Place, PlanHead, Shard, Trace, Trouble, Unit};

use super::detect::artifact::Found;
use super::detect::{self, Scratch, Sighting, Text};
use super::redact::{self, Names};
use super::unpack::{self, Budget, Opened};
use super::{Options, locate};

/// Text is searched in windows of this many bytes, so that memory is bounded whatever a line's length.
pub(super) const WINDOW: usize = 4 << 20;
/// A secret that begins before a window's last bytes is found in it whole; the next window begins there.
const OVERLAP: usize = 64 << 10;
/// Enough to tell text from binary, and to recognise most formats.
const HEAD: usize = 64 << 10;
/// Source of earlier cells that is kept for those behind them.
const CELLS: usize = 1 << 20;

/// What a unit is read with.
#[derive(Clone, Copy)]
pub(super) struct Work<'r> {
    pub(super) unit: &'r Unit,
    pub(super) plan: &'r PlanHead,
    pub(super) options: &'r Options,
}

/// Gathers what one unit shows.
pub struct Reader<'r> {
    unit: &'r Unit,
    plan: &'r PlanHead,
    options: &'r Options,
    scratch: &'r mut Scratch,
    budget: Budget,
    depth: u32,
    /// Inside the archive of a model that was recognised.
    in_model: bool,
    /// Rule and trace of what that model's text fields told.
    told: Vec<(u32, Trace)>,
    /// Source of the notebook's cells so far.
    cells: Vec<u8>,
    ack: Ack,
    observations: Vec<Observation>,
    troubles: Vec<Trouble>,
}

impl<'r> Reader<'r> {
    /// A reader beside the unit's own.
    pub(super) fn of(work: Work<'r>, scratch: &'r mut Scratch) -> Self {
        Self::new(work.unit, work.plan, work.options, scratch)
    }

    pub(super) fn new(unit: &'r Unit, plan: &'r PlanHead, options: &'r Options, scratch: &'r mut Scratch) -> Self {
        let ack = Ack { unit: unit.number, ..Ack::default() };
        Self {
            unit,
            plan,
            options,
            scratch,
            budget: Budget::new(options.budgets),
            depth: 0,
            in_model: false,
            told: Vec::new(),
            cells: Vec::new(),
            ack,
            observations: Vec::new(),
            troubles: Vec::new(),
        }
    }

    /// For sources that read one unit with several readers.
    pub(super) fn work(&self) -> Work<'r> {
        Work { unit: self.unit, plan: self.plan, options: self.options }
    }

    /// Takes in what another reader of the same unit saw.
    pub(super) fn absorb(&mut self, observations: Vec<Observation>, troubles: Vec<Trouble>) {
        self.observations.extend(observations);
        self.troubles.extend(troubles);
    }

    /// Looks at something whose time is known: what is observed there gets it.
    pub(super) fn dated(&mut self, history: Option<&History>, look: impl FnOnce(&mut Self)) {
        let before = self.observations.len();
        look(self);
        for observation in &mut self.observations[before..] {
            observation.place.history = history.map(|history| Box::new(history.clone()));
        }
    }

    /// Counts what was looked at otherwise than by [`Reader::blob`].
    pub(super) fn count(&mut self, blobs: u64, bytes: u64) {
        self.ack.blobs += blobs;
        self.ack.bytes += bytes;
    }

    pub(super) fn into_shard(mut self) -> Shard {
        let mut names = Names::default();
        let places = self.observations.iter_mut().map(|observation| &mut observation.place).chain(self.troubles.iter_mut().map(|trouble| &mut trouble.place));
        places.for_each(|place| names.redact(place, self.scratch));
        super::shard(self.unit.number, self.ack, self.observations, self.troubles)
    }

    /// Begins with one of many blobs that have nothing to do with each other: what others unpacked is not held against it.
    pub(super) fn begin(&mut self) -> usize {
        self.budget.renew();
        self.observations.len()
    }

    /// Counts bytes that are searched as text; lends what a search needs.
    pub(super) fn searching(&mut self, bytes: usize) -> (&'r Options, &mut Scratch) {
        self.ack.bytes += bytes as u64;
        (self.options, self.scratch)
    }

    /// Takes back what was observed since; names are redacted as in a shard.
    pub(super) fn take_observed(&mut self, since: usize) -> Vec<Observation> {
        let mut names = Names::default();
        let mut taken = self.observations.split_off(since);
        taken.iter_mut().for_each(|observation| names.redact(&mut observation.place, self.scratch));
        taken
    }

    pub(super) fn trouble(&mut self, trouble: Trouble) {
        self.troubles.push(trouble);
    }

    /// Lends a buffer, kept from unit to unit with what it grew to: fresh pages are dear.
    pub(super) fn with_buffer<T>(&mut self, work: impl FnOnce(&mut Self, &mut Vec<u8>) -> T) -> T {
        let mut buffer = std::mem::take(&mut self.scratch.bytes);
        let result = work(self, &mut buffer);
        self.scratch.bytes = buffer;
        result
    }

    /// Counts something that is left out on purpose.
    pub fn hide(&mut self, reason: &str) {
        *self.ack.hidden.entry(reason.to_owned()).or_default() += 1;
    }

    /// Looks at a blob, and into it.
    pub fn blob(&mut self, blob: &Blob<'_>) {
        self.look(blob, |reader, prose| reader.text(blob, prose));
    }

    /// Decides what kind of thing the blob is. Plain text is `plain`'s, which is told whether the text is prose.
    pub(super) fn look(&mut self, blob: &Blob<'_>, plain: impl FnOnce(&mut Self, bool)) {
        self.ack.blobs += 1;
        let head = match blob.head(HEAD) {
            Ok(head) => head,
            Err(error) => return self.trouble_at(blob, "unreadable-file", &error.to_string()),
        };
        let container = unpack::container(blob, &head);
        let is_text = container.is_none() && detect::is_text(&head);
        let found = if self.in_model && !is_text { None } else { detect::artifact::recognise(blob, &head) };
        let has_texts = found.as_ref().is_some_and(|found| !found.texts.is_empty());
        if found.is_none() && !self.in_model {
            self.estate(blob, &head);
        }
        let holds_artifacts = found.as_ref().is_some_and(|found| found.holds_artifacts);
        let told = found.filter(|_| !self.in_model).map(|found| self.artifact(blob, found));
        let whole = self.observations.len().checked_sub(1).filter(|_| told.is_some() && holds_artifacts);
        self.manifest(blob);
        match container {
            Some(container) if let Some(whole) = whole => {
                self.open(blob, container, None);
                self.join_parts(whole, blob.steps.len());
            }
            Some(container) => self.open(blob, container, told),
            None if is_text && has_texts && self.in_model => self.part(blob),
            // A small model without a zero byte could pass for text; its text fields have been searched. What an artifact says of
            // its base is lineage, and no reference.
            None if is_text && !has_texts => plain(self, told.is_some()),
            None => self.ack.bytes += head.len() as u64,
        }
    }

    /// Text in a model's archive that is an artifact itself (a pickle of the oldest kind): the model may have told what is in it.
    fn part(&mut self, blob: &Blob<'_>) {
        let before = self.observations.len();
        self.text(blob, true);
        let fresh = self.observations.split_off(before);
        self.observations.extend(fresh.into_iter().filter(|observation| !credential(observation).is_some_and(|told| self.told.contains(&told))));
    }

    /// Gives what the text fields tell.
    fn artifact(&mut self, blob: &Blob<'_>, mut found: Found) -> Vec<(u32, Trace)> {
        if self.wants_digest(blob, &found.artifact) {
            match detect::artifact::sha256(blob) {
                Ok(digest) => found.artifact.digests.push(digest),
                Err(error) => self.trouble_at(blob, "unreadable-file", &error.to_string()),
            }
        }
        let before = self.observations.len();
        for (field, bytes) in &found.texts {
            let steps = blob.steps_and("metadata", field.clone());
            for secret in self.metadata(&blob.inner(&steps, Content::Whole(bytes))) {
                redact::artifact(&mut found.artifact, bytes.get(secret).unwrap_or_default());
            }
        }
        redact::artifact_words(&mut found.artifact, self.scratch);
        let told = self.observations[before..].iter().filter_map(credential).collect();
        let place = Place::whole(blob.origin, blob.steps);
        self.observations.push(Observation { place, evidence: Evidence::Artifact(found.artifact) });
        told
    }

    /// What belongs to models and is none.
    fn estate(&mut self, blob: &Blob<'_>, head: &[u8]) {
        if let Some(artifact) = detect::estate::recognise(blob, head) {
            let place = Place::whole(blob.origin, blob.steps);
            self.observations.push(Observation { place, evidence: Evidence::Artifact(artifact) });
        }
    }

    /// A digest costs a reading of the whole artifact, so it is made when a registry or a side-car can be held against it, and no
    /// name has told it yet.
    fn wants_digest(&self, blob: &Blob<'_>, artifact: &Artifact) -> bool {
        let side_car = || blob.has_sibling.is_some_and(|has| detect::manifest::side_car_names(&blob.name()).iter().any(|name| has(name)));
        let known = artifact.digests.iter().any(|digest| digest.kind == DigestKind::Sha256);
        let has_weights = matches!(artifact.role.as_str(), "model" | "adapter" | "weights");
        has_weights && !known && (self.plan.wanted.digests || side_car())
    }

    fn manifest(&mut self, blob: &Blob<'_>) {
        match detect::manifest::read(blob) {
            None => {}
            Some(Ok(entry)) => {
                let place = Place::whole(blob.origin, blob.steps);
                self.observations.push(Observation { place, evidence: Evidence::Manifest(Box::new(entry)) });
            }
            Some(Err(message)) => self.trouble_at(blob, "manifest-error", &message),
        }
    }

    /// The archive of a model is opened for its text alone: its pickles and tensors are part of the artifact.
    fn open(&mut self, blob: &Blob<'_>, container: &unpack::Container, told: Option<Vec<(u32, Trace)>>) {
        if self.depth >= self.options.budgets.depth {
            return self.trouble_at(blob, "archive-limit", &format!("nested deeper than {}; not opened", self.options.budgets.depth));
        }
        self.depth += 1;
        let outside = (self.in_model, self.told.clone());
        if let Some(told) = told {
            (self.in_model, self.told) = (true, told);
        }
        let cells = std::mem::take(&mut self.cells);
        let budget = if self.in_model { self.budget.of_model() } else { self.budget.clone() };
        let ended = (container.unpack)(blob, &budget, &mut |opened| match opened {
            Opened::Blob(inner) => self.blob(&inner),
            Opened::Text(inner) => self.part_of(&inner),
            Opened::Hidden(reason) => self.hide(reason),
            Opened::Trouble(kind, message) => self.trouble_at(blob, kind, &message),
        });
        self.depth -= 1;
        self.cells = cells;
        (self.in_model, self.told) = outside;
        if let Err(error) = ended {
            self.trouble_at(blob, error.kind(), &error.to_string());
        }
    }

    /// A text that a container was opened to. What a notebook's cells define holds in those behind them.
    fn part_of(&mut self, blob: &Blob<'_>) {
        let prose = is_prose(blob);
        self.text(blob, prose);
        let is_cell = !prose && blob.steps.last().is_some_and(|step| step.kind == "cell" && step.name.ends_with("/source"));
        if let Content::Whole(bytes) = blob.content
            && is_cell
            && self.cells.len() + bytes.len() < CELLS
        {
            self.cells.extend_from_slice(bytes);
            self.cells.push(b'\n');
        }
    }

    /// Artifacts that were seen since in an archive are parts of the one at `whole`: what loading them does, loading it does.
    fn join_parts(&mut self, whole: usize, depth: usize) {
        let since = self.observations.split_off(whole + 1);
        for observation in since {
            let (Evidence::Artifact(part), true) = (&observation.evidence, observation.place.steps.len() > depth) else {
                self.observations.push(observation);
                continue;
            };
            let member = observation.place.steps.get(depth).map_or("", |step| step.name.as_str());
            if let Some(Observation { evidence: Evidence::Artifact(artifact), .. }) = self.observations.get_mut(whole) {
                artifact.take_part(part, member);
            }
        }
    }

    pub(super) fn text(&mut self, blob: &Blob<'_>, prose: bool) {
        let name = blob.name();
        let mut lines = locate::Lines::default();
        let before = std::mem::take(&mut self.cells);
        let mut start = 0;
        loop {
            let bytes = match blob.window(start..start + WINDOW as u64) {
                Ok(bytes) => bytes,
                Err(error) => {
                    self.cells = before;
                    return self.trouble_at(blob, "unreadable-file", &error.to_string());
                }
            };
            let last = start + bytes.len() as u64 >= blob.len() || bytes.len() < WINDOW;
            let fresh = if last { bytes.len() } else { bytes.len() - OVERLAP };
            let text = Text { bytes: &bytes, name: &name, prose, continued: start > 0, before: &before, trace_key: self.options.trace_key.as_ref() };
            self.window(blob, &text, fresh, &lines);
            self.ack.bytes += fresh as u64;
            if last {
                if start + (bytes.len() as u64) < blob.len() {
                    self.trouble_at(blob, "unreadable-file", "became shorter while it was read");
                }
                self.cells = before;
                return;
            }
            lines.pass(&bytes[..fresh]);
            start += fresh as u64;
        }
    }

    /// Text fields of an artifact: credentials only, and without a region, because they have no line. Gives the spans of the secrets.
    fn metadata(&mut self, blob: &Blob<'_>) -> Vec<Range<usize>> {
        let Content::Whole(bytes) = blob.content else { return Vec::new() };
        let name = blob.name();
        let text = Text { bytes, name: &name, prose: true, continued: false, before: b"", trace_key: self.options.trace_key.as_ref() };
        let mut sightings = Vec::new();
        detect::text(&text, self.scratch, &mut |sighting| sightings.push(sighting));
        sightings.retain(|sighting| matches!(sighting.evidence, Evidence::Credential(_)));
        let secrets = sightings.iter().flat_map(|sighting| sighting.secrets.clone()).collect();
        let place = Place::whole(blob.origin, blob.steps);
        self.observations.extend(sightings.into_iter().map(|sighting| Observation { place: place.clone(), evidence: sighting.evidence }));
        secrets
    }

    /// Sightings that begin before `fresh` belong to this window, later ones to the next.
    fn window(&mut self, blob: &Blob<'_>, text: &Text<'_>, fresh: usize, lines: &locate::Lines) {
        let mut sightings: Vec<Sighting> = Vec::new();
        detect::text(text, self.scratch, &mut |sighting| sightings.push(sighting));
        sightings.retain(|sighting| sighting.span.start < fresh);
        if sightings.is_empty() {
            return;
        }
        let located = locate::Locator::new(blob, text.bytes, lines, &sightings);
        self.observations.extend(sightings.into_iter().map(|sighting| located.observation(sighting)));
    }

    fn trouble_at(&mut self, blob: &Blob<'_>, kind: &str, message: &str) {
        let place = Place::whole(blob.origin, blob.steps);
        self.troubles.push(Trouble { place, kind: kind.to_owned(), message: message.to_owned() });
    }
}

fn credential(observation: &Observation) -> Option<(u32, Trace)> {
    match &observation.evidence {
        Evidence::Credential(credential) => Some((credential.rule, credential.trace.clone())),
        _ => None,
    }
}

/// Outputs and markdown of notebooks speak of models; their source runs them.
fn is_prose(blob: &Blob<'_>) -> bool {
    blob.steps.iter().any(|step| step.kind == "cell" && !step.name.ends_with("/source"))
}
