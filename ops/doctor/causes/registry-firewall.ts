import { pullFailureOf } from "../facts/pullFailure.ts";
import { isAzureHost } from "../facts/registryHost.ts";
import { run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const registryFirewall = podCause({
  code: "registry-firewall",
  stage: "pull",
  recovery: "possible",
  over: ["registry-unauthorized", "pull-secret-absent", "acrpull-missing"],
  proof: (pod) => {
    const failure = pullFailureOf(pod);
    return failure?.answer === "firewall" || failure?.answer === "blocked" ? failure : undefined;
  },
  claim: (_, { host, container, evidence, words, answer, status }) => {
    if (answer === "blocked")
      return {
        title: `A firewall or proxy between the nodes and the registry "${host}" refuses the request (${status})`,
        container: container.name,
        evidence: [...evidence, `"${host}" is open to everybody, so the refusal is not the registry's`],
        mend: [
          {
            say: `Allow ${host} and the hosts of its layers in the egress firewall or the proxy of the nodes: https://learn.microsoft.com/azure/aks/outbound-rules-control-egress`,
          },
          { say: "Or import the image into a registry that the nodes reach." },
        ],
      };
    const address = /client with IP '?([\d.a-f:]+)'?/i.exec(words)?.[1];
    const name = host.split(".")[0] ?? "";
    return {
      title: `The network rules of the registry "${host}" do not allow ${address === undefined ? "the node's address" : `the address ${address}`}`,
      container: container.name,
      evidence: [...evidence, "the registry was reached and refused the address, not the credentials"],
      mend: [
        ...(isAzureHost(host) && address !== undefined
          ? [
              run(
                "Allow the cluster's outbound address:",
                `az acr network-rule add --name ${name} --ip-address ${address}`,
              ),
            ]
          : [{ say: "Allow the nodes' outbound address in the registry's network rules." }]),
        { say: "Or reach the registry through a private endpoint in the cluster's network." },
      ],
    };
  },
});
