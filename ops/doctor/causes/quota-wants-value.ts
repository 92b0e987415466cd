import type { Container } from "../../cluster/kubernetesObjects.ts";
import { refusedBy } from "../facts/refusedOwner.ts";
import { changedOwner, changePod, run } from "../fixes/changeOwner.ts";
import { ownerCause } from "./cause.ts";

/** Enough for a small service if the pod sets no values. */
const usual: Record<string, string> = { cpu: "250m", memory: "256Mi", "ephemeral-storage": "1Gi" };

export const quotaWantsValue = ownerCause({
  code: "quota-wants-value",
  stage: "place",
  recovery: "impossible",
  over: ["admission-refused"],
  proof: (owner) => refusedBy(owner, "quota-wants-value"),
  claim: (owner, { name = "", wants = [], evidence, ref }) => {
    const values = wants.map((want) => {
      const [kind, ...resource] = want.includes(".") ? want.split(".") : ["requests", want];
      return { kind: kind ?? "requests", resource: resource.join(".") };
    });
    const resources = ({ resources: own }: Container) => {
      const part: Record<string, Record<string, string>> = {};
      for (const { kind, resource } of values) {
        const given = own?.[kind as "limits"]?.[resource];
        if (given === undefined)
          (part[kind] ??= {})[resource] =
            own?.[kind === "limits" ? "requests" : "limits"]?.[resource] ?? usual[resource] ?? "1";
      }
      return part;
    };
    const patch = (list: readonly Container[]) =>
      list.map((container) => ({ name: container.name, resources: resources(container) }));
    const spec = owner.template?.spec;
    const init = patch(spec?.initContainers ?? []);
    return {
      title: `The quota "${name}" of namespace "${owner.namespace}" requires every container of ${owner.ref} to set ${wants.join(", ")}`,
      affected: [ref],
      evidence,
      mend: [
        ...changePod(changedOwner(owner), "Set it:", {
          containers: patch(spec?.containers ?? []),
          ...(init.length === 0 ? {} : { initContainers: init }),
        }),
        {
          say: "Or give the namespace a LimitRange with defaults, which the API server puts into every container that sets none.",
        },
        run("Show the quota:", `kubectl describe resourcequota ${name} --namespace ${owner.namespace}`),
      ],
    };
  },
});
