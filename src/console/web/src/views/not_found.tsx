// SPDX-License-Identifier: Apache-2.0
import { use_title } from "../lib/hooks";
import { kRoot } from "../lib/router";

export function NotFound({ what }: { what: string }) {
  use_title("Not found");
  return (
    <div class="blank">
      <h1>{what}</h1>
      <p>
        <a href={kRoot}>All tuning jobs</a>
      </p>
    </div>
  );
}
