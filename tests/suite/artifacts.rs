//! Artifacts are the same read whole and read in pieces, as large files and objects in stores are. `tests/e2e/run` has them written by the
//! libraries that people use.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use heliodon::domain::{Blob, Content, Origin, Ranged, encode_uri};
use heliodon::scan::detect::artifact::{Found, recognise};

struct Store(Vec<u8>);

impl Ranged for Store {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, range: Range<u64>) -> io::Result<Vec<u8>> {
        Ok(self.0[range.start as usize..range.end as usize].to_vec())
    }
}

#[test]
#[ignore = "needs artifacts that libraries wrote: tests/e2e/run"]
fn whole_and_in_pieces() {
    let directory = PathBuf::from(std::env::var_os("HELIODON_ARTIFACTS").expect("HELIODON_ARTIFACTS names a directory of artifacts"));
    let mut files = Vec::new();
    walk(&directory, &mut files);
    let mut artifacts = 0;
    for file in &files {
        let store = Store(std::fs::read(file).expect("the file was just listed"));
        let [whole, pieces] = [Content::Whole(&store.0), Content::Ranged(&store)].map(|content| seen(file, content, &store.0));
        artifacts += usize::from(whole.is_some());
        let told = |found: Option<Found>| found.map(|found| (found.artifact, found.texts));
        assert_eq!(told(whole), told(pieces), "{}", file.display());
    }
    assert!(artifacts > 100, "{artifacts} artifacts in {} files", files.len());
}

fn seen(file: &Path, content: Content<'_>, bytes: &[u8]) -> Option<Found> {
    let origin = Origin { uri: encode_uri(file.as_os_str().as_encoded_bytes()), ..Origin::default() };
    recognise(&Blob::of_unit(&origin, content), &bytes[..bytes.len().min(64 << 10)])
}

fn walk(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).expect("the directory can be read") {
        let path = entry.expect("the directory can be read").path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}
