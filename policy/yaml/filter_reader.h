// Reading filters, links and orders of one entity.
#pragma once

#include "policy/model/filter.h"
#include "policy/yaml/node_reader.h"

namespace satchel {

class FilterReader {
 public:
  explicit FilterReader(NodeReader& reader) : reader_(reader) {}

  void ReadFilter(const YamlNode& node, Group& filter);
  void ReadLinks(const YamlNode& node, std::vector<Link>& links);
  void ReadOrder(const YamlNode& node, std::vector<OrderItem>& order);

 private:
  void ReadNodes(const YamlNode& node, Group& group);
  void ReadNode(const YamlNode& node, Group& group);
  void ReadCondition(const YamlNode& node, Condition& condition);
  void ReadLink(const YamlNode& node, bool in_filter, Link& link);
  void ReadLinkHeader(const YamlNode& node, bool in_filter, Link& link);
  void ReadOperator(const YamlNode& node, Operator& op);
  void ReadValueOf(const YamlNode& node, std::string& value_of);
  void CheckOneConjunction(const YamlNode& node, std::string_view what);
  bool Count(const YamlNode& node, bool link);

  NodeReader& reader_;
  int links_ = 0;
  int conditions_ = 0;  // Links included.
};

}  // namespace satchel
