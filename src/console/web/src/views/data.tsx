// SPDX-License-Identifier: Apache-2.0
//
// Buckets and objects: browse, look into, upload, download. The address names bucket, folder and object.
import { useEffect, useRef, useState } from "preact/hooks";
import { Notice } from "../components/notice";
import { ObjectPreview } from "../components/object_preview";
import { Time } from "../components/time";
import { addresses, api, type ApiError, type Bucket, type ObjectPage } from "../lib/api";
import { format_bytes } from "../lib/format";
import { use_title } from "../lib/hooks";
import { data_href, navigate, use_location } from "../lib/router";

export function DataView({ bucket }: { bucket: string }) {
  use_title(bucket === "" ? "Data" : `${bucket} · Data`);
  return bucket === "" ? <Buckets /> : <Objects key={bucket} bucket={bucket} />;
}

function Buckets() {
  const [buckets, set_buckets] = useState<Bucket[] | null>(null);
  const [problem, set_problem] = useState("");
  useEffect(() => {
    api.buckets().then((answer) => set_buckets(answer.buckets), (error: ApiError) => set_problem(error.message));
  }, []);
  return (
    <>
      <div class="view-head">
        <h1>Data</h1>
      </div>
      {problem !== "" && <Notice title={problem} />}
      {buckets?.length === 0 && (
        <div class="blank">
          <p>No bucket yet. The SDK makes one with the first upload.</p>
        </div>
      )}
      {buckets && buckets.length > 0 && (
        <ul class="entries card">
          {buckets.map((bucket) => (
            <li key={bucket.name}>
              <a href={data_href(bucket.name)}>{bucket.name}</a>
              <span class="muted">{bucket.region}</span>
              <span class="muted">
                <Time ms={bucket.created} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** The folders of a prefix as links. */
function Crumbs({ bucket, prefix }: { bucket: string; prefix: string }) {
  const parts = prefix.split("/").filter((part) => part !== "");
  return (
    <nav class="crumbs" aria-label="Folder">
      <a href={data_href()}>Data</a>
      <a href={data_href(bucket)}>{bucket}</a>
      {parts.map((part, i) => (
        <a key={i} href={data_href(bucket, parts.slice(0, i + 1).join("/") + "/")}>
          {part}
        </a>
      ))}
    </nav>
  );
}

function Objects({ bucket }: { bucket: string }) {
  const { query } = use_location();
  const prefix = query.get("prefix") ?? "";
  const key = query.get("key") ?? "";
  const [page, set_page] = useState<ObjectPage | null>(null);
  const [problem, set_problem] = useState("");
  const load = (after = "") => {
    api.objects(bucket, prefix, after).then(
      (answer) => {
        set_problem("");
        set_page((now) =>
          after === "" || !now
            ? answer
            : { folders: [...now.folders, ...answer.folders], objects: [...now.objects, ...answer.objects], next: answer.next },
        );
      },
      (error: ApiError) => set_problem(error.message),
    );
  };
  useEffect(() => {
    set_page(null);
    load();
  }, [prefix]);
  const name = (text: string) => text.slice(prefix.length);
  const empty = page && page.folders.length === 0 && page.objects.length === 0;
  return (
    <>
      <Crumbs bucket={bucket} prefix={prefix} />
      <div class="view-head">
        <h1 class="name">{prefix === "" ? bucket : (prefix.split("/").at(-2) ?? bucket)}</h1>
        <div class="view-actions">
          <Upload bucket={bucket} prefix={prefix} on_done={() => load()} on_problem={set_problem} />
        </div>
      </div>
      {problem !== "" && <Notice title={problem} />}
      {key !== "" && (
        <ObjectPreview
          key={key}
          bucket={bucket}
          object={key}
          on_deleted={() => {
            navigate(data_href(bucket, prefix));
            load();
          }}
        />
      )}
      {empty && (
        <div class="blank">
          <p>Nothing is here.</p>
        </div>
      )}
      {page && !empty && (
        <ul class="entries card">
          {page.folders.map((folder) => (
            <li key={folder}>
              <a href={data_href(bucket, folder)}>{name(folder)}</a>
            </li>
          ))}
          {page.objects.map((object) => (
            <li key={object.key} class={object.key === key ? "entry-on" : ""}>
              <a href={data_href(bucket, prefix, object.key)}>{name(object.key) || object.key}</a>
              <span class="numeric">{format_bytes(object.size)}</span>
              <span class="muted">
                <Time ms={object.modified} />
              </span>
              <a class="button button-small" href={addresses.object(bucket, object.key)} download aria-label={`Download ${name(object.key)}`}>
                Download
              </a>
            </li>
          ))}
        </ul>
      )}
      {page?.next && (
        <div class="more">
          <button type="button" class="button" onClick={() => load(page.next!)}>
            Show more
          </button>
        </div>
      )}
    </>
  );
}

interface UploadProps {
  bucket: string;
  prefix: string;
  on_done: () => void;
  on_problem: (problem: string) => void;
}

function Upload({ bucket, prefix, on_done, on_problem }: UploadProps) {
  const input = useRef<HTMLInputElement>(null);
  const [busy, set_busy] = useState("");
  const send = async (files: FileList | null) => {
    for (const file of files ?? []) {
      set_busy(file.name);
      try {
        await api.upload(bucket, prefix + file.name, file);
      } catch (error) {
        on_problem(`${file.name}: ${(error as ApiError).message}`);
      }
    }
    set_busy("");
    if (input.current) input.current.value = "";
    on_done();
  };
  return (
    <>
      <input ref={input} type="file" multiple class="off-screen" tabIndex={-1} aria-label="Files to upload" onChange={(e) => send(e.currentTarget.files)} />
      <button type="button" class="button" disabled={busy !== ""} onClick={() => input.current?.click()}>
        {busy === "" ? "Upload files" : `Uploading ${busy}…`}
      </button>
    </>
  );
}
