// SPDX-License-Identifier: Apache-2.0
//
// Trials over time, a line for each slot: how busy the machine was.
import { useMemo, useState } from "preact/hooks";
import { format_duration } from "../lib/format";
import { linear_scale } from "../lib/scale";
import type { Bar, Slots } from "../lib/slots";
import { outcome } from "../lib/trials";
import { CanvasChart, type Frame, type Pointer } from "./canvas_chart";
import { is_shown, type TrialScene } from "./common";
import { area_of, fit_text } from "./plot_area";
import { TrialTip } from "./trial_tip";

interface Props extends TrialScene {
  slots: Slots;
}

const kMargins = { left: 14, right: 14, top: 6, bottom: 26 };

function row_height(count: number): number {
  return count <= 8 ? 26 : count <= 20 ? 16 : Math.max(4, Math.floor(320 / count));
}

/** Ticks in round times since the beginning. */
function time_ticks(span: number, count: number): { at: number; text: string }[] {
  const steps = [100, 200, 500, 1e3, 2e3, 5e3, 10e3, 20e3, 30e3, 60e3, 120e3, 300e3, 600e3, 1200e3, 1800e3, 3600e3, 7200e3, 21600e3, 43200e3, 86400e3];
  const step = steps.find((s) => span / s <= count) ?? 86400e3 * Math.ceil(span / 86400e3 / count);
  const ticks = [];
  for (let t = 0; t <= span; t += step) {
    ticks.push({ at: t / span, text: t === 0 ? "0" : step < 1000 ? `${(t / 1000).toFixed(1)} s` : format_round(t) });
  }
  return ticks;
}

function format_round(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return seconds % 3600 === 0 ? `${seconds / 3600} h` : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)}`;
}

export function Timeline(props: Props) {
  const { slots, selected, best } = props;
  const [hover, set_hover] = useState<{ bar: Bar; at: Pointer } | null>(null);
  const row = row_height(slots.count);
  const height = slots.count * row + kMargins.top + kMargins.bottom;
  const span = Math.max(1, slots.end - slots.begin);
  const x = useMemo(() => linear_scale(slots.begin, slots.begin + span), [slots]);

  const box = (area: { left: number; top: number; width: number }, bar: Bar) => {
    const left = area.left + x.to(bar.begin)! * area.width;
    const right = area.left + x.to(bar.end)! * area.width;
    const gap = row > 10 ? 3 : row > 5 ? 1 : 0;
    return { left, width: Math.max(1, right - left - (right - left > 4 ? 1 : 0)), top: area.top + bar.slot * row + gap / 2, height: row - gap };
  };
  const base = (frame: Frame) => {
    const { c, palette } = frame;
    const area = area_of(frame, kMargins);
    c.fillStyle = palette.muted;
    c.textBaseline = "top";
    for (const tick of time_ticks(span, Math.max(2, Math.floor(area.width / 90)))) {
      const at = Math.round(area.left + tick.at * area.width) + 0.5;
      c.strokeStyle = palette.grid;
      c.beginPath();
      c.moveTo(at, area.top);
      c.lineTo(at, area.top + slots.count * row);
      c.stroke();
      c.textAlign = tick.at === 0 ? "left" : "center";
      if (at + c.measureText(tick.text).width / 2 <= frame.width) c.fillText(tick.text, tick.at === 0 ? area.left : at, area.top + slots.count * row + 8);
    }
    const colors = { completed: palette.completed, early: palette.early, stopped: palette.stopped, failed: palette.failed, running: palette.accent };
    for (const bar of slots.bars) {
      const b = box(area, bar);
      const what = outcome(bar.trial);
      const alpha = is_shown(props, bar.trial) ? 1 : 0.18;
      c.fillStyle = bar.trial === best ? palette.accent : colors[what];
      // Before training began: the same colour, faint.
      const begun = area.left + x.to(bar.started)! * area.width;
      c.globalAlpha = alpha * 0.35;
      c.fillRect(b.left, b.top, b.width, b.height);
      c.globalAlpha = alpha * (what === "running" ? 0.7 : 1);
      if (b.left + b.width > begun) c.fillRect(begun, b.top, b.left + b.width - begun, b.height);
      c.globalAlpha = alpha;
      const room = Math.min(b.width, b.left + b.width - begun);
      if (row >= 16 && room > 24) {
        c.fillStyle = palette.surface;
        c.textAlign = "left";
        c.textBaseline = "middle";
        c.fillText(fit_text(c, String(bar.trial.number), room - 6), b.left + b.width - room + 5, b.top + b.height / 2 + 0.5);
        c.textBaseline = "top";
      }
    }
    c.globalAlpha = 1;
  };
  const overlay = (frame: Frame) => {
    const area = area_of(frame, kMargins);
    const outline = (bar: Bar | undefined, color: string) => {
      if (!bar) return;
      const b = box(area, bar);
      frame.c.strokeStyle = color;
      frame.c.lineWidth = 2;
      frame.c.strokeRect(b.left - 1, b.top - 1, b.width + 2, b.height + 2);
    };
    outline(hover?.bar, frame.palette.text);
    outline(selected ? slots.bars.find((bar) => bar.trial.number === selected.number) : undefined, frame.palette.selected);
  };
  const find = (at: Pointer): Bar | null => {
    const area = area_of(at, kMargins);
    const slot = Math.floor((at.y - area.top) / row);
    const time = Number(x.from((at.x - area.left) / area.width));
    const slack = (span / area.width) * 3;
    let found: Bar | null = null;
    for (const bar of slots.bars) {
      if (bar.slot === slot && time >= bar.begin - slack && time <= bar.end + slack) {
        if (found === null || Math.abs(time - (bar.begin + bar.end) / 2) < Math.abs(time - (found.begin + found.end) / 2)) found = bar;
      }
    }
    return found;
  };
  const extra = (bar: Bar): [string, string][] => [
    ["waited and prepared", format_duration(bar.started - bar.begin)],
    ["trained", format_duration(bar.end - bar.started)],
  ];
  return (
    <CanvasChart
      label={`${slots.bars.length} trials over ${format_duration(span)} in ${slots.count} slots, ${Math.round(slots.busy * 100)} % busy`}
      height={height}
      base={base}
      base_deps={[slots, props.shown, best]}
      overlay={overlay}
      overlay_deps={[hover?.bar, selected]}
      on_move={(at) => {
        const bar = at && find(at);
        set_hover(bar && at ? { bar, at } : null);
      }}
      on_down={() => hover && props.on_select(hover.bar.trial)}
      class={hover ? "pointing" : ""}
    >
      {hover && (
        <TrialTip
          trial={hover.bar.trial}
          metric={props.job.objective.metric}
          x={hover.at.x}
          y={height + 2}
          width={hover.at.width}
          extra={extra(hover.bar)}
        />
      )}
    </CanvasChart>
  );
}
