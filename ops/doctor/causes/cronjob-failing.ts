import { quoteEvent } from "../facts/eventFacts.ts";
import { type Event } from "../../cluster/kubernetesObjects.ts";
import type { OwnerFacts } from "../facts/ownerFacts.ts";
import { run } from "../fixes/changeOwner.ts";
import { mergePatch } from "../fixes/patchObject.ts";
import { closeEnough } from "../nearest.ts";
import { ownerCause, type Step } from "./cause.ts";

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
          ].includes(reason),
        )
      : undefined,
  claim: (owner, events) => {
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
        ...(failedJobsHistoryLimit === 0
          ? [
              run(
                "Keep the last failed Job, so that its log can be read:",
                `kubectl patch ${owner.ref} --namespace ${owner.namespace} --type merge --patch '{"spec":{"failedJobsHistoryLimit":1}}'`,
              ),
            ]
          : []),
        ...(schedules === undefined ? [] : reschedule(owner, schedules)),
        run("Run it now, by hand:", `kubectl create job ${job} --from=${owner.ref} --namespace ${owner.namespace}`),
        run(
          "And read what it says:",
          `kubectl logs job/${job} --namespace ${owner.namespace} --all-containers --pod-running-timeout 60s --follow`,
        ),
      ],
    };
  },
});

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
