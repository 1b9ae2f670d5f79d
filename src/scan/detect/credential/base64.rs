//! Base64 as vendors and people write it: either alphabet, padded or not, `=` sometimes percent-encoded.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Longer text is no credential, and is left alone.
const LONGEST: usize = 64 << 10;

/// The bytes that `text` encodes; `None` when it holds anything but one of the two alphabets and its padding.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let text = text.strip_suffix(b"%3D%3D").or_else(|| text.strip_suffix(b"%3D")).or_else(|| text.strip_suffix(b"%3d")).unwrap_or(text);
    let url_safe = text.iter().any(|byte| matches!(byte, b'-' | b'_'));
    if url_safe { URL_SAFE.decode(text).ok() } else { STANDARD.decode(text).ok() }
}

/// URL-safe, without padding: the way tokens are written.
pub(super) fn encode(bytes: &[u8]) -> String {
    URL_SAFE.encode(bytes).trim_end_matches('=').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_with_and_without_padding_are_read() {
        for text in ["+/8=", "+/8", "-_8=", "-_8", "+/8%3D"] {
            assert_eq!(decode(text.as_bytes()), Some(vec![0xfb, 0xff]), "{text}");
        }
        assert_eq!(decode(b"+_8="), None);
        assert_eq!(decode(b""), None);
        assert_eq!(encode(&[0xfb, 0xff]), "-_8");
    }
}
