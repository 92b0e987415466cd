import { placementBy } from "../facts/placement.ts";
import { amount } from "../resourceAmount.ts";
import { changeContainer, changedBy, run } from "../fixes/changeOwner.ts";
import { aksOptions } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

export const insufficientResource = podCause({
  code: "insufficient-resource",
  stage: "place",
  recovery: "possible",
  proof: (pod) => {
    const placement = placementBy(pod, "insufficient");
    const resource = placement?.verdict.reasons.find(
      ({ kind, name }) => kind === "insufficient" && name !== "cpu" && name !== "memory",
    )?.name;
    if (placement === undefined || resource === undefined) return undefined;
    const container = pod.containers.find(
      ({ spec }) => spec.resources?.requests?.[resource] ?? spec.resources?.limits?.[resource],
    );
    const offered = (pod.observation.nodes ?? []).filter(
      ({ status }) => (amount(status?.allocatable?.[resource]) ?? 0) > 0,
    );
    return { ...placement, resource, container, offered };
  },
  claim: (pod, { evidence, resource, container, offered }) => {
    const wanted =
      container?.spec.resources?.requests?.[resource] ?? container?.spec.resources?.limits?.[resource] ?? "?";
    const none = pod.observation.nodes !== undefined && offered.length === 0;
    const gpu = /gpu|nvidia|amd\.com/.test(resource);
    const { group, cluster } = aksOptions(pod);
    const without = { resources: { requests: { [resource]: null }, limits: { [resource]: null } } };
    return {
      title: none
        ? `The pod asks for ${wanted} ${resource}, which no node offers`
        : `The pod asks for ${wanted} ${resource}, and no node has that many left`,
      ...(container === undefined ? {} : { container: container.name }),
      evidence: [
        ...evidence,
        ...(none
          ? [`no node lists ${resource} among its allocatable resources`]
          : offered.map(
              ({ metadata, status }) =>
                `${metadata?.name} offers ${status?.allocatable?.[resource]} ${resource} in total`,
            )),
      ],
      mend: [
        ...(container === undefined
          ? []
          : changeContainer(
              changedBy(pod),
              container.name,
              `If the container can do without it, remove the request for ${resource}:`,
              without,
            )),
        ...(gpu
          ? [
              run(
                "Otherwise add a node pool of machines that have it:",
                `az aks nodepool add --resource-group ${group} --cluster-name ${cluster} --name gpu --node-count 1 --node-vm-size Standard_NC4as_T4_v3`,
              ),
              {
                say: "A node offers its GPUs only once the device plugin runs on it (https://learn.microsoft.com/azure/aks/use-nvidia-gpu).",
              },
            ]
          : [{ say: `Otherwise add nodes that offer ${resource}, with the device plugin that announces it.` }]),
      ],
    };
  },
});
