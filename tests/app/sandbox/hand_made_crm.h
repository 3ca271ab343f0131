// A sandbox's database with the rows of a data set, readable by one administrator.
#pragma once

#include <filesystem>

#include "app/sandbox/crm.h"
#include "engine/filter/data_set.h"

namespace satchel::sandbox {

// Makes `file`; the settings are for RunningSandbox.
[[nodiscard]] CrmOptions HandMadeCrm(const DataSet& data, const std::filesystem::path& file);

}  // namespace satchel::sandbox
