// A RapidCheck property inside a GoogleTest case, with its own number of cases. Prints the seed, so
// that a failure can be had again with RC_PARAMS="seed=…".
#pragma once

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <iostream>
#include <sstream>
#include <string>

namespace satchel {

template <class Property>
void HoldFor(const std::string& what, int cases, Property property) {
  rc::detail::TestMetadata metadata;
  metadata.id = what;
  metadata.description = what;
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = cases;
  std::cout << what << ": seed " << params.seed << "\n";
  const auto result = rc::detail::checkTestable(std::move(property), metadata, params);
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  EXPECT_TRUE(result.template is<rc::detail::SuccessResult>()) << message.str();
}

}  // namespace satchel
