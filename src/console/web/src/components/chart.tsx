// SPDX-License-Identifier: Apache-2.0
//
// uPlot as a component: follows its width, the theme and its data.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { use_width } from "../lib/hooks";
import { tick_text } from "../lib/scale";
import { use_theme } from "../lib/theme";
import { type Palette, read_palette } from "./trial_marks";

interface Props {
  label: string;
  height: number;
  data: uPlot.AlignedData;
  /** Made anew when the theme or `shape` changes. */
  options: (palette: Palette) => Omit<uPlot.Options, "width" | "height">;
  shape: string;
  /** What the options' own drawing looks at: drawn anew when one of these changes. */
  redraw?: unknown[];
}

export function Chart({ label, height, data, options, shape, redraw = [] }: Props) {
  const [measure, width] = use_width();
  const host = useRef<HTMLDivElement | null>(null);
  const plot = useRef<uPlot | null>(null);
  const theme = use_theme();
  const ready = width > 0;

  useEffect(() => {
    if (!ready || !host.current) return undefined;
    const made = new uPlot({ ...options(read_palette()), width, height }, data, host.current);
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, [ready, theme, shape]);

  useEffect(() => plot.current?.setData(data), [data]);
  useEffect(() => plot.current?.redraw(false), redraw);
  useEffect(() => {
    if (ready) plot.current?.setSize({ width, height });
  }, [width, height]);

  return (
    <div class="chart" ref={measure} role="img" aria-label={label}>
      <div ref={host} />
    </div>
  );
}

/** Axes as all charts here have them. */
export function axes(palette: Palette, x_label: string): uPlot.Axis[] {
  const font = "12px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
  const common = { stroke: palette.muted, font, ticks: { show: false }, grid: { stroke: palette.grid, width: 1 } };
  return [
    {
      ...common,
      grid: { show: false },
      label: x_label,
      labelFont: font,
      labelSize: 18,
      size: 28,
      incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000],
      values: (_: uPlot, ticks: number[]) => ticks.map((v) => (Number.isInteger(v) ? v.toLocaleString("en") : "")),
    },
    {
      ...common,
      size: (u: uPlot, values: string[] | null) => {
        const longest = (values ?? []).reduce((n, v) => Math.max(n, v.length), 0);
        return u.width < 480 ? 16 + longest * 6.6 : 22 + longest * 7;
      },
      values: (_: uPlot, ticks: number[], _axis: number, _space: number, step: number) =>
        ticks.map((value) => tick_text(value, step)),
    },
  ];
}
