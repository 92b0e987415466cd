import type { Scene } from "../facts/scene.ts";
import { quoted, run } from "../fixes/changeOwner.ts";
import { closeOrOnly } from "../nearest.ts";
import { sceneCause } from "./cause.ts";

interface Backend {
  /** e.g. "httproute/web" or "ingress/web". */
  ref: string;
  service: string;
  port?: number | string;
  /** JSON patch path of the Service's name, and of its port. */
  path: string;
  portPath: string;
}

interface Proof extends Backend {
  /** Ports of the Service; undefined if the Service does not exist. */
  ports?: number[];
}

/** An Ingress wraps a port number in an object; a route has the plain number. */
const portValue = (ref: string, port: number): number | { number: number } =>
  ref.startsWith("ingress/") ? { number: port } : port;

/** A route or an Ingress whose backend Service, or the Service's port, does not exist. */
export const routeBackendMissing = sceneCause({
  code: "route-backend-missing",
  stage: "reach",
  recovery: "possible",
  proofs: (scene: Scene): Proof[] => {
    const { services } = scene.observation;
    if (services === undefined) return [];
    return backendsOf(scene).flatMap((backend): Proof[] => {
      const service = services.find(({ metadata }) => metadata?.name === backend.service);
      if (service === undefined) return [backend];
      const ports = service.spec?.ports ?? [];
      const has =
        backend.port === undefined || ports.some(({ port, name }) => port === backend.port || name === backend.port);
      return has ? [] : [{ ...backend, ports: ports.map(({ port }) => port) }];
    });
  },
  claim: ({ observation: { target, services = [] } }, { ref, service, port, path, portPath, ports }) => {
    const names = services.map(({ metadata }) => metadata?.name ?? "");
    const near = closeOrOnly(service, names);
    const [right] = ports ?? [];
    const patch = (operations: object[]) =>
      `kubectl patch ${ref} --namespace ${target.namespace} --type json --patch ${quoted(JSON.stringify(operations))}`;
    const replace = (at: string, value: unknown) => ({ op: "replace", path: at, value });
    return {
      title:
        ports === undefined
          ? `${ref} leads to the Service "${service}", which does not exist in namespace "${target.namespace}"`
          : `${ref} leads to port ${port} of the Service "${service}", which has only ${ports.join(", ")}`,
      affected: [ref],
      evidence: [
        ports === undefined
          ? `Services of the namespace: ${names.join(", ") || "none"}`
          : `ports of service/${service}: ${ports.join(", ")}`,
      ],
      mend:
        ports === undefined
          ? near === undefined
            ? [{ say: `Create the Service "${service}", or remove the backend.` }]
            : [run(`Point it to "${near}":`, patch([replace(path, near)]))]
          : right === undefined
            ? [{ say: "Give the Service this port, or correct the backend." }]
            : [run(`Point it to port ${right}:`, patch([replace(portPath, portValue(ref, right))]))],
    };
  },
});

function backendsOf({ observation: { reach, target } }: Scene): Backend[] {
  const routes = (reach?.httpRoutes ?? []).flatMap(({ metadata, spec }) =>
    (spec?.rules ?? []).flatMap(({ backendRefs = [] }, rule) =>
      backendRefs
        .map((backend, index) => ({ ...backend, index }))
        .filter(
          ({ kind = "Service", namespace = target.namespace }) => kind === "Service" && namespace === target.namespace,
        )
        .map(({ name, port, index }) => ({
          ref: `httproute/${metadata?.name}`,
          service: name,
          ...(port === undefined ? {} : { port }),
          path: `/spec/rules/${rule}/backendRefs/${index}/name`,
          portPath: `/spec/rules/${rule}/backendRefs/${index}/port`,
        })),
    ),
  );
  const ingresses = (reach?.ingresses ?? []).flatMap(({ metadata, spec }) => {
    const paths = (spec?.rules ?? []).flatMap(({ http }, rule) =>
      (http?.paths ?? []).map(({ backend }, index) => ({
        backend,
        at: `/spec/rules/${rule}/http/paths/${index}/backend/service`,
      })),
    );
    const all = [
      ...(spec?.defaultBackend === undefined
        ? []
        : [{ backend: spec.defaultBackend, at: "/spec/defaultBackend/service" }]),
      ...paths,
    ];
    return all.flatMap(({ backend: { service }, at }): Backend[] => {
      if (service === undefined) return [];
      const port = service.port?.number ?? service.port?.name;
      return [
        {
          ref: `ingress/${metadata?.name}`,
          service: service.name,
          ...(port === undefined ? {} : { port }),
          path: `${at}/name`,
          portPath: `${at}/port`,
        },
      ];
    });
  });
  return [...routes, ...ingresses];
}
