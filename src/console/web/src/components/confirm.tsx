// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface Props {
  title: string;
  action: string;
  children: ComponentChildren;
  on_confirm: () => void;
  on_cancel: () => void;
}

/** Asks before something that can't be undone. */
export function Confirm({ title, action, children, on_confirm, on_cancel }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  // Closing gives the focus back, which taking the dialog out of the page does not.
  const leave = (then: () => void) => {
    dialog.current?.close();
    then();
  };
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-label={title}
      onCancel={(e) => {
        e.preventDefault();
        leave(on_cancel);
      }}
    >
      <h2>{title}</h2>
      <div class="dialog-text">{children}</div>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={() => leave(on_cancel)}>
          Cancel
        </button>
        <button type="button" class="button button-danger" onClick={() => leave(on_confirm)}>
          {action}
        </button>
      </div>
    </dialog>
  );
}
