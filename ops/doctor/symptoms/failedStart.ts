/** The container runtime cannot start the container's program. */
import type { Diagnosis } from "../finding.ts";
import { edit, rebuild } from "../remedy.ts";
import { type ContainerView, findEvent, lastEnd, nameOf, type PodView } from "../podView.ts";
import { platformOfNode } from "./unusableImage.ts";

export function entrypoint(view: PodView): Diagnosis | undefined {
  for (const container of view.containers) {
    const said = words(view, container);
    if (said === undefined) continue;
    const about = { container: container.name, evidence: [`${nameOf(view, container)}: ${said}`] };
    const program = /exec:? "?([^\s":]+)"?/.exec(said)?.[1] ?? container.spec.command?.[0] ?? "the program";
    if (/exec format error/i.test(said)) return execFormat(view, container, program, about.evidence);
    if (/permission denied/i.test(said)) {
      return {
        ...about,
        code: "entrypoint-permission-denied",
        title: `The container's user has no permission to execute "${program}"`,
        mend: [rebuild(view, `Make it executable in the Dockerfile: COPY --chmod=755, or RUN chmod +x ${program}.`)],
      };
    }
    if (/no such file|not found|is a directory/i.test(said)) {
      const script = /no such file/.test(said) && !/stat /.test(said);
      return {
        ...about,
        code: "entrypoint-not-found",
        title: `The image has no program "${program}"`,
        evidence: [
          ...about.evidence,
          ...(script ? ["a script whose interpreter (its #! line) is missing causes the same message"] : []),
          ...(container.spec.command === undefined
            ? ["the pod runs the ENTRYPOINT of the image"]
            : [`the pod sets command: ${JSON.stringify(container.spec.command)}`]),
        ],
        mend: [
          container.spec.command === undefined
            ? rebuild(view, "Correct ENTRYPOINT in the Dockerfile: an absolute path that a COPY creates.")
            : edit(view, "Correct command in the pod template, or remove it to run the image's ENTRYPOINT."),
        ],
      };
    }
  }
  return undefined;
}

/** What runc says: in the container's termination state, in an event, or, if the process was created, in the log. */
function words(view: PodView, container: ContainerView): string | undefined {
  const end = lastEnd(container);
  const waiting = container.status?.state?.waiting;
  const candidates = [
    end?.message,
    waiting?.message,
    findEvent(view, ["Failed"], /failed to (create|start) container|OCI runtime/i)?.message,
  ];
  const said = candidates.find((text) =>
    /unable to start container process|OCI runtime|exec(:| user process)/i.test(text ?? ""),
  );
  if (said !== undefined && (end === undefined || ["StartError", "ContainerCannotRun"].includes(end.reason ?? "")))
    return said.trim();
  if (end === undefined || end.exitCode === 0) return undefined;
  return container.log
    .split("\n")
    .find((line) =>
      /^exec \S+: (exec format error|no such file or directory|permission denied)|exec user process caused/.test(line),
    )
    ?.trim();
}

function execFormat(view: PodView, container: ContainerView, program: string, evidence: string[]): Diagnosis {
  const node = platformOfNode(view);
  const look = view.observation.images[container.spec.image ?? ""];
  const built = look?.platforms ?? [];
  const elsewhere = node !== undefined && built.length > 0 && !built.some((platform) => platform.startsWith(node));
  return {
    code: elsewhere ? "wrong-platform" : "exec-format",
    title: elsewhere
      ? `The image is built for ${built.join(", ")}, but the node is ${node}`
      : `The node cannot execute "${program}": exec format error`,
    container: container.name,
    evidence: [
      ...evidence,
      ...(node === undefined ? [] : [`node "${view.pod.spec?.nodeName}" is ${node}`]),
      ...(built.length === 0 ? [] : [`the image's platform is ${built.join(", ")}`]),
    ],
    mend: [
      rebuild(view, `If the program is built for another processor, build with --platform ${node ?? "linux/amd64"}.`),
      ...(elsewhere
        ? []
        : [rebuild(view, "If it is a script, name its interpreter in the first line, such as #!/bin/sh.")]),
    ],
  };
}
