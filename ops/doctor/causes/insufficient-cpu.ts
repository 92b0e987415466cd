import { insufficient } from "../facts/insufficient.ts";
import { podCause } from "./cause.ts";
import { smallerRequest } from "../fixes/smallerRequest.ts";

export const insufficientCpu = podCause({
  code: "insufficient-cpu",
  stage: "place",
  recovery: "possible",
  proof: (pod) => insufficient(pod, "cpu"),
  claim: (pod, shortage) => ({
    title: `The pod requests ${shortage.requested} of CPU, and no node has that much left`,
    evidence: shortage.evidence,
    mend: smallerRequest(pod, shortage),
  }),
});
