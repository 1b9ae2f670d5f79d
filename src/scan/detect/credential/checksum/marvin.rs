//! Marvin32, the hash that Azure takes for a checksum, with a seed of 64 bits.
//! <https://github.com/microsoft/SymCrypt/blob/main/lib/marvin32.c>

/// The halves of the hash, one over the other.
pub(super) fn marvin32(bytes: &[u8], seed: u64) -> u32 {
    let hash = hash(bytes, seed);
    (hash >> 32) as u32 ^ hash as u32
}

fn hash(bytes: &[u8], seed: u64) -> u64 {
    let mut state = (seed as u32, (seed >> 32) as u32);
    let words = bytes.chunks_exact(4);
    // What is left of the last word, and a mark behind it.
    let last = words.remainder().iter().rev().fold(0x80u32, |word, byte| word << 8 | u32::from(*byte));
    let words = words.map(|word| word.iter().rev().fold(0u32, |word, byte| word << 8 | u32::from(*byte)));
    for word in words.chain([last, 0]) {
        state = mixed((state.0.wrapping_add(word), state.1));
    }
    u64::from(state.1) << 32 | u64::from(state.0)
}

fn mixed((mut a, mut b): (u32, u32)) -> (u32, u32) {
    b ^= a;
    a = a.rotate_left(20).wrapping_add(b);
    b = b.rotate_left(9) ^ a;
    a = a.rotate_left(27).wrapping_add(b);
    (a, b.rotate_left(19))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of SymCrypt and of microsoft/security-utilities.
    #[test]
    fn the_published_vectors_hold() {
        assert_eq!(hash(b"abc", 0xd53c_d9ce_cd08_93b7), 0x22c7_4339_4927_69bf);
        assert_eq!(hash(b"abcdefghijklmnopqrstuvwxyz", 0x0ddd_deee_efff_f000), 0xa128_eb7e_7260_aca2);
    }
}
