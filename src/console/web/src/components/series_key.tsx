// SPDX-License-Identifier: Apache-2.0
//
// How the lines of up to eight jobs are told apart: each has a colour and, for those who see no colours, a dash.
import uPlot from "uplot";
import { css_color } from "../lib/theme";

const kDashes = [[], [7, 4], [2, 3], [10, 3, 2, 3], [15, 4], [2, 6], [10, 3, 2, 3, 2, 3], [5, 2]];

/** The line of the job at this place in the comparison. */
export function series_line(place: number): uPlot.Series {
  // uPlot takes dashes in pixels of the canvas.
  const dash = kDashes[place % 8]!.map((length) => length * uPlot.pxRatio);
  return { stroke: css_color(`--series-${place % 8}`), width: 1.8, dash };
}

export function SeriesKey({ place }: { place: number }) {
  return (
    <svg class={`series-key series-key-${place % 8}`} viewBox="0 0 34 6" aria-hidden="true">
      <path d="M0 3h34" stroke-dasharray={kDashes[place % 8]!.join(" ")} />
    </svg>
  );
}
