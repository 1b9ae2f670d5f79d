//! Submodules: commits of other repositories in a tree. What they hold is not here.

use std::collections::BTreeSet;

use super::super::objects::{Buffers, Number, Objects};
use super::{LARGEST, parse};

/// The paths of the submodules in a tree, in order. A directory that lies at several paths is entered at one of them. Trees that cannot be
/// read are left to those who report on them.
pub(in super::super) fn submodules(objects: &Objects, tree: Number) -> Vec<Vec<u8>> {
    let (hash, mut buffers) = (objects.hash(), Buffers::new(LARGEST));
    let (mut paths, mut seen) = (Vec::new(), BTreeSet::from([tree]));
    let mut open = vec![(Vec::new(), tree)];
    while let Some((directory, tree)) = open.pop() {
        let Ok(bytes) = objects.read(tree, &mut buffers) else { continue };
        for entry in parse::entries(&bytes, hash).filter(|entry| !entry.is_blob()) {
            let path = if directory.is_empty() { entry.name.to_vec() } else { [&directory, entry.name].join(&b'/') };
            if entry.is_gitlink() {
                paths.push(path);
            } else if let Some(below) = objects.find(&entry.id).filter(|below| seen.insert(*below)) {
                open.push((path, below));
            }
        }
    }
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::Made;
    use super::*;

    #[test]
    fn submodules_are_told_by_path() {
        let made = Made::new();
        made.commit(&[("a/b/c", "1")]);
        for path in ["sub", "a/b/deep"] {
            made.git(&["submodule", "--quiet", "add", &format!("file://{}", made.path().display()), path]);
        }
        made.commit(&[]);
        let (objects, commits) = made.read(&made.path());
        let tree = commits.tree(commits.len() - 1).expect("a tree");
        assert_eq!(submodules(&objects, tree), [b"a/b/deep".to_vec(), b"sub".to_vec()]);
    }
}
