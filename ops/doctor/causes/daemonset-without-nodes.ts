import { changedOwner, changePod, run } from "../fixes/changeOwner.ts";
import type { PodSpec } from "../../cluster/kubernetesObjects.ts";
import { ownerCause } from "./cause.ts";

export const daemonsetWithoutNodes = ownerCause({
  code: "daemonset-without-nodes",
  stage: "place",
  recovery: "possible",
  proof: (owner): PodSpec | undefined =>
    owner.kind === "DaemonSet" && owner.wants === 0 && owner.health === "failing"
      ? (owner.template?.spec ?? { containers: [] })
      : undefined,
  claim: (owner, spec) => {
    const taints = (owner.observation.nodes ?? []).flatMap(({ spec: node }) =>
      (node?.taints ?? []).map(({ key, value, effect }) => `${key}=${value ?? ""}:${effect}`),
    );
    const selector = spec.nodeSelector ?? {};
    const [key] = Object.keys(selector);
    return {
      title: `No node suits ${owner.ref}: it wants no pod at all`,
      affected: [owner.ref],
      evidence: [
        "desiredNumberScheduled is 0",
        `the pods require: ${JSON.stringify({ nodeSelector: selector, affinity: spec.affinity?.nodeAffinity }).slice(0, 300)}`,
        ...(taints.length === 0 ? [] : [`taints of the nodes: ${[...new Set(taints)].join(", ")}`]),
      ],
      mend: [
        run("Show the labels of the nodes:", "kubectl get nodes --show-labels"),
        ...(key === undefined
          ? []
          : changePod(changedOwner(owner), "Let it run on every node:", { nodeSelector: null })),
      ],
    };
  },
});
