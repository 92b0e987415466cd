import { amount, mebibytes } from "../resourceAmount.ts";
import { endWords, nameOf } from "../facts/podFacts.ts";
import { changedBy, rebuild, setResource } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const oomKilled = podCause({
  code: "oom-killed",
  stage: "run",
  recovery: 3,
  proof: ({ containers }) => containers.find(({ end }) => end?.reason === "OOMKilled"),
  claim: (pod, container) => {
    const limit = container.spec.resources?.limits?.memory;
    const bytes = amount(limit);
    const peak = container.usage?.peakBytes;
    return {
      title: `The kernel killed the container${container.role === "main" ? "" : ` "${container.name}"`} because it exceeded ${limit === undefined ? "the node's memory" : `its memory limit of ${limit}`}`,
      container: container.name,
      evidence: [
        `${nameOf(pod, container)} ${endWords(container)}`,
        `memory limit ${limit ?? "none"}; peak ${peak === undefined ? "the limit, at which the kernel kills" : mebibytes(peak)}`,
      ],
      mend: [
        ...setResource(
          changedBy(pod),
          container.name,
          `Raise the limit: memory ${bytes === undefined ? "512Mi" : mebibytes(bytes * 2)}.`,
          "limits",
          "memory",
          bytes === undefined ? "512Mi" : mebibytes(bytes * 2),
        ),
        rebuild(
          changedBy(pod),
          "Node.js: derive the heap size from the limit (--max-old-space-size-percentage=60), so that V8 collects garbage in time or reports a full heap.",
        ),
      ],
    };
  },
});
