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
    const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    const wanted = [
      ...Object.entries(selector).map(([key, value]) => `${key}=${value}`),
      ...(required?.nodeSelectorTerms ?? []).flatMap(({ matchExpressions = [] }) =>
        matchExpressions.map(({ key, operator, values = [] }) => `${key} ${operator} ${values.join(",")}`.trim()),
      ),
    ];
    // Null removes each of these keys; the rest of the affinity stays.
    const everywhere = {
      ...(Object.keys(selector).length === 0 ? {} : { nodeSelector: null }),
      ...(required === undefined
        ? {}
        : { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: null } } }),
    };
    return {
      title: `No node suits ${owner.ref}, so it has no pod: ${wanted.length === 0 ? (taints.length === 0 ? "there is none that takes pods" : `it does not tolerate the taints ${[...new Set(taints)].join(", ")}`) : `none has ${wanted.join(" and ")}`}`,
      affected: [owner.ref],
      evidence: [
        "desiredNumberScheduled is 0",
        `the pods require: ${JSON.stringify({ nodeSelector: selector, affinity: spec.affinity?.nodeAffinity }).slice(0, 300)}`,
        ...(taints.length === 0 ? [] : [`taints of the nodes: ${[...new Set(taints)].join(", ")}`]),
      ],
      mend: [
        run("Show the labels of the nodes:", "kubectl get nodes --show-labels"),
        ...(wanted.length === 0 ? [] : changePod(changedOwner(owner), "Let it run on every node:", everywhere)),
      ],
    };
  },
});
