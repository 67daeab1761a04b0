// SPDX-License-Identifier: Apache-2.0
//
// The bundler takes style sheets in; to the type check they are nothing.
declare module "*.css";
