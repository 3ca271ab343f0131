// Metadata as the Web API answers it: EntityDefinitions and its relatives as JSON, $metadata as
// CSDL.
#pragma once

#include <string>
#include <string_view>

#include "app/sandbox/company/metadata.h"
#include "policy/support/result.h"

namespace satchel::sandbox {

struct MetadataRequest {
  // Decoded path below the service root:
  //   EntityDefinitions, RelationshipDefinitions, GlobalOptionSetDefinitions, each with an optional
  //   key "(LogicalName='account')", "(SchemaName='…')", "(Name='…')" or "(<MetadataId>)";
  //   after an entity: Attributes, Keys, OneToManyRelationships, ManyToOneRelationships,
  //   ManyToManyRelationships, with key or cast
  //   ("Microsoft.Dynamics.CRM.PicklistAttributeMetadata").
  std::string path = {};
  std::string select = {};  // $select, decoded; empty: everything.
  std::string expand =
      {};  // $expand: "Attributes($select=LogicalName),OptionSet($select=Options)".
  std::string filter = {};    // $filter: eq, ne, and, or, not over primitive members and X/Value.
  std::string base_url = {};  // "http://127.0.0.1:1234/api/data/v9.2/", for @odata.context.
};

// Whether `path` is answered here.
[[nodiscard]] bool IsMetadataPath(std::string_view path);

// The JSON text. kNotFound (404) for an unknown table, attribute or segment, kInvalid (400) for a
// bad option, each with the sentence the server sends.
[[nodiscard]] Result<std::string> RenderMetadata(const Metadata& metadata,
                                                 const MetadataRequest& request);

// $metadata; `annotations` adds change-tracking capabilities.
[[nodiscard]] std::string RenderCsdl(const Metadata& metadata, bool annotations);

// The service document: {"@odata.context":…,"value":[{"name","kind","url"}…]}.
[[nodiscard]] std::string RenderServiceDocument(const Metadata& metadata,
                                                std::string_view base_url);

}  // namespace satchel::sandbox
