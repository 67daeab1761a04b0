// SPDX-License-Identifier: Apache-2.0
//
// Follows server-sent events. The browser connects again by itself; after each "hello" a view reads
// the full state once, so that nothing that happened in between is missed.
import { useEffect, useRef, useState } from "preact/hooks";

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
      source = new EventSource(address);
      source.onerror = () => {
        set_state("offline");
        // Refused (signed out, server starting): the browser gives up, so try again; reading the state tells why.
        if (source?.readyState === EventSource.CLOSED) {
          current.current.hello?.(null);
          timer = window.setTimeout(connect, 3000);
        }
      };
      for (const name of names.split(" ")) {
        source.addEventListener(name, (event) => {
          if (name === "hello") set_state("live");
          current.current[name]?.(JSON.parse((event as MessageEvent<string>).data));
        });
      }
    };
    connect();
    return () => {
      window.clearTimeout(timer);
      source?.close();
    };
  }, [address, names]);
  return state;
}
