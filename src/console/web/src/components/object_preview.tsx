// SPDX-License-Identifier: Apache-2.0
import { useEffect, useMemo, useState } from "preact/hooks";
import { addresses, api, type ApiError, type Preview } from "../lib/api";
import { parse_csv } from "../lib/csv";
import { format_bytes } from "../lib/format";
import { Card } from "./card";
import { ConfirmedButton } from "./confirmed_button";
import { CopyButton } from "./copy_button";

const kRows = 101;
const kColumns = 60;

interface Props {
  bucket: string;
  object: string;
  on_deleted: () => void;
}

/** The beginning of an object: a table for comma-separated values, else text. */
export function ObjectPreview({ bucket, object, on_deleted }: Props) {
  const [preview, set_preview] = useState<Preview | null>(null);
  const [problem, set_problem] = useState("");
  useEffect(() => {
    api.preview(bucket, object).then(set_preview, (error: ApiError) => set_problem(error.message));
  }, [bucket, object]);
  const uri = `s3://${bucket}/${object}`;
  return (
    <Card
      title={object.slice(object.lastIndexOf("/") + 1)}
      note={preview ? `${format_bytes(preview.size)}${preview.whole ? "" : ", the beginning is shown"}` : undefined}
      aside={
        <div class="table-tools">
          <CopyButton text={uri} label="Copy S3 address" />
          <a class="button button-small" href={addresses.object(bucket, object)} download>
            Download
          </a>
          <ConfirmedButton small label="Delete" title="Delete this object?" action="Delete" act={() => api.delete_object(bucket, object)} on_done={on_deleted}>
            {uri} goes for good. This can't be undone.
          </ConfirmedButton>
        </div>
      }
      flush
    >
      {problem !== "" && <p class="empty-line">{problem}</p>}
      {preview && <Content preview={preview} name={object} />}
    </Card>
  );
}

function Content({ preview, name }: { preview: Preview; name: string }) {
  const csv = /\.csv$/i.test(name) || preview.content_type.startsWith("text/csv");
  const rows = useMemo(() => {
    if (!csv || preview.text === null) return [];
    const all = parse_csv(preview.text, kRows + 1);
    // The last row of a part may be cut.
    return (preview.whole ? all : all.slice(0, -1)).slice(0, kRows);
  }, [preview, csv]);
  if (preview.text === null) return <p class="empty-line">This is not text.</p>;
  if (preview.text === "") return <p class="empty-line">It is empty.</p>;
  if (rows.length === 0) {
    return (
      <pre class="code" tabIndex={0}>
        {preview.text}
      </pre>
    );
  }
  const width = Math.max(...rows.map((row) => row.length));
  return (
    <div class="table-frame sheet" tabIndex={0} role="region" aria-label={`The first rows of ${name}`}>
      <table class="table">
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              <th scope="row" class="numeric sheet-number">
                {i + 1}
              </th>
              {row.slice(0, kColumns).map((cell, j) => (
                <td key={j}>{cell}</td>
              ))}
              {width > kColumns && i === 0 && <td rowSpan={rows.length}>… {width - kColumns} more columns</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
