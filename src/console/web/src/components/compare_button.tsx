// SPDX-License-Identifier: Apache-2.0
import { compare_href, type ComparedKind } from "../lib/compare";

/** Leads to the comparison of what is chosen, once that is at least two. */
export function CompareButton({ kind, ids }: { kind: ComparedKind; ids: string[] }) {
  const off = ids.length < 2;
  return (
    <a class={off ? "button button-off" : "button"} aria-disabled={off} href={off ? undefined : compare_href(kind, ids)}>
      Compare {ids.length > 0 ? ids.length : ""}
    </a>
  );
}
