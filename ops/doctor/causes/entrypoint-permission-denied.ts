import { nameOf } from "../facts/podFacts.ts";
import { changedBy, rebuild } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const entrypointPermissionDenied = podCause({
  code: "entrypoint-permission-denied",
  stage: "start",
  recovery: "impossible",
  proof: (pod) => {
    for (const container of pod.containers) {
      const { refusal, end, log } = container;
      if (refusal?.kind === "program-denied")
        return {
          container,
          program: refusal.program ?? container.spec.command?.[0] ?? "the program",
          words: refusal.words,
        };
      // Shells exit with 126 if a program exists but may not be executed.
      const said =
        end === undefined || ![126, 1, 255].includes(end.exitCode)
          ? undefined
          : log.lines.find(
              ({ text }) =>
                /^exec (\S+): permission denied$|^(?:\/bin\/)?(?:ba|da|)sh: (?:\d+: |line \d+: )?\S+: [Pp]ermission denied$/.test(
                  text.trim(),
                ) &&
                (end.exitCode === 126 || text.startsWith("exec ")),
            );
      if (said !== undefined)
        return {
          container,
          program: /(\S+): [Pp]ermission denied/.exec(said.text)?.[1] ?? "the program",
          words: said.text.trim(),
        };
    }
    return undefined;
  },
  claim: (pod, { container, program, words }) => ({
    title: `The container's user has no permission to execute "${program}"`,
    container: container.name,
    evidence: [`${nameOf(pod, container)}: ${words.slice(0, 500)}`],
    mend: [
      rebuild(changedBy(pod), `Make it executable in the Dockerfile: COPY --chmod=755, or RUN chmod +x ${program}.`),
    ],
  }),
});
