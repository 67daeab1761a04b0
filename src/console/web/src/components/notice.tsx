// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";

interface Props {
  title: string;
  hint?: boolean; // nothing is wrong, but one should know
  children?: ComponentChildren;
}

/** Something that must not be overlooked. */
export function Notice({ title, hint = false, children }: Props) {
  return (
    <div class={hint ? "notice notice-hint" : "notice"} role={hint ? "note" : "alert"}>
      <div class="notice-title">{title}</div>
      {children}
    </div>
  );
}
