// SPDX-License-Identifier: Apache-2.0
import { useState } from "preact/hooks";
import { Brand } from "../components/shell";
import { api, type ApiError, type Session } from "../lib/api";
import { use_title } from "../lib/hooks";

interface Props {
  problem: string;
  on_signed_in: (session: Session) => void;
}

/** Takes an access key; the address stays, so that what was asked for is shown afterwards. */
export function SignIn({ problem, on_signed_in }: Props) {
  use_title("Sign in");
  const [id, set_id] = useState("");
  const [secret, set_secret] = useState("");
  const [error, set_error] = useState(problem);
  const [busy, set_busy] = useState(false);

  const submit = (event: Event) => {
    event.preventDefault();
    set_busy(true);
    set_error("");
    api.sign_in(id.trim(), secret.trim()).then(on_signed_in, (failure: ApiError) => {
      set_busy(false);
      set_error(failure.message);
    });
  };

  return (
    <main class="sign-in">
      <form class="sign-in-box" onSubmit={submit}>
        <Brand />
        <h1>Sign in to the console</h1>
        <p class="muted">
          With an access key of this server. The first one is in the file <code>credentials</code> of its data
          directory; <code>tunesmith env</code> prints it.
        </p>
        <label>
          Access key ID
          <input
            type="text"
            name="access-key-id"
            autoComplete="username"
            spellcheck={false}
            autoCapitalize="none"
            required
            autoFocus
            value={id}
            onInput={(e) => set_id(e.currentTarget.value)}
          />
        </label>
        <label>
          Secret access key
          <input
            type="password"
            name="secret-access-key"
            autoComplete="current-password"
            required
            value={secret}
            onInput={(e) => set_secret(e.currentTarget.value)}
          />
        </label>
        <div class="sign-in-error" role="alert">
          {error}
        </div>
        <button type="submit" class="button button-main" disabled={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
      </form>
    </main>
  );
}
