import { parseSandboxFailure } from "../facts/sandboxFailure.ts";
import { quoteEvent } from "../facts/eventFacts.ts";
import { run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const sandboxNotCreated = podCause({
  code: "sandbox-not-created",
  stage: "config",
  recovery: "possible",
  proof: ({ events, containers }) => {
    const failure = events.map(parseSandboxFailure).find((one) => one !== undefined);
    return failure !== undefined && containers.every(({ runningSince }) => runningSince === undefined)
      ? failure
      : undefined;
  },
  claim: (pod, { kind, name, words, event }) => {
    const node = pod.pod.spec?.nodeName ?? "";
    const why =
      kind === "pause-image"
        ? `the pause image "${name ?? "?"}" cannot be pulled`
        : kind === "network-plugin"
          ? "the network plugin failed"
          : words.replace(/^Failed to create pod sandbox: (?:rpc error: code = \w+ desc = )?/, "").slice(0, 200);
    return {
      title: `Node "${node}" cannot create the pod's sandbox: ${why}`,
      evidence: [quoteEvent(event)],
      mend: [
        kind === "pause-image"
          ? {
              say: `Every pod needs this image: the nodes must reach its registry (AKS: mcr.microsoft.com, or the cluster's bootstrap registry).`,
            }
          : run(
              "Look at the node's system pods: the network plugin and kube-proxy must run there:",
              `kubectl get pods --namespace kube-system --output wide --field-selector spec.nodeName=${node}`,
            ),
        run("Show the node's conditions:", `kubectl describe node ${node}`),
      ],
    };
  },
});
