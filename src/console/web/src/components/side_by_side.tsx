// SPDX-License-Identifier: Apache-2.0
//
// The table of a comparison: a column for each job, rows in which they differ marked.
import { Card } from "./card";
import { SeriesKey } from "./series_key";
import { StatusBadge } from "./status_badge";

export interface Column {
  id: string;
  name: string; // the job's
  title: string;
  href: string;
  status: string;
  note?: string;
}

export interface Cell {
  text: string;
  exact: string;
  href?: string;
  best?: boolean; // of the row
}

export interface Row {
  kind: string;
  name: string;
  cells: Cell[];
}

export function plain(text: string): Cell {
  return { text, exact: text };
}

interface Props {
  columns: Column[];
  rows: Row[]; // those of a kind one after the other
  on_remove: (id: string) => void;
}

export function SideBySide({ columns, rows, on_remove }: Props) {
  let kind = "";
  return (
    <Card title="Side by side" note="Rows in which the jobs differ are marked." flush>
      <div class="table-frame" tabIndex={0} role="region" aria-label="Side by side">
        <table class="table compare">
          <thead>
            <tr>
              <td class="plain-head" />
              {columns.map((column, i) => (
                <th key={column.id} class="plain-head" scope="col">
                  <SeriesKey place={i} />
                  <a href={column.href}>{column.title}</a>{" "}
                  <span class="compare-status">
                    <StatusBadge status={column.status} />
                    {columns.length > 1 && (
                      <button
                        type="button"
                        class="button button-small button-quiet"
                        aria-label={`Leave out ${column.name}`}
                        onClick={() => on_remove(column.id)}
                      >
                        ×
                      </button>
                    )}
                  </span>
                  {column.note !== undefined && <div class="muted compare-of">{column.note}</div>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const differs = new Set(row.cells.map((cell) => cell.exact)).size > 1;
              const first = row.kind !== kind;
              kind = row.kind;
              return [
                first && (
                  <tr key={row.kind} class="compare-kind">
                    <th colSpan={columns.length + 1} scope="colgroup">
                      {row.kind}
                    </th>
                  </tr>
                ),
                <tr key={`${row.kind} ${row.name}`} class={differs ? "differs" : ""}>
                  <th scope="row" class="compare-name">
                    {row.name}
                  </th>
                  {row.cells.map((cell, i) => (
                    <td key={i} title={cell.exact}>
                      {cell.best && (
                        <span class="best-mark" role="img" aria-label="best">
                          ★
                        </span>
                      )}
                      {cell.href === undefined ? cell.text : <a href={cell.href}>{cell.text}</a>}
                    </td>
                  ))}
                </tr>,
              ];
            })}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
