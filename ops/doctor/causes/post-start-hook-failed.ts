import { endWords, nameOf } from "../facts/podFacts.ts";
import { findEvent, quoteEvent } from "../facts/eventFacts.ts";
import { lastLines } from "../facts/logFacts.ts";
import { changeContainer, changedBy } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const postStartHookFailed = podCause({
  code: "post-start-hook-failed",
  stage: "start",
  recovery: 3,
  over: [
    "application-error",
    "exits-by-itself",
    "process-crashed",
    "liveness-kills-slow-start",
    "nothing-listens",
    "not-ready-by-itself",
  ],
  proof: ({ containers }) => {
    const container = containers.find(({ hook }) => hook?.hook === "postStart");
    return container?.hook === undefined ? undefined : { container, hook: container.hook };
  },
  // If the process itself ends with an error, the hook fails with it.
  contradiction: (_, { container: { end } }) =>
    end !== undefined && ![0, 137, 143].includes(end.exitCode) ? "the process ended by itself" : undefined,
  claim: (pod, { container, hook }) => {
    const event = findEvent(pod.events, ["FailedPostStartHook"]);
    const said = /message: "((?:[^"\\]|\\.)*)"/.exec(hook.message)?.[1]?.replaceAll("\\n", " ").trim();
    return {
      title: `The postStart hook of container "${container.name}" fails${hook.exitCode === undefined ? "" : ` with exit code ${hook.exitCode}`}${said === undefined || said === "" ? "" : `: ${said.slice(0, 120)}`}, so the kubelet kills the container`,
      container: container.name,
      evidence: [
        ...(event === undefined ? [] : [quoteEvent(event)]),
        ...(hook.message === event?.message ? [] : [hook.message.slice(0, 500)]),
        `the hook: ${hook.action}`,
        `${nameOf(pod, container)} ${endWords(container)}: the process itself did nothing wrong`,
        ...lastLines(container.log, 2),
      ],
      mend: [
        ...changeContainer(changedBy(pod), container.name, "Start without the hook:", {
          lifecycle: { postStart: null },
        }),
        {
          say: "Do what it did in an init container, whose log is kept, or correct its command. A hook runs in parallel with the process, and its output is not logged.",
        },
      ],
    };
  },
});
