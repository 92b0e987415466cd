import { adviceFor } from "../fixes/errorAdvice.ts";
import { lastLines } from "../facts/logFacts.ts";
import { endWords, nameOf } from "../facts/podFacts.ts";
import { endedByItself } from "../facts/lastWords.ts";
import { changedBy, runAgain } from "../fixes/changeOwner.ts";
import { keepFailedJob, readLog } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

export const applicationError = podCause({
  code: "application-error",
  stage: "run",
  recovery: 3,
  proof: ({ containers }) => containers.find(endedByItself),
  claim: (pod, container) => {
    const error = container.log.finalError;
    const which =
      container.role === "main" && pod.containers.length === 1
        ? "The process"
        : `The ${container.role === "init" ? "init container" : container.role === "sidecar" ? "sidecar" : "container"} "${container.name}"`;
    const killed =
      container.end?.signal === 9
        ? "is killed by SIGKILL"
        : container.end?.signal === 15
          ? "is ended by SIGTERM"
          : `fails with exit code ${container.end?.exitCode}`;
    const job = ["Job", "CronJob"].includes(pod.owner.kind);
    // Whoever is killed from outside has no last word about it.
    const words =
      container.end?.signal === 9
        ? ", and not for its memory limit"
        : error !== undefined
          ? `: ${error.text.slice(0, 160)}`
          : !container.logKnown
            ? "; its log is gone"
            : container.log.lines.length === 0
              ? ", and logs nothing"
              : "";
    return {
      title: `${which} ${killed}${words}`,
      container: container.name,
      evidence: [
        `${nameOf(pod, container)} ${endWords(container)}`,
        ...(error === undefined ? [] : [`its last error: ${error.raw.slice(0, 300)}`]),
        ...lastLines(container.log, 6).filter((line) => !/^log:\s+at /.test(line)),
      ],
      mend: [
        ...adviceFor(pod, container),
        readLog(pod, container, "Read the log of the run that failed:"),
        ...(pod.owner.kind === "CronJob" && !container.logKnown ? [keepFailedJob(pod.owner.ref, pod.namespace)] : []),
        ...(job ? runAgain(changedBy(pod), "When the cause is fixed:") : []),
        { say: "Or run the image under the same restrictions on this machine: npm run check-image -- IMAGE" },
      ],
    };
  },
});
