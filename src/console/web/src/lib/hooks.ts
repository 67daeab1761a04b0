// SPDX-License-Identifier: Apache-2.0
//
// Small hooks that several views share.
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** The time now, renewed every `every` ms while `running`. */
export function use_now(running: boolean, every = 1000): number {
  const [now, set_now] = useState(Date.now);
  useEffect(() => {
    if (!running) return undefined;
    set_now(Date.now());
    const timer = window.setInterval(() => set_now(Date.now()), every);
    return () => window.clearInterval(timer);
  }, [running, every]);
  return now;
}

/** Calls `action` at most once per frame however often the returned function is called. */
export function use_frame(action: () => void): () => void {
  const latest = useRef(action);
  latest.current = action;
  const pending = useRef(0);
  useEffect(() => () => cancelAnimationFrame(pending.current), []);
  return useRef(() => {
    if (pending.current !== 0) return;
    pending.current = requestAnimationFrame(() => {
      pending.current = 0;
      latest.current();
    });
  }).current;
}

export function use_title(title: string): void {
  useEffect(() => {
    document.title = title === "" ? "Tunesmith" : `${title} · Tunesmith`;
  }, [title]);
}

/** Whether an element is in sight, or nearly. */
export function use_near(element: RefObject<HTMLElement | null>): boolean {
  const [near, set_near] = useState(false);
  useEffect(() => {
    if (!element.current) return undefined;
    const observer = new IntersectionObserver((entries) => set_near(entries.at(-1)!.isIntersecting), { rootMargin: "200px" });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return near;
}

/** Width of an element as it changes; 0 before it is laid out. */
export function use_width(): [(element: HTMLElement | null) => void, number] {
  const [element, set_element] = useState<HTMLElement | null>(null);
  const [width, set_width] = useState(0);
  useEffect(() => {
    if (!element) return undefined;
    const observer = new ResizeObserver(() => set_width(Math.floor(element.clientWidth)));
    observer.observe(element);
    set_width(Math.floor(element.clientWidth));
    return () => observer.disconnect();
  }, [element]);
  return [set_element, width];
}
