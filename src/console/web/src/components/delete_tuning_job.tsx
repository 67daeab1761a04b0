// SPDX-License-Identifier: Apache-2.0
import { api, type TuningJobRow } from "../lib/api";
import { ConfirmedButton } from "./confirmed_button";

interface Props {
  job: TuningJobRow;
  small?: boolean;
  on_done?: () => void;
}

export function DeleteTuningJob({ job, small = false, on_done }: Props) {
  return (
    <ConfirmedButton
      small={small}
      label="Delete"
      title={`Delete ${job.name}?`}
      action="Delete the job"
      act={() => api.delete_tuning_job(job.region, job.name)}
      on_done={on_done}
    >
      The tuning job goes from all lists. Its training jobs, their logs and models stay. This can't be undone.
    </ConfirmedButton>
  );
}
