// SPDX-License-Identifier: Apache-2.0
//
// Who is signed in, and which view the address names.
import { useEffect, useState } from "preact/hooks";
import { Shell } from "./components/shell";
import { api, ApiError, type Session, set_signed_out_handler } from "./lib/api";
import { use_location } from "./lib/router";
import { CompareView } from "./views/compare";
import { CompareTuningJobsView } from "./views/compare_tuning_jobs";
import { DataView } from "./views/data";
import { NotFound } from "./views/not_found";
import { SignIn } from "./views/sign_in";
import { TrainingJobView } from "./views/training_job";
import { TrainingJobsView } from "./views/training_jobs";
import { is_part, TuningJobView } from "./views/tuning_job";
import { TuningJobsView } from "./views/tuning_jobs";

type State = { session: Session | null; known: boolean; problem: string };

export function App() {
  const [state, set_state] = useState<State>({ session: null, known: false, problem: "" });
  useEffect(() => {
    set_signed_out_handler(() => set_state({ session: null, known: true, problem: "" }));
    // A one-time link: its token stands behind "#", so that no server or log sees it in an address.
    const link = /^#sign-in=([0-9a-f.]+)$/.exec(window.location.hash)?.[1];
    if (link) history.replaceState(null, "", window.location.pathname);
    (link ? api.use_link(link) : api.session()).then(
      (session) => set_state({ session, known: true, problem: "" }),
      (error: ApiError) =>
        set_state({ session: null, known: true, problem: error.status === 401 && !link ? "" : error.message }),
    );
  }, []);

  if (!state.known) return null;
  if (!state.session) {
    return (
      <SignIn problem={state.problem} on_signed_in={(session) => set_state({ session, known: true, problem: "" })} />
    );
  }
  const sign_out = () => {
    const done = () => set_state({ session: null, known: true, problem: "" });
    api.sign_out().then(done, done);
  };
  return (
    <Shell session={state.session} on_sign_out={sign_out}>
      <View session={state.session} />
    </Shell>
  );
}

function View({ session }: { session: Session }) {
  const { path, query } = use_location();
  const [kind, region, name, part = "overview"] = path;
  if (path.length === 0) return <TuningJobsView session={session} />;
  if (path.length === 1 && kind === "training-jobs") return <TrainingJobsView />;
  if (path.length === 1 && kind === "compare") return query.has("tuning-job") ? <CompareTuningJobsView /> : <CompareView />;
  if (path.length <= 2 && kind === "data") return <DataView bucket={region ?? ""} />;
  if ((path.length === 3 || path.length === 4) && kind === "tuning-jobs" && is_part(part)) {
    return <TuningJobView key={`${region}/${name}`} region={region!} name={name!} part={part} />;
  }
  if (path.length === 3 && kind === "training-jobs") {
    return <TrainingJobView key={`${region}/${name}`} region={region!} name={name!} />;
  }
  return <NotFound what="There is nothing at this address." />;
}
