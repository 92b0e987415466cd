/** Processes that run without being ready or alive, and the commands that fix them. */
import { probe } from "./faultCase.ts";
import { type FixCase, node, serve } from "./brokenWorkload.ts";

const toTcp = "change pod: containers.probe.tcpSocket";
const http = "change pod: containers.probe.httpGet";

/** A gRPC server with the health service alone, which has no library in the base image. */
const grpc = (port: number) =>
  node(
    `require("node:http2").createServer().on("stream", (stream) => {
       stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
       stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
       stream.end(Buffer.from([0, 0, 0, 0, 2, 8, 1]));
     }).listen(${port}, () => console.log("listening on ${port}"))`,
  );
const grpcProbe = (port: number) => ({ grpc: { port }, periodSeconds: 2, failureThreshold: 2 });

export const readyFixCases: readonly FixCase[] = [
  {
    name: "scheme",
    code: "probe-scheme-mismatch",
    forms: [http],
    kind: "Deployment",
    container: {
      command: serve(8443),
      readinessProbe: probe("/", 8443, { httpGet: { path: "/", port: 8443, scheme: "HTTPS" } }),
    },
  },
  {
    name: "no-grpc",
    code: "probe-scheme-mismatch",
    forms: [toTcp],
    kind: "Deployment",
    container: { command: serve(9090), readinessProbe: grpcProbe(9090) },
  },
  {
    name: "no-wget",
    code: "probe-tool-missing",
    forms: [http, "kubectl delete"],
    kind: "StatefulSet",
    container: {
      command: serve(8080),
      readinessProbe: {
        exec: { command: ["http-check", "http://localhost:8080/"] },
        periodSeconds: 2,
        failureThreshold: 2,
      },
    },
  },
  {
    name: "to-https",
    code: "probe-redirected",
    forms: [toTcp],
    kind: "Deployment",
    container: {
      command: serve(
        8080,
        'response.writeHead(302, { location: "https://" + request.headers.host.split(":")[0] + "/" }); response.end()',
      ),
      readinessProbe: probe("/up", 8080),
    },
  },
  {
    name: "behind-proxy",
    code: "probe-redirected",
    forms: [http],
    kind: "Deployment",
    container: {
      command: serve(
        8080,
        'if (request.headers["x-forwarded-proto"] !== "https") response.writeHead(301, { location: "https://" + request.headers.host.split(":")[0] + request.url }); response.end()',
      ),
      readinessProbe: probe("/up", 8080),
    },
  },
  {
    name: "host-header",
    code: "probe-host-refused",
    forms: [http],
    kind: "Deployment",
    container: {
      command: serve(
        8080,
        'if (request.headers.host !== "shop.example.com") { console.error("Invalid HTTP_HOST header: " + request.headers.host); response.statusCode = 400; } response.end()',
      ),
      readinessProbe: probe("/up", 8080),
    },
    fill: () => ({ HOST: "shop.example.com" }),
  },
  {
    name: "other-port",
    code: "probe-wrong-port",
    forms: [http, "kubectl delete"],
    kind: "StatefulSet",
    container: { command: serve(3000), readinessProbe: probe("/", 8080) },
  },
  {
    name: "other-grpc-port",
    code: "probe-wrong-port",
    forms: ["change pod: containers.probe.grpc", "kubectl delete"],
    kind: "StatefulSet",
    container: { command: grpc(9090), readinessProbe: grpcProbe(50_051) },
  },
  {
    name: "other-path",
    code: "probe-wrong-path",
    forms: [toTcp],
    kind: "Deployment",
    container: {
      command: serve(8080, "response.statusCode = 404; response.end()"),
      readinessProbe: probe("/up", 8080),
    },
  },
  {
    name: "path-of-other",
    onRequest: true,
    code: "probe-wrong-path",
    forms: [http],
    kind: "Deployment",
    container: {
      command: serve(8080, 'response.statusCode = request.url === "/alive" ? 200 : 404; response.end()'),
      readinessProbe: probe("/up", 8080),
      livenessProbe: probe("/alive", 8080),
    },
  },
  {
    name: "late-answer",
    code: "probe-timeout",
    forms: ["change pod: containers.probe.periodSeconds, containers.probe.timeoutSeconds"],
    kind: "Deployment",
    container: { command: serve(8080, "setTimeout(() => response.end(), 3000)"), readinessProbe: probe("/", 8080) },
  },
  {
    name: "slow",
    code: "liveness-kills-slow-start",
    forms: [
      "change pod: containers.probe.failureThreshold, containers.probe.httpGet, containers.probe.periodSeconds, containers.probe.timeoutSeconds",
    ],
    kind: "Deployment",
    container: {
      command: node('setTimeout(() => require("node:http").createServer((q, r) => r.end("ok")).listen(8080), 15000)'),
      livenessProbe: probe("/", 8080),
    },
  },
  {
    name: "sick",
    code: "liveness-check-fails",
    forms: [toTcp],
    kind: "Deployment",
    container: { command: serve(8080, "response.statusCode = 500; response.end()"), livenessProbe: probe("/", 8080) },
  },
  {
    name: "busy",
    onRequest: true,
    code: "liveness-kills-busy-process",
    forms: ["change pod: containers.probe.failureThreshold, containers.probe.timeoutSeconds"],
    kind: "Deployment",
    container: {
      command: node(
        `require("node:http").createServer((q, r) => r.end("ok")).listen(8080);
         setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 12000), 15000)`,
      ),
      livenessProbe: probe("/", 8080),
    },
  },
];
