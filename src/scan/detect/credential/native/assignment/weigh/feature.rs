//! What the model may be told about a candidate: yes-or-no features, each with the words that explain it.
//!
//! To add one: a row here, a line that says when it holds in [`super::of_value`], [`super::of_name`] or [`super::of_setting`],
//! and a new fit (`benches/accuracy/fit.py`). A feature without weights counts nothing.

/// Rows are `Name "name-in-the-weights" ["why, in words"]`. Only what speaks for a credential needs words.
macro_rules! features {
    ($($name:ident $text:literal $($why:literal)?;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(super) enum Feature { $($name),* }

        /// By number: the name in `rules/weights.tsv`, and the words for people.
        pub(super) const FEATURES: &[(&str, &str)] = &[$(($text, concat!("" $(, $why)?))),*];

        impl Feature {
            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$(Self::$name),*];
        }
    };
}

features! {
    // the value: length
    Length4 "length 4";
    Length5 "length 5";
    Length6 "length 6-7";
    Length8 "length 8-9";
    Length10 "length 10-12";
    Length13 "length 13-16";
    Length17 "length 17-20";
    Length21 "length 21-31" "as long as a token";
    Length32 "length 32-40" "as long as a token";
    Length41 "length 41-64" "as long as a token";
    Length65 "length 65-128";
    Length129 "length above 128";
    RoundLength "length 16, 24, 32, 40, 48 or 64" "as long as generated keys are";
    // the value: characters
    DigitsOnly "digits only";
    LowerOnly "small letters only";
    UpperOnly "capitals only";
    LettersOnly "letters of both cases only";
    LowerDigits "small letters and digits" "letters and digits mixed";
    UpperDigits "capitals and digits";
    MixedDigits "letters of both cases and digits" "capitals, small letters and digits mixed";
    Joined "joined by _ - . / :";
    Marked "holds other marks" "holds marks that names do not have";
    MarkedDigits "letters, digits and marks" "letters, digits and marks mixed";
    TwoMarks "holds two marks or more" "holds several marks";
    Foreign "not ASCII";
    Blank "holds a blank";
    Blanks "holds three blanks";
    Hex "hexadecimal" "hexadecimal digits";
    Padded "ends with =" "ends as base64 does";
    EndsPunctuated "ends like a sentence";
    EndsMarked "ends with ! # @ $ % & * +" "ends with a mark, as passwords do";
    BeginsMarked "begins with a mark";
    Brackets "holds brackets";
    Backslash "holds a backslash";
    Slash "holds a slash";
    Dollar "holds a $";
    Percent "holds a %";
    Colon "holds a colon";
    Dot "holds a dot";
    // the value: digits
    NoDigit "no digit";
    OneDigit "one digit";
    FewDigits "two or three digits";
    ManyDigits "five digits or more" "many digits";
    TailTwo "ends with one or two digits" "a number behind letters";
    TailFour "ends with three or four digits" "a number behind letters";
    Year "ends with a year" "a year behind letters";
    Leet "digits between letters" "digits stand between letters";
    DigitGroups "three runs of digits or more" "digits are strewn in";
    // the value: words
    NoWord "no part reads like a word" "no word of the language";
    SomeWord "less than a third in words" "hardly a word in it";
    HalfWord "a third to two thirds in words";
    AllWord "all letters in words";
    PlainWord "one plain word";
    ChosenWord "a word that people choose";
    Improbable "letters that no word has" "letters that form no word";
    CheapPairs "pairs of letters below 4.2 bits";
    DearPairs "pairs of letters above 5.4 bits" "rare pairs of letters";
    DearestPairs "pairs of letters above 6.2 bits" "rare pairs of letters";
    NameLike "written like a name";
    Title "Capital at its beginning";
    Camel "camelCase";
    Constant "CONSTANT_CASE";
    Poor "only words that programs say";
    TellsPassword "says pass, pwd or pw";
    TellsSecret "says secret, token, key, cred or auth";
    TellsTest "says test, demo, fake, dummy, mock, sample or example";
    TellsUser "says user, name, login, admin or root";
    TellsWrong "says wrong, invalid, bad, new, old, other, some or my";
    IsName "begins with its own name, or the name with it";
    Rich "rich in different characters" "hardly a character twice";
    Poorest "poor in different characters";
    Changes "changes kind often" "changes between letters and digits often";
    TokenLikely "the gate of tokens: likely" "drawn at random";
    TokenWeak "the gate of tokens: weak";
    PasswordLikely "the gate of passwords: likely" "such as people choose for passwords";
    PasswordWeak "the gate of passwords: weak";
    BothGates "both gates: likely" "drawn at random";
    FiltersLikely "filters: likely" "its shape fits its name";
    FiltersWeak "filters: weak";
    InFours "groups of four" "in groups of four, as app passwords are";
    ChosenNumber "irregular number" "a number that counts nothing";
    KeyOfDigits "as many digits as an AES key has bytes" "as many digits as a key has bytes";
    // the name
    WholeName "the name is nothing else";
    LongWord "the name says password, secret or token in full";
    Short "the name says pass or pwd";
    Phrase "the name says passphrase";
    Auth "the name says auth or credential";
    SomeKey "the name is a key of something unknown";
    Service "the name tells a server, a service or an account" "its name says whose";
    NameTest "the name says test, example, fake, mock or dummy";
    NameOther "the name says wrong, other, new, old, default or temp";
    NameConstant "the name is written as a constant" "its name is a constant's";
    NameCamel "the name is written in camel case";
    NamePlain "the name is one word in small letters";
    Shown "the name or the word before it says example or sample";
    NameTail "the name goes on behind the telling word";
    Member "the name follows a dot or an arrow";
    Flag "an option of a command" "an option of a command";
    Template "a default in a template" "a default value";
    Plural "one of several";
    // the setting
    Code "in code";
    Shell "in a script of a shell" "in a script";
    Configuration "in a configuration" "in a configuration";
    Data "in data";
    Prose "in text for people";
    Translation "in a translation";
    Quoted "in quotes";
    Loose "compared, or among arguments";
    Bare "without quotes";
    BareProse "without quotes in text for people";
    Explains "without quotes or blank behind a colon";
    Single "in single quotes";
    Backquote "in backquotes";
    Inside "inside another string";
    Query "in a query";
    List "in a connection string" "in a connection string";
    Flow "in braces on one line";
    Equals "behind =";
    Arrow "behind => or :=";
    SignColon "behind :";
    SignComma "behind a comma";
    SignCall "behind a bracket";
    SignAngle "in an element" "in an element of its own";
    SignNone "behind a blank";
    Compared "behind == or !=";
    NextLine "on a later line";
    Comment "on a line of comment";
    FileTest "the file's name says test, spec, mock or example";
    FileEnv "the file keeps an environment" "in a file of settings";
    FileWeb "the file is of the web's front";
    FileNameless "the file has no ending";
    LineTest "the line says test, expect, assert or example";
    LineLong "the line has more than 300 bytes";
    LineLabel "the line says label, title, placeholder, message or type";
    Owner "a user or a host beside it" "beside a user or a host";
    OwnerIsValue "the value is what its owner is called";
    Statement "in a statement that gives a password" "in a statement that gives a password";
    Owned "chosen word with an owner" "a word beside the one whose password it is";
    Again "stands a second time close by";
    BehindComma "followed by a comma or a bracket";
    GoesOn "without quotes, and words follow";
    BehindEnd "followed by the end of the line";
}

