// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { ApiError } from "../lib/api";
import { Confirm } from "./confirm";

interface Props {
  label: string;
  title: string;
  action: string;
  act: () => Promise<unknown>;
  on_done?: () => void;
  small?: boolean;
  children: ComponentChildren;
}

/** A button for what can't be undone: asks first, and says what went wrong. */
export function ConfirmedButton({ label, title, action, act, on_done, small = false, children }: Props) {
  const [asking, set_asking] = useState(false);
  const [problem, set_problem] = useState("");
  const go = () => {
    set_asking(false);
    set_problem("");
    act().then(
      () => on_done?.(),
      (error: ApiError) => set_problem(error.message),
    );
  };
  return (
    <>
      <button type="button" class={small ? "button button-small" : "button"} onClick={() => set_asking(true)}>
        {label}
      </button>
      {problem !== "" && (
        <span class="problem" role="alert">
          {problem}
        </span>
      )}
      {asking && (
        <Confirm title={title} action={action} on_confirm={go} on_cancel={() => set_asking(false)}>
          {children}
        </Confirm>
      )}
    </>
  );
}
