/** The container's program cannot be started. */
import type { Diagnosis } from "../finding.ts";
import { edit, rebuild } from "../remedy.ts";
import { type ContainerView, findEvent, lastEnd, nameOf, type Subject } from "../subject.ts";
import { platformOfNode } from "./imageContent.ts";

export function entrypoint(subject: Subject): Diagnosis | undefined {
  for (const container of subject.containers) {
    const said = words(subject, container);
    if (said === undefined) continue;
    const about = { container: container.name, evidence: [`${nameOf(subject, container)}: ${said}`] };
    const program = /exec:? "?([^\s":]+)"?/.exec(said)?.[1] ?? container.spec.command?.[0] ?? "the program";
    if (/exec format error/i.test(said)) return execFormat(subject, container, program, about.evidence);
    if (/permission denied/i.test(said)) {
      return {
        ...about,
        code: "entrypoint-permission-denied",
        title: `"${program}" may not be executed by the container's user`,
        mend: [rebuild(subject, `Make it executable in the Dockerfile: COPY --chmod=755, or RUN chmod +x ${program}.`)],
      };
    }
    if (/no such file|not found|is a directory/i.test(said)) {
      const script = /no such file/.test(said) && !/stat /.test(said);
      return {
        ...about,
        code: "entrypoint-not-found",
        title: `"${program}" is not in the image`,
        evidence: [
          ...about.evidence,
          ...(script
            ? ["a script that is there but whose interpreter (its #! line) is not gives the same message"]
            : []),
          ...(container.spec.command === undefined
            ? ["the image's own ENTRYPOINT is run"]
            : [`the pod sets command: ${JSON.stringify(container.spec.command)}`]),
        ],
        mend: [
          container.spec.command === undefined
            ? rebuild(subject, "Correct ENTRYPOINT in the Dockerfile (an absolute path that a COPY makes).")
            : edit(subject, "Correct command in the pod's template, or leave it out to run the image's ENTRYPOINT."),
        ],
      };
    }
  }
  return undefined;
}

/** What runc says; it stands in the container's end, in an event, or, once the process was made, in the log. */
function words(subject: Subject, container: ContainerView): string | undefined {
  const end = lastEnd(container);
  const waiting = container.status?.state?.waiting;
  const candidates = [
    end?.message,
    waiting?.message,
    findEvent(subject, ["Failed"], /failed to (create|start) container|OCI runtime/i)?.message,
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

function execFormat(subject: Subject, container: ContainerView, program: string, evidence: string[]): Diagnosis {
  const node = platformOfNode(subject);
  const look = subject.observation.images[container.spec.image ?? ""];
  const built = look?.platforms ?? [];
  const elsewhere = node !== undefined && built.length > 0 && !built.some((platform) => platform.startsWith(node));
  return {
    code: elsewhere ? "wrong-platform" : "exec-format",
    title: elsewhere
      ? `The image is built for ${built.join(", ")}, the node is ${node}`
      : `"${program}" is no program that the node can run`,
    container: container.name,
    evidence: [
      ...evidence,
      ...(node === undefined ? [] : [`node "${subject.pod.spec?.nodeName}" is ${node}`]),
      ...(built.length === 0 ? [] : [`the image says it is for ${built.join(", ")}`]),
    ],
    mend: [
      rebuild(subject, `A program for another processor: build with --platform ${node ?? "linux/amd64"}.`),
      ...(elsewhere
        ? []
        : [rebuild(subject, "A script: its first line must name its interpreter, such as #!/bin/sh.")]),
    ],
  };
}
