// SPDX-License-Identifier: Apache-2.0
//
// Runs before the first paint, so that the page never flashes in the other theme.
import { show_theme } from "./lib/theme_choice";

show_theme();
