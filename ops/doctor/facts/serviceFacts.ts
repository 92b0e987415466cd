/** A Service with its selected pods and its EndpointSlices. */
import type { EndpointSlice, Pod, Service } from "../../cluster/kubernetesObjects.ts";
import { matches } from "../../cluster/labelSelector.ts";
import type { OwnerFacts } from "./ownerFacts.ts";
import type { PodFacts } from "./podFacts.ts";
import type { Scene } from "./scene.ts";

export interface ServiceFacts {
  service: Service;
  name: string;
  /** e.g. "service/web". */
  ref: string;
  namespace: string;
  selector: Record<string, string>;
  /** Healthy pods that it selects. */
  well: PodFacts[];
  /** Number of selected pods in any state; undefined if its EndpointSlices could not be read. */
  endpoints?: number;
  /** Owners whose pods it selects. */
  owners: OwnerFacts[];
  slices: EndpointSlice[];
  /** Milliseconds from its creation to the observation. */
  age: number;
}

/**
 * The Services with a selector that are not being deleted. If the target has a pod selector, only Services whose labels match it, or that select
 * its pods.
 */
export function servicesOf({ observation, pods, owners, now }: Scene): ServiceFacts[] {
  const { services = [], target, reach } = observation;
  return services
    .filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
    .filter(({ spec }) => spec?.type !== "ExternalName" && Object.keys(spec?.selector ?? {}).length > 0)
    .map((service): ServiceFacts => {
      const name = service.metadata?.name ?? "";
      const selector = service.spec?.selector ?? {};
      const slices = (reach?.endpointSlices ?? []).filter(
        ({ metadata }) => metadata?.labels?.["kubernetes.io/service-name"] === name,
      );
      return {
        service,
        name,
        ref: `service/${name}`,
        namespace: target.namespace,
        selector,
        well: pods
          .filter(({ facts, health }) => health === "well" && selects(selector, facts.pod.metadata?.labels))
          .map(({ facts }) => facts),
        ...(reach?.endpointSlices === undefined
          ? {}
          : { endpoints: slices.reduce((sum, { endpoints }) => sum + (endpoints ?? []).length, 0) }),
        owners: owners.filter(({ template }) => selects(selector, template?.metadata?.labels)),
        slices,
        age: now - Date.parse(service.metadata?.creationTimestamp ?? ""),
      };
    })
    .filter(
      ({ service, well, owners: own }) =>
        target.selector === "" ||
        matches(target.selector, service.metadata?.labels) ||
        well.length > 0 ||
        own.length > 0,
    );
}

/** Whether the labels fit the selector; an empty one fits all. */
export const selects = (
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> = {},
): boolean => Object.entries(selector).every(([key, value]) => labels[key] === value);

type ServicePort = NonNullable<NonNullable<Service["spec"]>["ports"]>[number];

/** A port of a pod. */
export interface PodPort {
  /** Undefined if the Service names the port and the pod does not declare that name. */
  number?: number;
  /** The pod's names for it. */
  names: string[];
}

/** The pod's port that a Service's port leads to. */
export function podPortOf({ spec }: Pod, { port, targetPort = port }: ServicePort): PodPort {
  const declared = (spec?.containers ?? []).flatMap(({ ports = [] }) => ports);
  const number =
    typeof targetPort === "number" ? targetPort : declared.find(({ name }) => name === targetPort)?.containerPort;
  if (number === undefined) return { names: [] };
  return {
    number,
    names: declared.filter(({ containerPort }) => containerPort === number).flatMap(({ name }) => name ?? []),
  };
}

export const shownLabels = (labels: Record<string, string>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",") || "no labels";

/** Milliseconds until controllers can be expected to have processed a new object. */
export const settleMilliseconds = 20_000;
