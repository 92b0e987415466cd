import type { RuntimeRefusal } from "../facts/runtimeRefusal.ts";
import { nameOf, type PodFacts } from "../facts/podFacts.ts";
import { changeContainer, changedBy, changePod, setResource } from "../fixes/changeOwner.ts";
import { describePod } from "../fixes/lookFurther.ts";
import type { Step } from "./cause.ts";
import { podCause } from "./cause.ts";

export const containerNotCreated = podCause({
  code: "container-not-created",
  stage: "start",
  recovery: "possible",
  proof: ({ containers }) => {
    for (const container of containers) {
      if (container.refusal !== undefined) return { container, refusal: container.refusal };
      const { waiting } = container;
      if (
        ["CreateContainerError", "RunContainerError", "CreateContainerConfigError", "PreStartHookError"].includes(
          waiting?.reason ?? "",
        )
      )
        return { container, refusal: { kind: "other" as const, words: waiting?.message ?? "" } };
    }
    return undefined;
  },
  claim: (pod, { container, refusal }) => ({
    title: titleOf(refusal, container.name),
    container: container.name,
    evidence: [
      `${nameOf(pod, container)} was never started${container.waiting === undefined ? "" : ` (${container.waiting.reason})`}: ${refusal.words.slice(0, 600)}`,
    ],
    mend: [...steps(pod, container.name, refusal), describePod(pod)],
  }),
});

function titleOf({ kind, words, path, name }: RuntimeRefusal, container: string): string {
  switch (kind) {
    case "working-directory":
      return `The working directory${path === undefined ? "" : ` "${path}"`} of the container cannot be entered`;
    case "user-unknown":
      return `The image has no user${name === undefined ? " of the name that it sets" : ` "${name}"`}`;
    case "seccomp-profile":
      return `The node does not have the seccomp profile${name === undefined ? "" : ` "${name}"`}`;
    case "apparmor-profile":
      return `The node does not have the AppArmor profile${name === undefined ? "" : ` "${name}"`}`;
    case "memory-too-small":
      return "The memory limit is too small even to start a process";
    case "mount":
      return `A mount at "${path ?? "?"}" fails: ${tail(words)}`;
    default:
      return `The runtime does not create the container "${container}": ${tail(words)}`;
  }
}

/** In the runtime's chain of errors, the last one is the cause. */
const tail = (words: string): string =>
  words
    .replace(/: unknown$/, "")
    .replace(/^.*unable to start container process: (?:error during container init: )?/s, "")
    .replace(/\s+/g, " ")
    .slice(0, 200);

function steps(pod: PodFacts, container: string, { kind }: RuntimeRefusal): Step[] {
  const changed = changedBy(pod);
  switch (kind) {
    case "working-directory":
      return changeContainer(changed, container, "Start in the image's own working directory:", { workingDir: null });
    case "seccomp-profile":
      return changePod(changed, "Use the runtime's own profile:", {
        securityContext: { seccompProfile: { type: "RuntimeDefault", localhostProfile: null } },
      });
    case "apparmor-profile":
      return changePod(changed, "Use the runtime's own profile:", {
        securityContext: { appArmorProfile: { type: "RuntimeDefault", localhostProfile: null } },
      });
    case "user-unknown":
      return changePod(changed, "Set the user by number. It must be able to read the image's files:", {
        securityContext: { runAsUser: 10001 },
      });
    case "memory-too-small":
      return setResource(changed, container, "Raise the limit:", "limits", "memory", "64Mi");
    default:
      return [];
  }
}
