import { execFormatError } from "../facts/unexecutableProgram.ts";
import { nodePlatform } from "../facts/nodePlatform.ts";
import { changedBy, rebuild } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const execFormat = podCause({
  code: "exec-format",
  stage: "start",
  recovery: "impossible",
  proof: execFormatError,
  claim: (pod, { container, program, evidence }) => {
    const node = nodePlatform(pod);
    const built = pod.observation.images[container.spec.image ?? ""]?.platforms ?? [];
    return {
      title: `The node cannot execute "${program}": exec format error`,
      container: container.name,
      evidence: [
        ...evidence,
        ...(node === undefined ? [] : [`node "${pod.pod.spec?.nodeName}" is ${node}`]),
        ...(built.length === 0 ? [] : [`the image's platform is ${built.join(", ")}`]),
      ],
      mend: [
        rebuild(changedBy(pod), "If it is a script, name its interpreter in the first line, such as #!/bin/sh."),
        rebuild(
          changedBy(pod),
          `If the program is built for another processor, build with --platform ${node ?? "linux/amd64"}.`,
        ),
      ],
    };
  },
});
