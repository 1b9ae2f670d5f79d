//! Addresses signed in advance: S3 and everything with AWS Signature 4, Google Cloud Storage, Bedrock's short-term keys.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::super::base64;
use super::super::checksum::aws;
use super::{LifeReader, Read, day, moment, parameter, span};
use crate::domain::Class;

/// `X-Amz-Date` and `X-Amz-Expires`. <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>
pub(super) const AWS: LifeReader = LifeReader { name: "aws-presigned", read: aws };

/// `X-Goog-Date` and `X-Goog-Expires`, or `Expires` of the older signing. <https://cloud.google.com/storage/docs/access-control/signed-urls>
pub(super) const GCS: LifeReader = LifeReader { name: "gcs-signed", read: gcs };

/// `bedrock-api-key-` and base64 of an address signed for Bedrock.
pub(super) const BEDROCK: LifeReader = LifeReader { name: "bedrock-presigned", read: bedrock };

fn aws(token: &[u8]) -> Option<Read> {
    let mut read = signed(token, "X-Amz-Date", "X-Amz-Expires")?;
    let scope = parameter(token, "X-Amz-Credential").unwrap_or_default();
    let mut scope = scope.split('/');
    let key_id = scope.next().unwrap_or_default();
    read.fact("access-key-id", key_id);
    read.fact("account", aws::account(key_id.as_bytes()).unwrap_or_default());
    read.fact("region", scope.nth(1).unwrap_or_default());
    Some(read)
}

fn gcs(token: &[u8]) -> Option<Read> {
    if let Some(mut read) = signed(token, "X-Goog-Date", "X-Goog-Expires") {
        let scope = parameter(token, "X-Goog-Credential").unwrap_or_default();
        read.fact("account", scope.split('/').next().unwrap_or_default());
        return Some(read);
    }
    let expires = moment(parameter(token, "Expires")?.parse().ok()?)?;
    let mut read = Read { expires: Some(expires), class: Some(Class::Dated), ..Read::default() };
    read.say(format!("The address itself says that it ends on {}.", day(expires)));
    read.fact("account", parameter(token, "GoogleAccessId").unwrap_or_default());
    Some(read)
}

fn bedrock(token: &[u8]) -> Option<Read> {
    let decoded = base64::decode(token.strip_prefix(b"bedrock-api-key-")?)?;
    aws(&decoded)
}

/// `20260131T120000Z` and a number of seconds.
fn signed(token: &[u8], date: &str, life: &str) -> Option<Read> {
    let minted = compact(&parameter(token, date)?)?;
    let seconds: i64 = parameter(token, life)?.parse().ok().filter(|seconds| (0..=316_000_000).contains(seconds))?;
    let expires = minted.checked_add(SignedDuration::from_secs(seconds)).ok()?;
    let mut read = Read { minted: Some(minted), expires: Some(expires), class: Some(Class::Dated), ..Read::default() };
    read.say(format!("It was signed on {} for {}: it ends on {}.", day(minted), span(seconds), day(expires)));
    Some(read)
}

fn compact(text: &str) -> Option<Timestamp> {
    let at = DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
    moment(at.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_presigned_address_ends_when_it_says() {
        let key_id = ["ASIA", "Y34FZKBOKMUTVV7A"].concat();
        let query = format!(
            "https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={key_id}%2F20260131%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20260131T120000Z&X-Amz-Expires=604800&X-Amz-Signature=00"
        );
        let read = aws(query.as_bytes()).expect("it is signed");
        assert_eq!(read.because, ["It was signed on 2026-01-31 for 7 days: it ends on 2026-02-07."]);
        assert!(read.facts.contains(&("account".to_owned(), "609629065308".to_owned())) && read.facts.contains(&("region".to_owned(), "eu-west-1".to_owned())));
        let short = format!("bedrock-api-key-{}", base64::encode(query.as_bytes()));
        assert_eq!(bedrock(short.as_bytes()), Some(read));
    }

    #[test]
    fn google_has_two_ways() {
        let new = b"https://storage.googleapis.com/b/o?X-Goog-Credential=robot%40project.iam.gserviceaccount.com%2F20260101%2Fauto&X-Goog-Date=20260101T000000Z&X-Goog-Expires=3600&X-Goog-Signature=00";
        let read = gcs(new).expect("it is signed");
        assert_eq!(read.expires.map(day).as_deref(), Some("2026-01-01"));
        assert!(read.facts.contains(&("account".to_owned(), "robot@project.iam.gserviceaccount.com".to_owned())));
        assert!(gcs(b"?GoogleAccessId=a&Expires=1767225600&Signature=x").is_some());
        assert_eq!(gcs(b"?Expires=tomorrow"), None);
    }
}
