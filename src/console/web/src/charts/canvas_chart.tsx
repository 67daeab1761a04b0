// SPDX-License-Identifier: Apache-2.0
//
// A chart on two canvases: the base, drawn when data, size or theme change, and a cheap overlay for
// what follows the pointer. Nothing is drawn before it comes into sight. Coordinates are CSS pixels.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type Palette, read_palette } from "../components/trial_marks";
import { use_near, use_width } from "../lib/hooks";
import { use_theme } from "../lib/theme";

export interface Frame {
  c: CanvasRenderingContext2D;
  width: number;
  height: number;
  palette: Palette;
}

export interface Pointer {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Props {
  label: string;
  height: number;
  base: (frame: Frame) => void;
  /** The base is drawn anew when one of these changes. */
  base_deps: unknown[];
  overlay?: (frame: Frame) => void;
  overlay_deps?: unknown[];
  on_move?: (at: Pointer | null) => void; // null: the pointer left
  on_down?: (at: Pointer) => void;
  on_up?: (at: Pointer) => void;
  class?: string;
  children?: ComponentChildren;
}

function prepare(canvas: HTMLCanvasElement, width: number, height: number): Frame {
  const ratio = window.devicePixelRatio || 1;
  const w = Math.round(width * ratio);
  const h = Math.round(height * ratio);
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const c = canvas.getContext("2d")!;
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.clearRect(0, 0, width, height);
  c.font = "12px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
  return { c, width, height, palette: read_palette() };
}

export function CanvasChart(props: Props) {
  const [measure, width] = use_width();
  const base = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const theme = use_theme();
  const { height } = props;

  const near = use_near(overlay);
  const drawn = useRef<unknown[]>([]);
  const looks = [width, height, theme, ...props.base_deps];

  useEffect(() => {
    if (!near || width === 0 || !base.current || looks.every((value, i) => value === drawn.current[i])) return;
    drawn.current = looks;
    props.base(prepare(base.current, width, height));
  }, [near, ...looks]);
  useEffect(() => {
    if (near && width > 0 && overlay.current) props.overlay?.(prepare(overlay.current, width, height));
  }, [near, ...looks, ...(props.overlay_deps ?? [])]);

  const place = (event: PointerEvent): Pointer => {
    const box = overlay.current!.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top, width, height };
  };
  return (
    <div class={`canvas-chart ${props.class ?? ""}`} ref={measure} style={{ height: `${height}px` }}>
      <canvas ref={base} aria-hidden="true" />
      <canvas
        ref={overlay}
        role="img"
        aria-label={props.label}
        onPointerMove={(e) => props.on_move?.(place(e))}
        onPointerLeave={() => props.on_move?.(null)}
        onPointerDown={(e) => {
          if (props.on_up && props.on_down) e.currentTarget.setPointerCapture(e.pointerId);
          props.on_down?.(place(e));
        }}
        onPointerUp={(e) => props.on_up?.(place(e))}
      />
      {props.children}
    </div>
  );
}
