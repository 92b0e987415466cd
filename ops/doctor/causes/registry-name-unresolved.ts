import { pullFailureOf } from "../facts/pullFailure.ts";
import { fromHere } from "../facts/pullRoute.ts";
import { withoutPort } from "../facts/registryHost.ts";
import { changedBy, run, setImage } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const registryNameUnresolved = podCause({
  code: "registry-name-unresolved",
  stage: "pull",
  recovery: "possible",
  proof: (pod) => {
    const failure = pullFailureOf(pod);
    return failure?.answer === "name-unresolved" ? failure : undefined;
  },
  contradiction: (_, { host, reference }) =>
    host === reference?.host ? undefined : "the registry's own name was resolved",
  claim: (pod, failure) => ({
    title: `The node cannot resolve the registry host "${failure.host}"`,
    container: failure.container.name,
    evidence: [...failure.evidence, ...fromHere(failure)],
    mend: [
      ...setImage(changedBy(pod), failure.container.name, "If the host is misspelled, correct the image.", "IMAGE"),
      run(
        "If it is correct, the nodes' DNS does not know it: a private endpoint without a linked DNS zone, or a deleted registry.",
        `nslookup ${withoutPort(failure.host)}`,
      ),
    ],
  }),
});
