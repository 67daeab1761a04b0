// SPDX-License-Identifier: Apache-2.0
//
// Elementary functions whose results are the same bits on every processor. The C library's choose
// their code by processor (with fused multiply-add or without), and differ in the last place. For
// whatever decides an answer that must be reproducible. Accurate to a few units in the last place.
// Pure; thread safe.
#pragma once

namespace tunesmith::portable {

double exp(double x);
/// Natural; minus infinity at 0, not a number below.
double log(double x);
/// log(1 + x) and exp(x) - 1, accurate near 0.
double log1p(double x);
double expm1(double x);
/// For |x| up to a million; near a multiple of pi / 2 to within 1e-16 of the true value.
double sin(double x);
double cos(double x);
/// 1 - erf(x), accurate in the tail.
double erfc(double x);

}  // namespace tunesmith::portable
