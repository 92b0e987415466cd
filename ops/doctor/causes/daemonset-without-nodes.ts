import { changedOwner, changePod, run } from "../fixes/changeOwner.ts";
import type { Node, PodSpec } from "../../cluster/kubernetesObjects.ts";
import { candidates } from "../facts/suitability.ts";
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
    const nodes = owner.observation.nodes ?? [];
    const suited = candidates({ spec }, nodes).map(({ node }) => node);
    const among = suited.length > 0 ? suited : nodes;
    const taints = distinct(
      among.flatMap((node) => node.spec?.taints ?? []).filter(({ key }) => !key.startsWith(ignored)),
    );
    const shown = taints.map(({ key, value, effect }) => `${key}=${value ?? ""}:${effect}`);
    const selector = spec.nodeSelector ?? {};
    const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    const terms = (required?.nodeSelectorTerms ?? []).map(({ matchExpressions = [] }) =>
      matchExpressions
        .map(({ key, operator, values = [] }) => `${key} ${operator} ${values.join(",")}`.trim())
        .join(" and "),
    );
    const wanted = [
      ...Object.entries(selector).map(([key, value]) => `${key}=${value}`),
      ...(terms.length > 1 ? [`(${terms.join(" or ")})`] : terms),
    ]
      .filter((word) => word !== "")
      .join(" and ");
    const tainted = suited.length > 0 && taints.length > 0;
    const why =
      nodes.length === 0
        ? wanted === ""
          ? "no node accepts pods"
          : `none has ${wanted}`
        : tainted
          ? `it does not tolerate the taint${shown.length === 1 ? "" : "s"} ${shown.join(", ")}${wanted === "" ? "" : ` of the nodes with ${wanted}`}`
          : wanted === "" || suited.length > 0
            ? "the controller finds no node that accepts its pods"
            : `none has ${wanted}`;
    // Null removes each of these keys; the rest of the affinity stays.
    const everywhere = {
      ...(Object.keys(selector).length === 0 ? {} : { nodeSelector: null }),
      ...(required === undefined
        ? {}
        : { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: null } } }),
    };
    return {
      title: `No node suits ${owner.ref}, so it has no pod: ${why}`,
      affected: [owner.ref],
      evidence: [
        "desiredNumberScheduled is 0",
        `the pods require: ${JSON.stringify({ nodeSelector: selector, affinity: spec.affinity?.nodeAffinity }).slice(0, 300)}`,
        ...(shown.length === 0 ? [] : [`taints of ${suited.length > 0 ? "these" : "the"} nodes: ${shown.join(", ")}`]),
      ],
      mend: [
        run(
          tainted ? "Show the taints of the nodes:" : "Show the labels of the nodes:",
          tainted
            ? "kubectl get nodes --output custom-columns=NAME:.metadata.name,TAINTS:.spec.taints"
            : "kubectl get nodes --show-labels",
        ),
        ...(tainted
          ? changePod(changedOwner(owner), "If it belongs on these nodes, tolerate their taints:", {
              // A patch replaces the list of tolerations, so repeat those of the template.
              tolerations: [
                ...(spec.tolerations ?? []),
                ...taints.map(({ key, value = "", effect }) => ({ key, operator: "Equal", value, effect })),
              ],
            })
          : suited.length === 0 && wanted !== ""
            ? changePod(changedOwner(owner), "Let it run on every node:", everywhere)
            : []),
      ],
    };
  },
});

type Taint = NonNullable<NonNullable<Node["spec"]>["taints"]>[number];

/** The DaemonSet controller tolerates the node controller's own taints. */
const ignored = "node.kubernetes.io/";

const distinct = (taints: readonly Taint[]): Taint[] =>
  taints.filter(
    (one, index) =>
      one.effect !== "PreferNoSchedule" &&
      taints.findIndex(({ key, value, effect }) => key === one.key && value === one.value && effect === one.effect) ===
        index,
  );
