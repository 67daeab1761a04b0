// SPDX-License-Identifier: Apache-2.0
//
// Numbers, times and durations for people.

/** Five digits or so; columns of values of one size line up. */
export function format_number(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (size >= 1e7 || size < 1e-4) return value.toExponential(3);
  if (Number.isInteger(value) && size >= 10) return value.toLocaleString("en");
  if (size >= 1000) return value.toFixed(1);
  if (size >= 100) return value.toFixed(2);
  if (size >= 1) return value.toFixed(4);
  return value.toFixed(5);
}

/** Two digits, in the notation of the values that it belongs to. */
export function format_deviation(value: number): string {
  return value < 1e-9 ? value.toExponential(1) : Number(value.toPrecision(2)).toLocaleString("en", { maximumSignificantDigits: 2 });
}

/** A hyperparameter's value: text that often is a number with too many digits. */
export function format_parameter(text: string | undefined): string {
  if (text === undefined || text === "") return "–";
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return text;
  const value = Number(text);
  if (!/[.e]/i.test(text) || !Number.isFinite(value)) return text;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(2);
  return String(Number(value.toPrecision(4)));
}

export function format_duration(ms: number): string {
  if (!(ms >= 0)) return "–";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const kTime = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const kDay = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const kExact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

/** The time of the day alone: for lines of a log. */
export function format_clock(ms: number): string {
  return kTime.format(new Date(ms));
}

/** The time alone when it is today's, else day and time. */
export function format_time(ms: number): string {
  const date = new Date(ms);
  return date.toDateString() === new Date().toDateString() ? kTime.format(date) : kDay.format(date);
}

export function format_exact_time(ms: number): string {
  return `${kExact.format(new Date(ms))} (${new Date(ms).toISOString()})`;
}

export function format_bytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

const kWords: Record<string, string> = {
  InProgress: "Running",
  MaxRuntimeExceeded: "Time limit reached",
  StoppedEarly: "Stopped early",
};

/** "InProgress" -> "Running": the service's words as people say them. */
export function status_word(status: string): string {
  return kWords[status] ?? status;
}
