// SPDX-License-Identifier: Apache-2.0

/** What the marks of the chart of trials mean. */
export function BestLegend() {
  return (
    <ul class="legend">
      <li>
        <svg viewBox="0 0 20 12" aria-hidden="true">
          <path class="legend-line" d="M1 9h9V3h9" />
        </svg>
        Best so far
      </li>
      <li>
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <circle class="legend-completed" cx="6" cy="6" r="4" />
        </svg>
        Completed
      </li>
      <li>
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <path class="legend-early" d="M6 1.5 10.5 6 6 10.5 1.5 6Z" />
        </svg>
        Stopped early
      </li>
      <li>
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <path class="legend-stopped" d="M2.5 2.5h7v7h-7Z" />
        </svg>
        Stopped
      </li>
      <li>
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <path class="legend-failed" d="m2.5 2.5 7 7m0-7-7 7" />
        </svg>
        Failed
      </li>
      <li>
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <circle class="legend-running" cx="6" cy="6" r="4" />
        </svg>
        Running
      </li>
    </ul>
  );
}
