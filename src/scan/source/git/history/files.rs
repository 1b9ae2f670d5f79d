//! Which files a commit has.

use std::collections::BTreeMap;

use super::super::objects::{Buffers, Number, Objects};
use super::parse::entries;

/// The files of one tree, read folder by folder as they are asked for.
pub(in super::super) struct Files<'f> {
    objects: &'f Objects,
    root: Option<Number>,
    buffers: Buffers,
    folders: BTreeMap<Number, BTreeMap<Vec<u8>, Option<Number>>>,
}

impl<'f> Files<'f> {
    pub(in super::super) fn new(objects: &'f Objects, root: Option<Number>) -> Self {
        Self { objects, root, buffers: Buffers::default(), folders: BTreeMap::new() }
    }

    /// Is there anything at this path? Nothing is known to be in a folder that cannot be read.
    pub(in super::super) fn has(&mut self, path: &[u8]) -> bool {
        let mut names = path.split(|byte| *byte == b'/').peekable();
        let mut folder = self.root;
        while let Some(name) = names.next() {
            let Some(entry) = folder.and_then(|folder| self.folder(folder).get(name).copied()) else { return false };
            if names.peek().is_none() {
                return true;
            }
            folder = entry;
        }
        false
    }

    /// Names of a folder, with the tree of those that are folders.
    fn folder(&mut self, tree: Number) -> &BTreeMap<Vec<u8>, Option<Number>> {
        let (objects, buffers) = (self.objects, &mut self.buffers);
        self.folders.entry(tree).or_insert_with(|| {
            let bytes = objects.read(tree, buffers).unwrap_or_default();
            let folder = entries(&bytes, objects.hash()).map(|entry| (entry.name.to_vec(), entry.is_directory().then(|| objects.find(&entry.id)).flatten()));
            folder.collect()
        })
    }
}
