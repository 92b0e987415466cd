import { nameOf } from "../facts/podFacts.ts";
import { changeContainer, changedBy } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

/** Splits a command line into words; quoted text stays together. */
const words = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, plain]) => double ?? single ?? plain ?? "");

export const commandNotSplit = podCause({
  code: "command-not-split",
  stage: "start",
  recovery: "impossible",
  over: ["entrypoint-not-found"],
  proof: ({ containers }) => {
    for (const container of containers) {
      const { refusal, spec } = container;
      if (refusal?.kind !== "program-missing" || !/\s/.test(refusal.program?.trim() ?? "")) continue;
      const [first = ""] = spec.command ?? spec.args ?? [];
      return {
        container,
        refusal,
        field: spec.command !== undefined ? ("command" as const) : ("args" as const),
        line: first === "" ? (refusal.program ?? "") : first,
      };
    }
    return undefined;
  },
  claim: (pod, { container, refusal, field, line }) => {
    const list = [...words(line), ...(container.spec[field] ?? []).slice(1)];
    const fromSpec = container.spec[field] !== undefined;
    return {
      title: `The whole string "${line}" was taken for the name of the program: ${fromSpec ? field : "the image's ENTRYPOINT"} must be a list with one word per entry`,
      container: container.name,
      evidence: [
        `${nameOf(pod, container)} was never started: ${refusal.words.slice(0, 400)}`,
        `${field}: ${JSON.stringify(container.spec[field] ?? [])}`,
      ],
      mend: fromSpec
        ? changeContainer(changedBy(pod), container.name, "Write it as a list:", { [field]: list })
        : [
            {
              say: `Write it as a list in the Dockerfile, ENTRYPOINT ${JSON.stringify(list)}. Then build and push the image, and deploy it.`,
            },
          ],
    };
  },
});
