//! Paths as tables write them: `services/{}/environment/**`.

use std::ops::Range;

/// Does the path fit? `*` is any one name, `**` any number of them, `#` an item of a list, `{}` any one name, which is given back. Names count
/// in any case, and may have `*` at their ends.
pub(in super::super) fn matches(pattern: &str, path: &[Range<usize>], bytes: &[u8]) -> Option<Option<usize>> {
    let parts: Vec<&str> = pattern.split('/').collect();
    let mut marked = None;
    fits(&parts, path, 0, bytes, &mut marked).then_some(marked)
}

fn fits(parts: &[&str], path: &[Range<usize>], at: usize, bytes: &[u8], marked: &mut Option<usize>) -> bool {
    let Some((part, rest)) = parts.split_first() else { return at == path.len() };
    if *part == "**" {
        return (at..=path.len()).any(|at| fits(rest, path, at, bytes, marked));
    }
    let Some(name) = path.get(at) else { return false };
    let own = bytes.get(name.clone()).unwrap_or_default();
    let fit = match *part {
        "*" => true,
        "{}" => !name.is_empty(),
        "#" => name.is_empty(),
        _ => is_like(own, part),
    };
    let fit = fit && fits(rest, path, at + 1, bytes, marked);
    if fit && *part == "{}" {
        *marked = Some(at);
    }
    fit
}

/// A star at an end of the word stands for anything.
fn is_like(own: &[u8], word: &str) -> bool {
    let middle = word.trim_matches('*').as_bytes();
    let begins = own.get(..middle.len()).is_some_and(|own| own.eq_ignore_ascii_case(middle));
    let ends = own.len() >= middle.len() && own[own.len() - middle.len()..].eq_ignore_ascii_case(middle);
    match (word.starts_with('*'), word.ends_with('*')) {
        (true, true) => own.windows(middle.len().max(1)).any(|part| part.eq_ignore_ascii_case(middle)),
        (true, false) => ends,
        (false, true) => begins,
        (false, false) => own.eq_ignore_ascii_case(middle),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stars_and_items_fit() {
        let bytes = b"a b Cc";
        let path = [0..1, 2..3, 3..3, 4..6];
        let fit = |pattern: &str| matches(pattern, &path, bytes);
        for (pattern, wanted) in [
            ("a/b/#/cc", None),
            ("**/cc", None),
            ("a/**", None),
            ("*/b/**", None),
            ("**/b/#/c*", None),
            ("a/b/#/*C", None),
            ("a/b/#/*c*", None),
            ("{}/b/**", Some(0)),
            ("**/#/{}", Some(3)),
        ] {
            assert_eq!(fit(pattern), Some(wanted), "{pattern}");
        }
        assert!(["a", "a/b/c/d", "a/{}/cc", "b/**", "**/#"].into_iter().all(|pattern| fit(pattern).is_none()));
    }
}
