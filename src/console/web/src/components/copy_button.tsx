// SPDX-License-Identifier: Apache-2.0
import { useState } from "preact/hooks";

/** Copies text to the clipboard and says so. */
export function CopyButton({ text, label = "Copy" }: { text: string; label?: string }) {
  const [done, set_done] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without a secure context browsers know only the old way.
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "off-screen";
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    set_done(true);
    setTimeout(() => set_done(false), 1600);
  };
  return (
    <button type="button" class="button button-small" onClick={copy}>
      <span aria-live="polite">{done ? "Copied" : label}</span>
    </button>
  );
}
