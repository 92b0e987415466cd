import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { V1Service, V1ServicePort, V1ServiceSpec } from "@kubernetes/client-node";
import { answers, Health, healthProbes } from "../../../../local/kubernetes/healthProbes.ts";

const prefix = "service.beta.kubernetes.io/";
const requestPath = `${prefix}azure-load-balancer-health-probe-request-path`;

const http: V1ServicePort = { name: "http", port: 80, nodePort: 30080, protocol: "TCP", appProtocol: "http" };
const service = (
  annotations: Record<string, string>,
  ports: V1ServicePort[] = [http],
  spec: Partial<V1ServiceSpec> = {},
): V1Service => ({ metadata: { annotations }, spec: { type: "LoadBalancer", ports, ...spec } });

describe("the probe of a Service, as cloud-provider-azure makes it", () => {
  test.each<[string, V1Service, ReturnType<typeof healthProbes>]>([
    ["requests / if no other path is set", service({}), [{ protocol: "http", port: 30080, path: "/" }]],
    [
      "requests the path of the annotation",
      service({ [requestPath]: "/ready" }),
      [{ protocol: "http", port: 30080, path: "/ready" }],
    ],
    [
      "prefers the annotation of the port",
      service({ [requestPath]: "/ready", [`${prefix}port_80_health-probe_request-path`]: "/alive" }),
      [{ protocol: "http", port: 30080, path: "/alive" }],
    ],
    [
      "only connects if the port has no protocol, whatever the path",
      service({ [requestPath]: "/ready" }, [{ ...http, appProtocol: undefined }]),
      [{ protocol: "tcp", port: 30080 }],
    ],
    [
      "only connects if the protocol is unknown",
      service({}, [{ ...http, appProtocol: "kubernetes.io/h2c" }]),
      [{ protocol: "tcp", port: 30080 }],
    ],
    [
      "prefers the port's own protocol to that of all ports",
      service({
        [`${prefix}port_80_health-probe_protocol`]: "Tcp",
        [`${prefix}azure-load-balancer-health-probe-protocol`]: "https",
      }),
      [{ protocol: "tcp", port: 30080 }],
    ],
    [
      "uses the protocol of all ports if the port has none",
      service({ [`${prefix}azure-load-balancer-health-probe-protocol`]: "https" }, [
        { ...http, appProtocol: undefined },
      ]),
      [{ protocol: "https", port: 30080, path: "/" }],
    ],
    [
      "probes another port of the Service",
      service({ [`${prefix}port_80_health-probe_port`]: "status" }, [
        http,
        { name: "status", port: 15021, nodePort: 30081, appProtocol: "http" },
      ]),
      [
        { protocol: "http", port: 30081, path: "/" },
        { protocol: "http", port: 30081, path: "/" },
      ],
    ],
    [
      "probes kube-proxy if traffic stays on a node",
      service({ [requestPath]: "/ready" }, [http], { externalTrafficPolicy: "Local", healthCheckNodePort: 31000 }),
      [{ protocol: "http", port: 31000, path: "/healthz" }],
    ],
    ["is missing for UDP", service({}, [{ ...http, protocol: "UDP" }]), []],
    ["is missing if an annotation disables it", service({ [`${prefix}port_80_no_probe_rule`]: "true" }), []],
  ])("%s", (_, of, probes) => expect(healthProbes(of)).toEqual(probes));
});

describe("a probe", () => {
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = createServer((request, response) => {
      response.writeHead(request.url === "/ready" ? 200 : request.url === "/moved" ? 302 : 404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test.each([
    ["/ready", true],
    ["/", false],
    ["/moved", false],
  ])("for %s: %s, because only 200 counts", async (path, expected) =>
    expect(await answers({ protocol: "http", port, path }, "127.0.0.1")).toBe(expected),
  );

  test("by TCP needs a listener", async () => {
    expect(await answers({ protocol: "tcp", port }, "127.0.0.1")).toBe(true);
    expect(await answers({ protocol: "tcp", port: 1 }, "127.0.0.1")).toBe(false);
    expect(await answers({ protocol: "http", port: 1, path: "/" }, "127.0.0.1")).toBe(false);
  });
});

test("a Service is up after one success, and down after two failures in a row", () => {
  const health = new Health();
  const after = (answered: boolean) => {
    health.take("n/a", answered);
    return health.of("n/a");
  };
  expect(health.of("n/a")).toBeUndefined();
  expect([false, true, false, true, false, false, true].map(after)).toEqual([
    ...[false, true, true, true, true, false, true],
  ]);
  health.forget("n/a");
  expect(health.of("n/a")).toBeUndefined();
});
