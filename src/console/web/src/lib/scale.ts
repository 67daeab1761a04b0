// SPDX-License-Identifier: Apache-2.0
//
// Maps values to places in [0, 1] and back, with ticks for an axis. Pure.
import type { Range } from "./api";
import { format_parameter } from "./format";

export interface Tick {
  at: number; // in [0, 1]
  text: string;
}

export interface Scale {
  /** The place of a value; null for one that has none. Values beyond the ends lie beyond [0, 1]. */
  to: (value: number | string) => number | null;
  /** The value at a place; for categories the nearest one. */
  from: (place: number) => number | string;
  /** About `count` ticks. */
  ticks: (count: number) => Tick[];
}

/** With as many digits as the distance of the ticks asks for. */
export function tick_text(value: number, step: number): string {
  if (step >= 1e6 || step < 1e-5) return value === 0 ? "0" : value.toExponential(1);
  let digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  // Steps such as 2.5 need one more.
  if (Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6) ++digits;
  return value.toFixed(digits);
}

/** Round numbers in [min, max], about `count` of them. */
export function nice_ticks(min: number, max: number, count: number): { value: number; text: string }[] {
  const rough = (max - min) / Math.max(1, count);
  if (!(rough > 0) || !Number.isFinite(rough)) return [{ value: min, text: format_parameter(String(min)) }];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((s) => s >= rough * 0.999) ?? power * 10;
  const ticks = [];
  for (let i = Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; ++i) {
    ticks.push({ value: i * step, text: tick_text(i * step, step) });
  }
  return ticks;
}

function mapped(min: number, max: number, map: (v: number) => number, unmap: (v: number) => number): Scale {
  const low = map(min);
  const span = map(max) - low || 1;
  return {
    to: (value) => {
      const at = (map(Number(value)) - low) / span;
      return Number.isFinite(at) ? at : null;
    },
    from: (place) => unmap(low + place * span),
    ticks: () => [],
  };
}

export function linear_scale(min: number, max: number): Scale {
  const scale = mapped(min, max, (v) => v, (v) => v);
  scale.ticks = (count) => nice_ticks(min, max, count).map((t) => ({ at: scale.to(t.value)!, text: t.text }));
  return scale;
}

function power_text(value: number): string {
  return value >= 0.001 && value < 1e5 ? String(Number(value.toPrecision(2))) : value.toExponential(0);
}

export function log_scale(min: number, max: number): Scale {
  const scale = mapped(min, max, Math.log, Math.exp);
  scale.ticks = (count) => {
    const decades = Math.log10(max / min);
    if (decades < 1) return linear_ticks_on(scale, min, max, count);
    const every = Math.max(1, Math.ceil(decades / Math.max(1, count)));
    const ticks: Tick[] = [];
    for (let p = Math.ceil(Math.log10(min) - 1e-9); p <= Math.log10(max) + 1e-9; p += every) {
      ticks.push({ at: scale.to(10 ** p)!, text: power_text(10 ** p) });
    }
    return ticks;
  };
  return scale;
}

function linear_ticks_on(scale: Scale, min: number, max: number, count: number): Tick[] {
  return nice_ticks(min, max, count).map((t) => ({ at: scale.to(t.value)!, text: t.text }));
}

function reverse_log_scale(min: number, max: number): Scale {
  const scale = mapped(min, max, (v) => -Math.log1p(-v), (v) => -Math.expm1(-v));
  scale.ticks = (count) => linear_ticks_on(scale, min, max, count);
  return scale;
}

function category_scale(values: string[]): Scale {
  return {
    to: (value) => {
      const index = values.indexOf(String(value));
      return index < 0 ? null : (index + 0.5) / values.length;
    },
    from: (place) => values[Math.min(values.length - 1, Math.max(0, Math.floor(place * values.length)))] ?? "",
    ticks: () => values.map((text, i) => ({ at: (i + 0.5) / values.length, text })),
  };
}

/** As the search sees a hyperparameter: by the scaling that was asked for. */
export function parameter_scale(range: Range): Scale {
  if (range.kind === "Categorical") return category_scale(range.values);
  const min = Number(range.min);
  const max = Number(range.max);
  if (!(max > min)) return linear_scale(min - 0.5, min + 0.5);
  if (range.scaling === "Logarithmic" || (range.scaling === "Auto" && min > 0 && max / min >= 100)) {
    return log_scale(min, max);
  }
  if (range.scaling === "ReverseLogarithmic" && max < 1) return reverse_log_scale(min, max);
  return linear_scale(min, max);
}
