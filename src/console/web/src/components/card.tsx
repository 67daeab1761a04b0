// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";

interface Props {
  title: string;
  note?: string; // a line below the title
  aside?: ComponentChildren;
  flush?: boolean; // content reaches the edges
  class?: string;
  children: ComponentChildren;
}

/** A titled part of a view. */
export function Card({ title, note, aside, flush = false, children, ...rest }: Props) {
  return (
    <section class={`card ${rest.class ?? ""}`} aria-label={title}>
      <div class="card-head">
        <h2>{title}</h2>
        {aside !== undefined && <div class="card-aside">{aside}</div>}
        {note !== undefined && <p class="card-note">{note}</p>}
      </div>
      <div class={flush ? "card-flush" : "card-body"}>{children}</div>
    </section>
  );
}
