// SPDX-License-Identifier: Apache-2.0
import { status_word } from "../lib/format";
import { set_query, use_location } from "../lib/router";

interface Props {
  text: string; // the text's name in the address
  hint: string;
  label?: string;
  statuses?: string[];
}

const kJobStatuses = ["InProgress", "Completed", "Failed", "Stopping", "Stopped"];

/** A text and a status to look for; the address keeps both. */
export function SearchTools({ text, hint, label = hint, statuses = kJobStatuses }: Props) {
  const { query } = use_location();
  return (
    <>
      <input
        type="search"
        placeholder={hint}
        aria-label={label}
        value={query.get(text) ?? ""}
        onInput={(e) => set_query({ [text]: e.currentTarget.value })}
      />
      <select aria-label="Status" value={query.get("status") ?? ""} onChange={(e) => set_query({ status: e.currentTarget.value })}>
        <option value="">Any status</option>
        {statuses.map((status) => (
          <option key={status} value={status}>
            {status_word(status)}
          </option>
        ))}
      </select>
    </>
  );
}
