import { pullFailureOf } from "../facts/pullFailure.ts";
import { isAzureHost, withPort } from "../facts/registryHost.ts";
import { run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const registryServerError = podCause({
  code: "registry-server-error",
  stage: "pull",
  recovery: "possible",
  proof: (pod) => {
    const failure = pullFailureOf(pod);
    return failure?.answer === "server-error" || failure?.answer === "not-a-registry" ? failure : undefined;
  },
  claim: (_, { host, status, container, evidence, look, answer }) => ({
    title:
      answer === "not-a-registry"
        ? `"${host}" answers the node with a web page (text/html) instead of an image: a sign-in page, a proxy, or no registry`
        : `The registry "${host}" answers with an error of its own (${status})`,
    container: container.name,
    evidence: [
      ...evidence,
      "the node reached the registry: name, network, and TLS are in order",
      ...(look?.problem === undefined ? [] : [`the registry's answer to ${look.as}: ${look.problem}`]),
    ],
    mend: [
      run("Check whether it still does:", `curl --include https://${withPort(host)}/v2/`),
      answer === "not-a-registry"
        ? {
            say: "If this shows a web page, correct the host in the image's name, or let the proxy or sign-in page in front of the registry pass the nodes' requests.",
          }
        : {
            say: `The fault is in the registry: look at its log and its storage${isAzureHost(host) ? ", and at https://status.azure.com" : ""}. Neither another name nor another pull secret helps.`,
          },
      { say: "The node retries automatically, at least every 5 minutes." },
    ],
  }),
});
