//! Addresses signed in advance: S3 and everything with AWS Signature 4, CloudFront, Google Cloud Storage, Bedrock's short-term keys.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::super::base64;
use super::super::checksum::aws;
use super::{LifeReader, Read, day, moment, parameter, span};
use crate::domain::Class;

/// `X-Amz-Date` and `X-Amz-Expires`, or `Expires` of the older signing. <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>
pub(super) const AWS: LifeReader = LifeReader { name: "aws-presigned", read: aws };

/// `X-Goog-Date` and `X-Goog-Expires`, or `Expires` of the older signing. <https://cloud.google.com/storage/docs/access-control/signed-urls>
pub(super) const GCS: LifeReader = LifeReader { name: "gcs-signed", read: gcs };

/// `Expires`, or the times in `Policy`, base64 of JSON in an alphabet of its own.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html>
pub(super) const CLOUDFRONT: LifeReader = LifeReader { name: "cloudfront-signed", read: cloudfront };

/// `bedrock-api-key-` and base64 of an address signed for Bedrock.
pub(super) const BEDROCK: LifeReader = LifeReader { name: "bedrock-presigned", read: bedrock };

fn aws(token: &[u8]) -> Option<Read> {
    let Some(mut read) = signed(token, "X-Amz-Date", "X-Amz-Expires") else {
        let mut read = ends(token)?;
        let key_id = parameter(token, "AWSAccessKeyId").unwrap_or_default();
        read.fact("account", aws::account(key_id.as_bytes()).unwrap_or_default());
        read.fact("access-key-id", key_id);
        return Some(read);
    };
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
    let mut read = ends(token)?;
    read.fact("account", parameter(token, "GoogleAccessId").unwrap_or_default());
    Some(read)
}

fn cloudfront(token: &[u8]) -> Option<Read> {
    let mut read = match parameter(token, "Policy") {
        Some(policy) => by_policy(&policy)?,
        None => ends(token)?,
    };
    read.fact("key-pair", parameter(token, "Key-Pair-Id").unwrap_or_default());
    Some(read)
}

/// `{"Statement":[{"Resource":…,"Condition":{"DateLessThan":{"AWS:EpochTime":…},…}}]}`
fn by_policy(policy: &str) -> Option<Read> {
    let policy = base64::decode(policy.replace('-', "+").replace('~', "/").replace('_', "=").as_bytes())?;
    let policy: serde_json::Value = serde_json::from_slice(&policy).ok()?;
    let condition = policy.pointer("/Statement/0/Condition")?;
    let at = |name: &str| condition.get(name)?.get("AWS:EpochTime")?.as_i64().and_then(moment);
    let mut read = ending(at("DateLessThan")?);
    read.minted = at("DateGreaterThan");
    Some(read)
}

/// Seconds since 1970 in `Expires`.
fn ends(token: &[u8]) -> Option<Read> {
    Some(ending(moment(parameter(token, "Expires")?.parse().ok()?)?))
}

fn ending(at: Timestamp) -> Read {
    let mut read = Read { expires: Some(at), class: Some(Class::Dated), ..Read::default() };
    read.say(format!("The address itself says that it ends on {}.", day(at)));
    read
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

    #[test]
    fn cloudfront_writes_its_end_in_two_ways() {
        let policy = br#"{"Statement":[{"Resource":"https://d1.cloudfront.net/*","Condition":{"DateLessThan":{"AWS:EpochTime":1893456000}}}]}"#;
        let policy = base64::encode(policy).replace('-', "+").replace('_', "/") + "=";
        let policy = policy.replace('+', "-").replace('=', "_").replace('/', "~");
        for query in [format!("Policy={policy}&Signature=x&Key-Pair-Id=K2"), "Expires=1893456000&amp;Signature=x&amp;Key-Pair-Id=K2".to_owned()] {
            let read = cloudfront(query.as_bytes()).expect("it is signed");
            assert_eq!(read.expires.map(day).as_deref(), Some("2030-01-01"), "{query}");
            assert_eq!(read.facts, [("key-pair".to_owned(), "K2".to_owned())]);
        }
    }

    #[test]
    fn the_older_signature_names_its_end() {
        let read = aws(b"AWSAccessKeyId=AKIAIOSFODNN7ABCDEFG&Signature=x&Expires=1893456000").expect("it is signed");
        assert_eq!(read.expires.map(day).as_deref(), Some("2030-01-01"));
    }
}
