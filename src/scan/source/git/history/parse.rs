//! The bytes of commits, tags and trees, as iterators and plain values.

use super::super::objects::{Hash, Id};

/// Mode of a directory in a tree.
pub(in super::super) const DIRECTORY: u32 = 0o040_000;
/// Mode of a commit of another repository, a submodule.
pub(in super::super) const GITLINK: u32 = 0o160_000;

/// What a commit says in its head.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head<'b> {
    pub(super) tree: Id,
    pub(super) parents: Vec<Id>,
    pub(super) author: Signature<'b>,
    /// When it was committed, in seconds since 1970; 0 if it cannot be read.
    pub(super) committed: i64,
}

/// Who and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signature<'b> {
    /// `Name <address>`.
    pub(super) by: &'b [u8],
    /// Seconds since 1970.
    pub(super) at: i64,
}

/// The head of a commit; None if there is no tree in it. Lines that cannot be read are passed over, as git does.
pub(super) fn commit(bytes: &[u8]) -> Option<Head<'_>> {
    let mut lines = bytes.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty());
    let tree = Id::from_hex(lines.next()?.strip_prefix(b"tree ")?)?;
    let mut head = Head { tree, parents: Vec::new(), author: Signature::default(), committed: 0 };
    for line in lines {
        if let Some(parent) = line.strip_prefix(b"parent ") {
            head.parents.extend(Id::from_hex(parent));
        } else if let Some(author) = line.strip_prefix(b"author ") {
            head.author = signature(author);
        } else if let Some(committer) = line.strip_prefix(b"committer ") {
            head.committed = signature(committer).at;
            break;
        }
    }
    Some(head)
}

/// `Name <address> 1700000000 +0100`.
fn signature(line: &[u8]) -> Signature<'_> {
    let end = memchr::memrchr(b'>', line).map_or(line.len(), |end| end + 1);
    let (by, rest) = line.split_at(end);
    let seconds = rest.split(u8::is_ascii_whitespace).find(|word| !word.is_empty());
    let at = seconds.and_then(|seconds| std::str::from_utf8(seconds).ok()).and_then(|seconds| seconds.parse().ok());
    Signature { by, at: at.unwrap_or(0) }
}

/// What an annotated tag points at.
pub(super) fn tagged(bytes: &[u8]) -> Option<Id> {
    Id::from_hex(bytes.split(|byte| *byte == b'\n').next()?.strip_prefix(b"object ")?)
}

/// One entry of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Entry<'b> {
    pub(in super::super) mode: u32,
    pub(in super::super) name: &'b [u8],
    pub(in super::super) id: Id,
}

impl Entry<'_> {
    pub(in super::super) fn is_directory(&self) -> bool {
        self.mode & 0o170_000 == DIRECTORY
    }

    pub(in super::super) fn is_gitlink(&self) -> bool {
        self.mode & 0o170_000 == GITLINK
    }

    /// A file, or the target of a symbolic link.
    pub(in super::super) fn is_blob(&self) -> bool {
        !self.is_directory() && !self.is_gitlink()
    }
}

/// The entry that begins at an offset, and where the next one begins. None at the end, and where the bytes are no entry.
pub(super) fn entry_at(bytes: &[u8], at: usize, hash: Hash) -> Option<(Entry<'_>, usize)> {
    let rest = bytes.get(at..)?;
    let zero = memchr::memchr(0, rest)?;
    let space = memchr::memchr(b' ', &rest[..zero])?;
    let mode = rest[..space].iter().try_fold(0_u32, |mode, digit| match digit {
        b'0'..=b'7' if mode < 1 << 24 => Some(mode << 3 | u32::from(digit - b'0')),
        _ => None,
    })?;
    let end = zero + 1 + hash.length();
    let id = Id::from_bytes(rest.get(zero + 1..end)?)?;
    let name = &rest[space + 1..zero];
    (!name.is_empty()).then_some((Entry { mode, name, id }, at + end))
}

/// The entries of a tree, up to its end or to the first that is none.
pub(in super::super) fn entries(bytes: &[u8], hash: Hash) -> impl Iterator<Item = Entry<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (entry, next) = entry_at(bytes, at, hash)?;
        at = next;
        Some(entry)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(digit: &str) -> String {
        digit.repeat(40)
    }

    #[test]
    fn a_commit_is_read_up_to_its_message() {
        let text = format!(
            "tree {}\nparent {}\nparent {}\nauthor A > B <a@example.com> 12 +0100\ncommitter C <c@example.com> -5 +0000\n\nparent x\n",
            id("a"),
            id("b"),
            id("c")
        );
        let head = commit(text.as_bytes()).expect("a commit");
        assert_eq!(head.parents.iter().map(Id::to_string).collect::<Vec<_>>(), [id("b"), id("c")]);
        assert_eq!((head.author.by, head.author.at, head.committed), (&b"A > B <a@example.com>"[..], 12, -5));
        for text in ["", "tree x", "parent", "tree"] {
            assert_eq!(commit(text.as_bytes()), None);
        }
        let poor =
            commit(format!("tree {}\nauthor  <>\ncommitter C <c> 99999999999999999999", id("a")).as_bytes()).map(|head| (head.author.at, head.committed));
        assert_eq!(poor, Some((0, 0)));
    }

    #[test]
    fn entries_end_where_they_make_no_sense() {
        let mut tree = Vec::new();
        for (mode, name) in [("100644", "a b"), ("40000", "c"), ("160000", "d"), ("120000", "e")] {
            tree.extend(format!("{mode} {name}\0{}", "x".repeat(20)).bytes());
        }
        let kinds = |tree: &[u8]| entries(tree, Hash::Sha1).map(|entry| (entry.name.to_vec(), entry.is_directory(), entry.is_blob())).collect::<Vec<_>>();
        let all = kinds(&tree);
        assert_eq!(all, [(b"a b".to_vec(), false, true), (b"c".to_vec(), true, false), (b"d".to_vec(), false, false), (b"e".to_vec(), false, true)]);
        for end in 0..tree.len() {
            assert!(all.starts_with(&kinds(&tree[..end])));
        }
        assert_eq!(kinds(b"9 a\0xxxxxxxxxxxxxxxxxxxx"), []);
    }
}
