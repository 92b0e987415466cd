import { quoteEvent } from "../facts/eventFacts.ts";
import type { Event, Job } from "../../cluster/kubernetesObjects.ts";
import type { OwnerFacts } from "../facts/ownerFacts.ts";
import { run } from "../fixes/changeOwner.ts";
import { keepFailedJob } from "../fixes/lookFurther.ts";
import { mergePatch } from "../fixes/patchObject.ts";
import { closeEnough } from "../nearest.ts";
import { type Claim, ownerCause, type Step } from "./cause.ts";

export const cronjobFailing = ownerCause({
  code: "cronjob-failing",
  stage: "run",
  recovery: "possible",
  proof: (owner) =>
    owner.kind === "CronJob" && owner.health === "failing"
      ? owner.events.filter(({ reason = "" }) =>
          [
            "SawCompletedJob",
            "BackoffLimitExceeded",
            "DeadlineExceeded",
            "FailedCreate",
            "UnknownTimeZone",
            "UnparseableSchedule",
            "InvalidSchedule",
            "JobAlreadyActive",
          ].includes(reason),
        )
      : undefined,
  claim: (owner, events) => {
    if (owner.skipped !== undefined && owner.job !== undefined) return hanging(owner, owner.job, owner.skipped, events);
    const { failedJobsHistoryLimit = 1, jobTemplate, schedule } = owner.cronJob?.spec ?? {};
    const schedules = events.find(({ reason = "" }) =>
      ["UnknownTimeZone", "UnparseableSchedule", "InvalidSchedule"].includes(reason),
    );
    const backoff = events.find(({ reason }) => reason === "BackoffLimitExceeded" || reason === "DeadlineExceeded");
    const job = `${owner.name.slice(0, 40)}-check`;
    const gone = owner.pods.length === 0;
    return {
      title:
        schedules !== undefined
          ? `${owner.ref} cannot be scheduled: ${(schedules.message ?? "").slice(0, 160)}`
          : `The Jobs of ${owner.ref} fail${backoff === undefined ? "" : ` (${backoff.reason}: ${(backoff.message ?? "").slice(0, 100)})`}${gone ? ", and none of their pods is kept" : ""}`,
      affected: [owner.ref],
      evidence: [
        ...events.slice(0, 4).map(quoteEvent),
        `schedule "${schedule}", last success ${owner.cronJob?.status?.lastSuccessfulTime ?? "never"}, failedJobsHistoryLimit ${failedJobsHistoryLimit}, backoffLimit ${jobTemplate?.spec?.backoffLimit ?? 6}`,
      ],
      mend: [
        ...(failedJobsHistoryLimit === 0 ? [keepFailedJob(owner.ref, owner.namespace)] : []),
        ...(schedules === undefined ? [] : reschedule(owner, schedules)),
        run("Run it now, by hand:", `kubectl create job ${job} --from=${owner.ref} --namespace ${owner.namespace}`),
        run(
          "And read its log:",
          `kubectl logs job/${job} --namespace ${owner.namespace} --all-containers --pod-running-timeout 60s --follow`,
        ),
      ],
    };
  },
});

/** A Job that does not end keeps all later ones from starting. */
function hanging({ ref, namespace, cronJob, now }: OwnerFacts, job: Job, skipped: number, events: Event[]): Claim {
  const name = job.metadata?.name ?? "";
  const minutes = Math.round((now - Date.parse(job.metadata?.creationTimestamp ?? "")) / 60_000);
  return {
    title: `${ref} has skipped ${skipped} starts: its Job "${name}" has been running for ${minutes} min, and concurrencyPolicy Forbid allows no second one`,
    affected: [ref],
    evidence: [
      ...events
        .filter(({ reason }) => reason === "JobAlreadyActive")
        .slice(0, 1)
        .map(quoteEvent),
      `schedule "${cronJob?.spec?.schedule}", job/${name} created ${job.metadata?.creationTimestamp}`,
    ],
    mend: [
      run("See what it waits for:", `kubectl logs job/${name} --namespace ${namespace} --all-containers --tail 20`),
      run(
        "If it hangs, delete it. The next start is on schedule:",
        `kubectl delete job ${name} --namespace ${namespace}`,
      ),
      {
        say: "To end a Job that hangs, set activeDeadlineSeconds in the CronJob's jobTemplate.",
      },
    ],
  };
}

/** Lets the controller schedule it again. */
function reschedule({ ref, namespace, cronJob }: OwnerFacts, { reason }: Event): Step[] {
  const { timeZone = "", schedule = "" } = cronJob?.spec ?? {};
  if (reason !== "UnknownTimeZone")
    return [{ say: `Correct the schedule "${schedule}": minute, hour, day of the month, month, day of the week.` }];
  const meant = closeEnough(timeZone, Intl.supportedValuesOf("timeZone"));
  return meant === undefined
    ? [{ say: `Use a name of the IANA time zone database for timeZone, such as "Europe/Berlin", not "${timeZone}".` }]
    : [mergePatch(`Use the time zone "${meant}":`, ref, namespace, { spec: { timeZone: meant } })];
}
