// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef } from "preact/hooks";

interface Props {
  columns: { id: string; title: string }[];
  hidden: Set<string>;
  on_change: (hidden: Set<string>) => void;
}

/** Which columns a table shows. */
export function ColumnChooser({ columns, hidden, on_change }: Props) {
  const box = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      if (box.current?.open && !box.current.contains(event.target as Node)) box.current.open = false;
    };
    document.addEventListener("pointerdown", close);
    return () => document.removeEventListener("pointerdown", close);
  }, []);
  const toggle = (id: string) => {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    on_change(next);
  };
  return (
    <details class="menu" ref={box} onKeyDown={(e) => e.key === "Escape" && box.current && (box.current.open = false)}>
      <summary class="button button-small">Columns</summary>
      <div class="menu-box">
        {columns.map((column) => (
          <label key={column.id}>
            <input type="checkbox" checked={!hidden.has(column.id)} onChange={() => toggle(column.id)} />
            <span>{column.title}</span>
          </label>
        ))}
      </div>
    </details>
  );
}
