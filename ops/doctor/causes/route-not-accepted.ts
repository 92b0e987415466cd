import type { HttpRoute, StatusCondition } from "../../cluster/kubernetesObjects.ts";
import type { Scene } from "../facts/scene.ts";
import { settleMilliseconds } from "../facts/serviceFacts.ts";
import { quoteCondition, unmet } from "../facts/unmetCondition.ts";
import { quoted, run } from "../fixes/changeOwner.ts";
import { mergePatch } from "../fixes/patchObject.ts";
import { closeOrOnly } from "../nearest.ts";
import { sceneCause, type Step } from "./cause.ts";

interface Proof {
  route: HttpRoute;
  /** Name of the Gateway it refers to. */
  parent: string;
  condition?: StatusCondition;
  /** The Gateways of the namespace, if the requested one is missing. */
  gateways?: string[];
}

export const routeNotAccepted = sceneCause({
  code: "route-not-accepted",
  stage: "reach",
  recovery: "possible",
  proofs: ({ observation: { reach, target }, now }: Scene): Proof[] =>
    (reach?.httpRoutes ?? []).flatMap((route) => {
      if (now - Date.parse(route.metadata?.creationTimestamp ?? "") < settleMilliseconds) return [];
      return (route.spec?.parentRefs ?? [])
        .filter(({ kind = "Gateway" }) => kind === "Gateway")
        .flatMap((parent): Proof[] => {
          const gateways = reach?.gateways?.map(({ metadata }) => metadata?.name ?? "");
          const here = (parent.namespace ?? target.namespace) === target.namespace;
          if (here && gateways !== undefined && !gateways.includes(parent.name))
            return [{ route, parent: parent.name, gateways }];
          const status = route.status?.parents?.find(({ parentRef }) => parentRef.name === parent.name);
          const condition = unmet(status?.conditions, ["Accepted"]) ?? unmet(status?.conditions, ["ResolvedRefs"]);
          // route-backend-missing judges the backends of this namespace by its Services.
          if (condition?.reason === "BackendNotFound" && !hasForeignBackend(route, target.namespace)) return [];
          return condition?.status === "False" ? [{ route, parent: parent.name, condition }] : [];
        });
    }),
  claim: ({ observation: { target, reach } }, { route, parent, condition, gateways }) => {
    const name = route.metadata?.name ?? "";
    const ref = `httproute/${name}`;
    if (gateways !== undefined) {
      const near = closeOrOnly(parent, gateways);
      return {
        title: `The HTTPRoute "${name}" belongs to the Gateway "${parent}", which does not exist in namespace "${target.namespace}"`,
        affected: [ref],
        evidence: [`Gateways of the namespace: ${gateways.join(", ") || "none"}`],
        mend:
          near === undefined
            ? [
                run(
                  "Find the Gateway. One of another namespace needs its namespace in parentRefs:",
                  "kubectl get gateways --all-namespaces",
                ),
              ]
            : [
                mergePatch(`Attach it to "${near}":`, ref, target.namespace, {
                  spec: {
                    parentRefs: (route.spec?.parentRefs ?? []).map((one) =>
                      one.name === parent ? { ...one, name: near } : one,
                    ),
                  },
                }),
              ],
      };
    }
    const { type, reason = "", message = "" } = condition ?? {};
    const grants = reason === "RefNotPermitted" ? foreignBackends(route, target.namespace) : [];
    const listeners = reach?.gateways?.find(({ metadata }) => metadata?.name === parent)?.spec?.listeners ?? [];
    const hosts = listeners.map(({ hostname }) => hostname ?? "any host");
    return {
      title:
        reason === "NoMatchingListenerHostname"
          ? `No listener of the Gateway "${parent}" serves the host ${(route.spec?.hostnames ?? []).map((host) => `"${host}"`).join(", ")} of the HTTPRoute "${name}"`
          : `${type === "ResolvedRefs" ? `A backend of the HTTPRoute "${name}" cannot be used` : `The Gateway "${parent}" does not accept the HTTPRoute "${name}"`}: ${reason}${message === "" ? "" : `: ${message.replace(/\s+/g, " ").slice(0, 160)}`}`,
      affected: [ref],
      evidence: [
        ...(condition === undefined ? [] : [quoteCondition(ref, condition)]),
        ...(listeners.length === 0 ? [] : [`hosts of its listeners: ${hosts.join(", ")}`]),
      ],
      mend: [
        ...grants.map((namespace) => grantReference(target.namespace, namespace)),
        reason === "NoMatchingListenerHostname"
          ? { say: "Use a host that a listener serves, or give the Gateway a listener for this one." }
          : reason === "NotAllowedByListeners"
            ? {
                say: "The listener admits routes of other namespaces or kinds: widen its allowedRoutes, or move the route.",
              }
            : grants.length > 0
              ? { say: "Or point the route to a Service of its own namespace." }
              : { say: "Change the route as the message says." },
        run(
          "Show the route and what its Gateway says about it:",
          `kubectl describe ${ref} --namespace ${target.namespace}`,
        ),
        run("Show the Gateway's listeners:", `kubectl describe gateway ${parent} --namespace ${target.namespace}`),
      ],
    };
  },
});

/** Other namespaces with a Service that the route leads to. */
const foreignBackends = ({ spec }: HttpRoute, own: string): string[] => [
  ...new Set(
    (spec?.rules ?? [])
      .flatMap(({ backendRefs = [] }) => backendRefs)
      .flatMap(({ namespace }) => (namespace === undefined || namespace === own ? [] : [namespace])),
  ),
];

const hasForeignBackend = (route: HttpRoute, own: string): boolean => foreignBackends(route, own).length > 0;

/** https://gateway-api.sigs.k8s.io/api-types/referencegrant/ */
function grantReference(from: string, to: string): Step {
  const grant = {
    apiVersion: "gateway.networking.k8s.io/v1beta1",
    kind: "ReferenceGrant",
    metadata: { name: `routes-of-${from}`.slice(0, 63), namespace: to },
    spec: {
      from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: from }],
      to: [{ group: "", kind: "Service" }],
    },
  };
  return run(
    `Let the routes of namespace "${from}" use the Services of namespace "${to}":`,
    `echo ${quoted(JSON.stringify(grant))} | kubectl create --filename -`,
  );
}
