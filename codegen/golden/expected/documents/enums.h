// Generated from golden documents. Do not edit.
//
// The known values of documents's enumerations.
#pragma once

#include <string_view>

namespace tunesmith::api::documents {

}  // namespace tunesmith::api::documents
