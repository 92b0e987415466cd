import { insufficient } from "../facts/insufficient.ts";
import { podCause } from "./cause.ts";
import { smallerRequest } from "../fixes/smallerRequest.ts";

export const insufficientMemory = podCause({
  code: "insufficient-memory",
  stage: "place",
  recovery: "possible",
  proof: (pod) => insufficient(pod, "memory"),
  claim: (pod, shortage) => ({
    title: `The pod requests ${shortage.requested} of memory, and no node has that much left`,
    evidence: shortage.evidence,
    mend: smallerRequest(pod, shortage),
  }),
});
