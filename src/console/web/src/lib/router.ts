// SPDX-License-Identifier: Apache-2.0
//
// The address decides what is shown. Links are plain <a href>: clicks on those that stay within the
// console are taken over here, so opening one in a new tab works as everywhere.
import { useEffect, useState } from "preact/hooks";

export const kRoot = "/_console/";

export interface Location {
  path: string[]; // decoded parts after /_console/
  query: URLSearchParams;
}

function read_location(): Location {
  const rest = window.location.pathname.slice(kRoot.length);
  const path = rest
    .split("/")
    .filter((part) => part !== "")
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
  return { path, query: new URLSearchParams(window.location.search) };
}

const listeners = new Set<() => void>();

export function navigate(href: string): void {
  history.pushState(null, "", href);
  for (const listener of listeners) listener();
  window.scrollTo(0, 0);
}

/** Changes parameters of the address without a new entry in the history; empty values go away. */
export function set_query(changes: Record<string, string>): void {
  const query = new URLSearchParams(window.location.search);
  for (const [key, value] of Object.entries(changes)) {
    if (value === "") query.delete(key);
    else query.set(key, value);
  }
  const text = query.toString();
  history.replaceState(null, "", window.location.pathname + (text === "" ? "" : "?" + text));
  for (const listener of listeners) listener();
}

export function use_location(): Location {
  const [location, set_location] = useState(read_location);
  useEffect(() => {
    const update = () => set_location(read_location());
    listeners.add(update);
    window.addEventListener("popstate", update);
    return () => {
      listeners.delete(update);
      window.removeEventListener("popstate", update);
    };
  }, []);
  return location;
}

export function take_over_links(): void {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.("a");
    if (!link || link.target !== "" || link.hasAttribute("download")) return;
    const url = new URL(link.href, window.location.href);
    const own = url.origin === window.location.origin && url.pathname.startsWith(kRoot);
    if (!own || url.pathname.startsWith(kRoot + "api/")) return;
    if (url.hash !== "" && url.pathname === window.location.pathname) return;
    event.preventDefault();
    navigate(url.pathname + url.search);
  });
}

export function tuning_job_href(region: string, name: string): string {
  return `${kRoot}tuning-jobs/${encodeURIComponent(region)}/${encodeURIComponent(name)}`;
}

export function data_href(bucket = "", prefix = "", key = ""): string {
  const query = new URLSearchParams();
  if (prefix !== "") query.set("prefix", prefix);
  if (key !== "") query.set("key", key);
  const text = query.toString();
  return `${kRoot}data${bucket === "" ? "" : `/${encodeURIComponent(bucket)}`}${text === "" ? "" : `?${text}`}`;
}

/** "s3://bucket/some/key" -> its place in the view of data; null for any other address. */
export function s3_href(uri: string | null): string | null {
  const found = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri ?? "");
  if (!found) return null;
  const [, bucket, key] = found;
  const folder = key!.slice(0, key!.lastIndexOf("/") + 1);
  return data_href(bucket, folder, key!.endsWith("/") ? "" : key);
}

export function training_job_href(region: string, name: string): string {
  return `${kRoot}training-jobs/${encodeURIComponent(region)}/${encodeURIComponent(name)}`;
}
