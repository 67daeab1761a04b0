// Generated from golden forms. Do not edit.
//
// The known values of forms's enumerations.
#pragma once

#include <string_view>

namespace tunesmith::api::forms {

}  // namespace tunesmith::api::forms