/// Features that hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Holding([u64; 3]);

impl Holding {
    pub(super) fn add(&mut self, feature: Feature) {
        let number = feature as usize;
        self.0[number / 64] |= 1 << (number % 64);
    }

    pub(super) fn add_if(&mut self, holds: bool, feature: Feature) {
        if holds {
            self.add(feature);
        }
    }

    pub(super) fn has(self, feature: Feature) -> bool {
        let number = feature as usize;
        self.0[number / 64] & (1 << (number % 64)) != 0
    }

    /// Their numbers, in order.
    pub(super) fn numbers(self) -> impl Iterator<Item = usize> {
        self.0.into_iter().enumerate().flat_map(|(word, mut bits)| {
            std::iter::from_fn(move || {
                let number = bits.trailing_zeros() as usize;
                bits &= bits.wrapping_sub(1);
                (number < 64).then_some(word * 64 + number)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_fit_and_are_told_apart() {
        let mut names: Vec<&str> = FEATURES.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        assert!(names.len() <= 192 && names.windows(2).all(|pair| pair[0] != pair[1]) && names.iter().all(|name| !name.contains('\t')));
    }

    #[test]
    fn what_was_added_is_held() {
        let mut holding = Holding::default();
        [Feature::ALL[0], Feature::ALL[63], Feature::ALL[64], Feature::ALL[130]].into_iter().for_each(|feature| holding.add(feature));
        assert_eq!(holding.numbers().collect::<Vec<_>>(), [0, 63, 64, 130]);
    }
}
