import { quoted, run } from "../fixes/changeOwner.ts";
import { findFinalizerOwner } from "../fixes/lookFurther.ts";
import { sceneCause } from "./cause.ts";

/** Usual upper limit for deleting a namespace, in milliseconds. */
const usual = 15_000;

export const namespaceTerminating = sceneCause({
  code: "namespace-terminating",
  stage: "cluster",
  recovery: "impossible",
  proofs: ({ observation: { namespace }, now }) => {
    if (namespace?.status?.phase !== "Terminating") return [];
    const since = Date.parse(namespace.metadata?.deletionTimestamp ?? "");
    const holding = (namespace.status.conditions ?? []).filter(({ status }) => status === "True");
    return holding.length > 0 || now - since > usual ? [{ since, holding }] : [];
  },
  claim: ({ observation: { target }, now }, { since, holding }) => {
    const remaining = holding.find(({ type }) => type === "NamespaceContentRemaining");
    const finalizers = holding.find(({ type }) => type === "NamespaceFinalizersRemaining");
    const broken = holding.find(({ type }) =>
      [
        "NamespaceDeletionDiscoveryFailure",
        "NamespaceDeletionContentFailure",
        "NamespaceDeletionGroupVersionParsingFailure",
      ].includes(type),
    );
    // "Some resources are remaining: configmaps. has 1 resource instances"
    const kinds = [...(remaining?.message ?? "").matchAll(/([\w.-]+) has \d+ resource instances?/g)].map(
      ([, kind = ""]) => kind.replace(/\.$/, ""),
    );
    const names = [...(finalizers?.message ?? "").matchAll(/([\w./-]+) in \d+ resource instances?/g)].map(
      ([, name = ""]) => name,
    );
    const what = kinds.map((kind) => kind.replace(/^\./, "")).filter((kind) => kind !== "");
    const list = what.length === 0 ? "configmaps,secrets,pods,services,persistentvolumeclaims" : what.join(",");
    return {
      title:
        names.length > 0
          ? `The namespace "${target.namespace}" is being deleted and is held by the finalizer ${names.map((name) => `"${name}"`).join(", ")}${what.length > 0 ? ` of its ${what.join(", ")}` : ""}`
          : `The namespace "${target.namespace}" is being deleted: nothing can be created in it${broken === undefined ? "" : `, and the deletion fails`}`,
      affected: [`namespace/${target.namespace}`],
      evidence: [
        `phase Terminating since ${Math.round((now - since) / 1000)} s`,
        ...holding.map(({ type, message = "" }) => `${type}: ${message}`),
      ],
      mend: [
        ...(names.length > 0 ? [findFinalizerOwner(names)] : []),
        run(
          "Show what is left, with its finalizers:",
          `kubectl get ${list} --namespace ${target.namespace} --output custom-columns='KIND:.kind,NAME:.metadata.name,FINALIZERS:.metadata.finalizers'`,
        ),
        ...(what.length === 1
          ? [
              run(
                "Only if that controller is gone for good, remove the finalizers by hand:",
                `kubectl get ${what[0]} --namespace ${target.namespace} --output name | xargs -I OBJECT kubectl patch OBJECT --namespace ${target.namespace} --type merge --patch ${quoted('{"metadata":{"finalizers":null}}')}`,
              ),
            ]
          : []),
        ...(broken === undefined
          ? []
          : [run("An API service that does not answer stops the deletion. Find it:", "kubectl get apiservices")]),
      ],
    };
  },
});
