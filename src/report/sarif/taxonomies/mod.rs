//! Taxonomies that rules point into: only what is used here of each, in our own words.
//!
//! To add a class: a row in the taxonomy's file. To add a taxonomy: a file with a `TAXONOMY`, listed in [`TAXONOMIES`].

mod ai_rmf;
mod atlas;
mod csf;
mod cwe;
mod llm;
mod maestro;
mod nhi;

use std::collections::BTreeSet;

use serde_sarif::sarif::{ReportingDescriptor, ReportingDescriptorReference, ReportingDescriptorRelationship, ToolComponent, ToolComponentReference};

use super::guid::guid;
use super::typed::{multi, pascal};
use crate::domain::{Face, Taxon};

/// A taxonomy, and the classes of it that rules may name.
struct Taxonomy {
    name: &'static str,
    version: &'static str,
    organization: &'static str,
    uri: &'static str,
    summary: &'static str,
    /// Weaknesses and risks: every result of a rule is one. Of controls and layers a result is merely relevant to one.
    contains: bool,
    /// Address of a class by its id.
    link: fn(&str) -> String,
    classes: &'static [Class],
}

/// Id, title, one sentence, and why it matters.
struct Class(&'static str, &'static str, &'static str, &'static str);

/// CWE comes last: some consumers take the last class of a rule for its weakness.
const TAXONOMIES: &[&Taxonomy] = &[&nhi::TAXONOMY, &llm::TAXONOMY, &atlas::TAXONOMY, &ai_rmf::TAXONOMY, &csf::TAXONOMY, &maestro::TAXONOMY, &cwe::TAXONOMY];

/// Is this class in the tables? A rule that names another one loses the relation in SARIF.
pub(super) fn known(taxon: &Taxon) -> bool {
    find(taxon).is_some()
}

/// The taxonomies and classes that these rules name.
pub(super) fn components(faces: &[Face]) -> Vec<ToolComponent> {
    let named: BTreeSet<_> = faces.iter().flat_map(|face| &face.taxa).map(|taxon| (taxon.taxonomy.as_str(), taxon.id.as_str())).collect();
    let used = |taxonomy: &Taxonomy| taxonomy.classes.iter().filter(|class| named.contains(&(taxonomy.name, class.0))).collect::<Vec<_>>();
    TAXONOMIES
        .iter()
        .map(|taxonomy| (taxonomy, used(taxonomy)))
        .filter(|(_, used)| !used.is_empty())
        .map(|(taxonomy, used)| taxonomy.component(&used))
        .collect()
}

/// How a rule stands to its classes, CWEs last; of several, a face names the primary one last.
pub(super) fn relationships(face: &Face) -> Vec<ReportingDescriptorRelationship> {
    let relate = |(taxonomy, class): (&Taxonomy, &Class)| {
        let kind = if taxonomy.contains { "superset" } else { "relevant" };
        ReportingDescriptorRelationship::builder().target(taxonomy.reference(class)).kinds(vec![kind.to_owned()]).build()
    };
    ordered(face).into_iter().map(relate).collect()
}

/// The classes that each result of the rule has to list itself, since its rule is not contained in them.
pub(super) fn relevant(face: &Face) -> Vec<ReportingDescriptorReference> {
    ordered(face).into_iter().filter(|(taxonomy, _)| !taxonomy.contains).map(|(taxonomy, class)| taxonomy.reference(class)).collect()
}

/// Tags by which GitHub (`external/cwe/cwe-798`) and GitLab (`CWE-798: Use of Hard-coded Credentials`) know the primary weakness.
pub(super) fn tags(face: &Face) -> Vec<String> {
    let weakness = ordered(face).into_iter().rev().find(|(taxonomy, _)| taxonomy.name == cwe::TAXONOMY.name);
    weakness.map(|(_, class)| vec![format!("external/cwe/{}", class.0.to_ascii_lowercase()), format!("{}: {}", class.0, class.1)]).unwrap_or_default()
}

/// Where to read on about the primary class of a rule.
pub(super) fn link(face: &Face) -> Option<String> {
    ordered(face).last().map(|(taxonomy, class)| (taxonomy.link)(class.0))
}

/// What `supportedTaxonomies` of the tool says.
pub(super) fn reference(component: &ToolComponent) -> ToolComponentReference {
    ToolComponentReference { name: Some(component.name.clone()), guid: component.guid.clone(), ..ToolComponentReference::default() }
}

fn find(taxon: &Taxon) -> Option<(&'static Taxonomy, &'static Class)> {
    let taxonomy = TAXONOMIES.iter().copied().find(|taxonomy| taxonomy.name == taxon.taxonomy)?;
    Some((taxonomy, taxonomy.classes.iter().find(|class| class.0 == taxon.id)?))
}

/// In the order of the table of taxonomies; those of one taxonomy as the face names them.
fn ordered(face: &Face) -> Vec<(&'static Taxonomy, &'static Class)> {
    let mut found: Vec<_> = face.taxa.iter().filter_map(find).collect();
    found.sort_by_key(|(taxonomy, _)| TAXONOMIES.iter().position(|known| known.name == taxonomy.name));
    found
}

impl Taxonomy {
    fn guid(&self) -> String {
        guid(&format!("taxonomy/{}", self.name))
    }

    fn class_guid(&self, class: &Class) -> String {
        guid(&format!("taxon/{}/{}", self.name, class.0))
    }

    fn reference(&self, class: &Class) -> ReportingDescriptorReference {
        let component = ToolComponentReference { name: Some(self.name.into()), guid: Some(self.guid()), ..ToolComponentReference::default() };
        ReportingDescriptorReference {
            id: Some(class.0.into()),
            guid: Some(self.class_guid(class)),
            tool_component: Some(component),
            ..ReportingDescriptorReference::default()
        }
    }

    fn component(&self, used: &[&Class]) -> ToolComponent {
        let mut taxa: Vec<_> = used.iter().map(|class| self.descriptor(class)).collect();
        taxa.sort_by(|a, b| a.id.cmp(&b.id));
        ToolComponent::builder()
            .name(self.name)
            .version(self.version)
            .organization(self.organization)
            .guid(self.guid())
            .information_uri(self.uri)
            .is_comprehensive(false)
            .short_description(multi(self.summary))
            .taxa(taxa)
            .build()
    }

    fn descriptor(&self, class: &Class) -> ReportingDescriptor {
        let Class(id, title, says, why) = class;
        ReportingDescriptor::builder()
            .id(*id)
            .guid(self.class_guid(class))
            .name(pascal(title))
            .short_description(multi(format!("{title}: {says}")))
            .full_description(multi(format!("{says} {why}")))
            .help(multi(*why))
            .help_uri((self.link)(id))
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_complete_and_named_once() {
        let mut ids = BTreeSet::new();
        for taxonomy in TAXONOMIES {
            for class in taxonomy.classes {
                let Class(id, title, says, why) = class;
                assert!(ids.insert((taxonomy.name, id)), "{id} twice");
                assert!(!title.ends_with('.') && says.ends_with('.') && why.ends_with('.'), "{id}");
                assert!((taxonomy.link)(id).starts_with("https://"), "{id}");
            }
        }
    }

    #[test]
    fn the_primary_cwe_ends_the_list() {
        let face = crate::report::sample::faces().remove(0);
        let ids: Vec<_> = relationships(&face).into_iter().filter_map(|relation| relation.target.id).collect();
        assert_eq!(ids.last().map(String::as_str), Some("CWE-798"), "{ids:?}");
        assert_eq!(tags(&face), ["external/cwe/cwe-798", "CWE-798: Use of Hard-coded Credentials"]);
    }
}
