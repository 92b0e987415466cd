/** The metrics API's program: asks the kubelet every few seconds, and answers the API server. Started by metricsApi.ts. */
import { readFileSync } from "node:fs";
import { createServer, request } from "node:https";
import { network, ports } from "../settings.ts";
import { apiServerUrl, nodeName, pki } from "./names.ts";
import { list, nodeMetrics, parseSamples, podMetrics, resourceList, UsageHistory } from "./resourceMetrics.ts";

/** The kubelet looks at its containers about as often. */
const scrapeSeconds = 10;

// In the API server's own name, as far as metricsApi.ts and rbac.ts give it the right.
const client = {
  ca: readFileSync(pki("ca.crt")),
  cert: readFileSync(pki("apiserver-kubelet-client.crt")),
  key: readFileSync(pki("apiserver-kubelet-client.key")),
};
const history = new UsageHistory();

function log(message: string, details: object = {}): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), message, ...details }));
}

/** GET of the API server. @throws Error for any other status than 200 */
function ask(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(`${apiServerUrl}${path}`, { ...client, timeout: 5000 });
    asked.once("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.once("end", () =>
        response.statusCode === 200
          ? resolve(text)
          : reject(new Error(`${path} was answered with ${response.statusCode}: ${text.slice(0, 200)}`)),
      );
    });
    asked.once("timeout", () => asked.destroy(new Error(`${path} was not answered within 5 s`)));
    asked.once("error", reject);
    asked.end();
  });
}

async function scrape(): Promise<void> {
  try {
    history.take(parseSamples(await ask(`/api/v1/nodes/${nodeName}/proxy/metrics/resource`)));
  } catch (error) {
    log("the kubelet was not asked, trying again", { error: String(error) });
  }
}

interface PodList {
  items: { metadata: { name: string; namespace: string; labels?: Record<string, string> } }[];
}

/** @param query "?labelSelector=...", as the API server passes it on, or "" */
async function podList(namespace: string | undefined, query: string): Promise<object[]> {
  const within = namespace === undefined ? "" : `namespaces/${encodeURIComponent(namespace)}/`;
  const { items } = JSON.parse(await ask(`/api/v1/${within}pods${query}`)) as PodList;
  const usages = history.usages();
  return items.flatMap(({ metadata }) => podMetrics(metadata, usages) ?? []);
}

/** The answer to a GET; `undefined` where there is nothing. */
async function answer(url: URL): Promise<object | undefined> {
  const [kind, ...rest] = url.pathname.replace(/^\/apis\/metrics\.k8s\.io\/v1beta1\/?/, "").split("/");
  // "limit" counts pods, and not those with metrics: without it the answer is whole.
  url.searchParams.delete("limit");
  if (url.pathname === "/readyz" || kind === "") return resourceList;
  const node = nodeMetrics(nodeName, history.usages());
  if (kind === "nodes") {
    const [name] = rest;
    return name === undefined ? list("NodeMetricsList", [node]) : name === nodeName ? node : undefined;
  }
  if (kind === "pods") return list("PodMetricsList", await podList(undefined, url.search));
  const [namespace, pods, pod] = rest;
  if (kind !== "namespaces" || pods !== "pods") return undefined;
  if (pod === undefined) return list("PodMetricsList", await podList(namespace, url.search));
  const [found] = await podList(namespace, `?fieldSelector=metadata.name%3D${encodeURIComponent(pod)}`);
  return found;
}

const notFound = { apiVersion: "v1", kind: "Status", status: "Failure", reason: "NotFound", code: 404 };

const server = createServer(
  {
    cert: readFileSync(pki("apiserver.crt")),
    key: readFileSync(pki("apiserver.key")),
    // Only the API server's aggregator gets in: who may ask is decided there.
    ca: readFileSync(pki("front-proxy-ca.crt")),
    requestCert: true,
    rejectUnauthorized: true,
  },
  (incoming, response) => {
    const send = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    answer(new URL(incoming.url ?? "/", apiServerUrl)).then(
      (body) => (body === undefined ? send(404, notFound) : send(200, body)),
      (error: unknown) => send(503, { ...notFound, reason: "ServiceUnavailable", message: String(error), code: 503 }),
    );
  },
);
server.listen(ports.metricsApi, network.nodeAddress);
process.once("SIGTERM", () => process.exit(0));
void scrape();
setInterval(() => void scrape(), scrapeSeconds * 1000);
