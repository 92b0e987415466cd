import { pullFailureOf } from "../facts/pullFailure.ts";
import { isAzureHost, withoutPort, withPort } from "../facts/registryHost.ts";
import { run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

const how: Record<string, string> = {
  "name-unresolved": "which the node cannot resolve",
  unreachable: "which does not answer the node",
  tls: "whose certificate the node refuses",
  "plain-http": "which does not speak TLS",
};

export const layerHostUnreachable = podCause({
  code: "layer-host-unreachable",
  stage: "pull",
  recovery: "possible",
  over: ["registry-name-unresolved", "registry-unreachable", "registry-tls"],
  proof: (pod) => {
    const failure = pullFailureOf(pod);
    if (failure?.reference === undefined || failure.host === failure.reference.host) return undefined;
    return failure.answer in how ? { ...failure, reference: failure.reference } : undefined;
  },
  claim: (_, { host, reference, answer, asked, container, evidence, look }) => {
    const what = asked === "token" ? "for a token" : "for its layers";
    const azure = isAzureHost(reference.host);
    const name = reference.host.split(".")[0] ?? "";
    return {
      title: `The registry ${reference.host} answers, and sends the node ${what} to "${host}", ${how[answer]}`,
      container: container.name,
      evidence: [
        ...evidence,
        ...(look?.answer === "found" ? [`the registry has the image (asked as ${look.as})`] : []),
        "the host that failed is not the one in the image's name: the registry itself is reachable",
      ],
      mend: [
        run(
          `Check from a node whether "${host}" is reachable:`,
          answer === "name-unresolved" ? `nslookup ${withoutPort(host)}` : `curl --head https://${withPort(host)}/`,
        ),
        {
          say: `Let the nodes resolve and reach it: DNS, firewall and proxy need a rule for "${host}" in addition to the one for the registry.${azure ? " Azure stores layers at *.blob.core.windows.net." : ""}`,
        },
        ...(azure
          ? [
              run(
                "Or give the registry data endpoints of its own (Premium), and open REGISTRY.REGION.data.azurecr.io instead of all of Azure's storage:",
                `az acr update --name ${name} --data-endpoint-enabled true`,
              ),
              {
                say: "With a private endpoint, the private DNS zone needs both records: of the registry, and of its data endpoint.",
              },
            ]
          : []),
      ],
    };
  },
});
