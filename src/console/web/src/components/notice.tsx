// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";

/** Something that must not be overlooked. */
export function Notice({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="notice" role="alert">
      <div class="notice-title">{title}</div>
      {children}
    </div>
  );
}
