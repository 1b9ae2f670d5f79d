//! Example templates: `{{alnum:36}}` and the like, expanded by a seeded generator, so that no secret stands in a rule file.

/// Makes the checksum that `{{check}}` stands for, from the text so far.
pub type Check<'a> = &'a dyn Fn(&str) -> Option<String>;

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGIT: &str = "0123456789";
const HEX: &str = "0123456789abcdef";

/// The text that a template stands for. Equal seeds give equal texts; the error names what is not understood.
pub fn expand(template: &str, seed: u64, check: Check<'_>) -> Result<String, String> {
    let mut random = Random(seed);
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (inner, after) = after.split_once("}}").ok_or("`{{` without `}}`")?;
        text += before;
        match piece(inner, &mut random) {
            Some(piece) => text += &piece,
            None if inner == "check" => text += &check(&text).ok_or("no checksum can be made for `{{check}}` here")?,
            // Template languages use braces too; such text is an example's own.
            None if !inner.contains(':') => text += &format!("{{{{{inner}}}}}"),
            None => return Err(format!("`{{{{{inner}}}}}` is not known")),
        }
        rest = after;
    }
    Ok(text + rest)
}

fn piece(inner: &str, random: &mut Random) -> Option<String> {
    if inner == "uuid" {
        let mut run = |length| random.run(HEX, length);
        return Some(format!("{}-{}-4{}-a{}-{}", run(8), run(4), run(3), run(3), run(12)));
    }
    let (kind, argument) = inner.split_once(':')?;
    if kind == "b64" {
        return Some(base64(argument.as_bytes()));
    }
    let length = argument.parse().ok().filter(|length| *length <= 4096)?;
    Some(random.run(&alphabet(kind)?, length))
}

fn alphabet(kind: &str) -> Option<String> {
    Some(match kind {
        "alnum" => [LOWER, UPPER, DIGIT].concat(),
        "hex" => HEX.to_owned(),
        "HEX" => HEX.to_uppercase(),
        "lower" => LOWER.to_owned(),
        "upper" => UPPER.to_owned(),
        "digit" => DIGIT.to_owned(),
        "lowernum" => [LOWER, DIGIT].concat(),
        "uppernum" => [UPPER, DIGIT].concat(),
        "word" => [LOWER, UPPER, DIGIT, "_-"].concat(),
        "base64" => [LOWER, UPPER, DIGIT, "+/"].concat(),
        "base32" => [UPPER, "234567"].concat(),
        "letters" => [LOWER, UPPER].concat(),
        _ => return None,
    })
}

/// Standard base64 with padding.
pub fn base64(bytes: &[u8]) -> String {
    let alphabet: Vec<char> = [UPPER, LOWER, DIGIT, "+/"].concat().chars().collect();
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let word = group.iter().chain(&[0; 3][group.len()..]).fold(0u32, |word, byte| word << 8 | u32::from(*byte));
        for i in 0..4 {
            let digit = alphabet[(word >> (18 - 6 * i) & 63) as usize];
            text.push(if i <= group.len() { digit } else { '=' });
        }
    }
    text
}

/// SplitMix64: small, seeded, the same everywhere.
pub struct Random(pub u64);

impl Random {
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.number() % bound.max(1) as u64) as usize
    }

    /// Random characters of an alphabet; from four on, with one at least of each class (upper, lower, digit) that the alphabet has.
    fn run(&mut self, alphabet: &str, length: usize) -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        let classes: [fn(&char) -> bool; 3] = [char::is_ascii_uppercase, char::is_ascii_lowercase, char::is_ascii_digit];
        loop {
            let run: Vec<char> = (0..length).map(|_| alphabet[self.below(alphabet.len())]).collect();
            if length < 4 || classes.iter().all(|class| run.iter().any(class) || !alphabet.iter().any(class)) {
                return run.into_iter().collect();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Check<'_> = &|_| None;

    #[test]
    fn expands_by_seed() {
        let of = |seed| expand("key={{hex:32}};{{uuid}}", seed, NONE);
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
        assert_eq!(of(7).map(|text| text.len()), Ok(4 + 32 + 1 + 36));
    }

    #[test]
    fn short_runs_hold_every_class() {
        for seed in 0..50 {
            let text = expand("{{alnum:4}}", seed, NONE).expect("the template is valid");
            assert!(text.chars().any(|c| c.is_ascii_digit()) && text.chars().any(|c| c.is_ascii_uppercase()));
        }
    }

    #[test]
    fn checks_and_unknown_words() {
        assert_eq!(expand("ab{{check}}!", 0, &|so_far| Some(so_far.len().to_string())), Ok("ab2!".into()));
        assert!(expand("{{check}}", 0, NONE).is_err());
        assert!(expand("{{nonsense:3}}", 0, NONE).is_err());
        assert_eq!(expand("{{ vault_token }}", 0, NONE), Ok("{{ vault_token }}".into()));
    }

    #[test]
    fn base64_is_padded() {
        assert_eq!(["", "f", "fo", "foo"].map(|text| base64(text.as_bytes())), ["", "Zg==", "Zm8=", "Zm9v"]);
    }
}
