// SPDX-License-Identifier: Apache-2.0
//
// Follows server-sent events. The browser connects again by itself; after each "hello" a view reads
// the full state once, so that nothing that happened in between is missed.
import { useEffect, useRef, useState } from "preact/hooks";

const kRetry = 3000;
// Browsers open six connections to a server for all tabs together: tabs that nobody sees must not hold them.
const kHiddenFor = 5000;

export type LiveState = "connecting" | "live" | "offline";
export type Handlers = Record<string, (data: unknown) => void>;

/** `address` empty: follow nothing. `handlers.hello` is called at each connection. */
export function use_live(address: string, handlers: Handlers): LiveState {
  const [state, set_state] = useState<LiveState>("connecting");
  const current = useRef(handlers);
  current.current = handlers;
  const names = Object.keys(handlers).join(" ");
  useEffect(() => {
    if (address === "") return undefined;
    let source: EventSource | null = null;
    let timer = 0;
    const connect = () => {
      const opened = new EventSource(address);
      source = opened;
      opened.onerror = () => {
        set_state("offline");
        // Refused (signed out, server starting): the browser gives up, so try again; reading the state tells why.
        if (opened.readyState === EventSource.CLOSED) {
          current.current.hello?.(null);
          timer = window.setTimeout(connect, kRetry);
        }
      };
      for (const name of names.split(" ")) {
        opened.addEventListener(name, (event) => {
          if (name === "hello") set_state("live");
          current.current[name]?.(JSON.parse((event as MessageEvent<string>).data));
        });
      }
    };
    const disconnect = () => {
      window.clearTimeout(timer);
      source?.close();
      source = null;
    };
    const on_visibility = () => {
      window.clearTimeout(timer);
      if (document.hidden) timer = window.setTimeout(disconnect, kHiddenFor);
      else if (source === null || source.readyState === EventSource.CLOSED) connect();
    };
    connect();
    document.addEventListener("visibilitychange", on_visibility);
    return () => {
      document.removeEventListener("visibilitychange", on_visibility);
      disconnect();
    };
  }, [address, names]);
  return state;
}
