// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";

export interface Column<Row> {
  id: string;
  title: string;
  numeric?: boolean;
  /** What rows are ordered by; null goes last in either direction. */
  key?: (row: Row) => number | string | null;
  cell: (row: Row) => ComponentChildren;
  hint?: string;
}

export interface Sort {
  column: string;
  descending: boolean;
}

interface Props<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  row_id: (row: Row) => string | number;
  row_class?: (row: Row) => string;
  /** Without: the rows stay as they come. */
  sort?: Sort;
  on_sort?: (sort: Sort) => void;
}

const kRowHeight = 41;
const kMargin = 12; // rows drawn beyond what is seen
const kDrawAll = 120;

const kWords = new Intl.Collator("en", { numeric: true });

function compare(a: number | string | null, b: number | string | null, descending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const order = typeof a === "number" && typeof b === "number" ? a - b : kWords.compare(String(a), String(b));
  return descending ? -order : order;
}

/** Each key is worked out once, and numbers need no words compared: thousands of rows are sorted at a click. */
function ordered<Row>(rows: Row[], key: (row: Row) => number | string | null, descending: boolean): Row[] {
  const keyed = rows.map((row) => ({ row, key: key(row) }));
  return keyed.sort((a, b) => compare(a.key, b.key, descending)).map((entry) => entry.row);
}

/** A table to sort by a click on its heads. Of thousands of rows only those in sight are drawn. */
export function DataTable<Row>(props: Props<Row>) {
  const { columns, rows, sort } = props;
  const [top, set_top] = useState(0);
  const frame = useRef<HTMLDivElement>(null);
  const sorted = useMemo(() => {
    const key = (columns.find((c) => c.id === sort?.column) ?? columns[0])?.key;
    return sort && key ? ordered(rows, key, sort.descending) : rows;
  }, [rows, columns, sort?.column, sort?.descending]);

  const windowed = sorted.length > kDrawAll;
  const height = frame.current?.clientHeight ?? 600;
  const first = windowed ? Math.max(0, Math.min(Math.floor(top / kRowHeight) - kMargin, sorted.length)) : 0;
  const last = windowed ? Math.min(sorted.length, first + Math.ceil(height / kRowHeight) + 2 * kMargin) : sorted.length;

  const click = (id: string) =>
    props.on_sort?.({ column: id, descending: sort?.column === id ? !sort.descending : false });

  return (
    <div
      class="table-frame"
      ref={frame}
      onScroll={() => windowed && set_top(frame.current?.scrollTop ?? 0)}
      tabIndex={0}
      role="region"
      aria-label={props.label}
    >
      <table class="table" aria-rowcount={sorted.length + 1}>
        <thead>
          <tr>
            {columns.map((column) => {
              if (!sort) {
                return (
                  <th key={column.id} class={column.numeric ? "plain-head numeric" : "plain-head"} title={column.hint}>
                    {column.title}
                  </th>
                );
              }
              const active = column.id === sort.column;
              const direction = !active ? "none" : sort.descending ? "descending" : "ascending";
              return (
                <th key={column.id} class={column.numeric ? "numeric" : ""} aria-sort={direction} title={column.hint}>
                  <button type="button" class={`sort sort-${direction}`} onClick={() => click(column.id)}>
                    {column.title}
                  </button>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {first > 0 && <tr class="filler" style={{ height: `${first * kRowHeight}px` }} aria-hidden="true" />}
          {sorted.slice(first, last).map((row, i) => (
            <tr key={props.row_id(row)} class={props.row_class?.(row)} aria-rowindex={first + i + 2}>
              {columns.map((column) => (
                <td key={column.id} class={column.numeric ? "numeric" : ""}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
          {last < sorted.length && (
            <tr class="filler" style={{ height: `${(sorted.length - last) * kRowHeight}px` }} aria-hidden="true" />
          )}
        </tbody>
      </table>
    </div>
  );
}
