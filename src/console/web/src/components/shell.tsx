// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Session } from "../lib/api";
import { kRoot, use_location } from "../lib/router";
import { choose_theme } from "../lib/theme";
import { chosen_theme, type Theme } from "../lib/theme_choice";

export function Brand() {
  return (
    <span class="brand">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <rect class="brand-ground" width="32" height="32" rx="8" />
        <path class="brand-line" d="M6 23h5v-6h6v-5h5V8h4" />
        <circle class="brand-dot" cx="26" cy="8" r="2.6" />
      </svg>
      Tunesmith
    </span>
  );
}

const kNext: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const kThemeWords: Record<Theme, string> = { system: "Auto", light: "Light", dark: "Dark" };

function ThemeButton() {
  const [theme, set_theme] = useState(chosen_theme);
  const next = () => {
    choose_theme(kNext[theme]);
    set_theme(kNext[theme]);
  };
  return (
    <button type="button" class="button button-quiet" onClick={next} title="Colours: automatic, light or dark">
      <svg class="theme-icon" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6.2" />
        <path d="M8 1.8a6.2 6.2 0 0 1 0 12.4Z" />
      </svg>
      <span class="wide-only">{kThemeWords[theme]}</span>
    </button>
  );
}

interface Props {
  session: Session;
  on_sign_out: () => void;
  children: ComponentChildren;
}

const kPlaces = [
  { title: "Tuning jobs", href: kRoot, kinds: ["", "tuning-jobs"] },
  { title: "Training jobs", href: `${kRoot}training-jobs`, kinds: ["training-jobs", "compare"] },
  { title: "Data", href: `${kRoot}data`, kinds: ["data"] },
];

function Places() {
  const { path, query } = use_location();
  const kind = path[0] === "compare" && query.has("tuning-job") ? "tuning-jobs" : (path[0] ?? "");
  return (
    <nav class="places" aria-label="Console">
      {kPlaces.map((place) => (
        <a key={place.title} href={place.href} aria-current={place.kinds.includes(kind) ? "page" : undefined}>
          {place.title}
        </a>
      ))}
    </nav>
  );
}

/** What every view stands in. */
export function Shell({ session, on_sign_out, children }: Props) {
  return (
    <>
      <a class="skip" href="#content">
        Skip to content
      </a>
      <header class="bar">
        <div class="bar-inner">
          <a class="brand-link" href={kRoot} aria-label="Tunesmith: all tuning jobs">
            <Brand />
          </a>
          <Places />
          <div class="bar-right">
            <ThemeButton />
            <span class="user wide-only" title="Signed in">
              {session.user}
            </span>
            <button type="button" class="button button-quiet" onClick={on_sign_out}>
              Sign out
            </button>
          </div>
        </div>
      </header>
      <main id="content" class="content" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
