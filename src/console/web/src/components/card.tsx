// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";

interface Props {
  title: string;
  aside?: ComponentChildren;
  flush?: boolean; // content reaches the edges
  children: ComponentChildren;
}

/** A titled part of a view. */
export function Card({ title, aside, flush = false, children }: Props) {
  return (
    <section class="card" aria-label={title}>
      <div class="card-head">
        <h2>{title}</h2>
        {aside !== undefined && <div class="card-aside">{aside}</div>}
      </div>
      <div class={flush ? "card-flush" : "card-body"}>{children}</div>
    </section>
  );
}
