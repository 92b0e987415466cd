import { pullFailureOf } from "../facts/pullFailure.ts";
import { fromHere } from "../facts/pullRoute.ts";
import { withPort } from "../facts/registryHost.ts";
import { changedBy, run, setImage } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const registryUnreachable = podCause({
  code: "registry-unreachable",
  stage: "pull",
  recovery: "possible",
  proof: (pod) => {
    const failure = pullFailureOf(pod);
    return failure !== undefined && ["unreachable", "proxy"].includes(failure.answer) ? failure : undefined;
  },
  contradiction: (_, { host, reference, answer }) =>
    host === reference?.host || answer === "proxy" ? undefined : "the registry itself answered",
  claim: (pod, failure) => ({
    title:
      failure.answer === "proxy"
        ? `The node reaches the registry "${failure.host}" through a proxy that does not work`
        : `The registry "${failure.host}" does not answer the node`,
    container: failure.container.name,
    evidence: [...failure.evidence, ...fromHere(failure)],
    mend: [
      run("Check whether it answers this machine:", `curl --head https://${withPort(failure.host)}/v2/`),
      {
        say:
          failure.answer === "proxy"
            ? "If it does, correct the proxy of the nodes (AKS: httpProxyConfig), or add the registry to its noProxy."
            : "If it does, something blocks the nodes: the registry's firewall or private endpoint, a network security group, or an egress firewall without a rule for it.",
      },
      ...setImage(changedBy(pod), failure.container.name, "If the host or port is wrong, correct the image.", "IMAGE"),
    ],
  }),
});
