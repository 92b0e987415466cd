/** The service's endpoints. A new endpoint is a line here. */
import type { IncomingMessage } from "node:http";
import { about } from "./about.ts";
import { prefersHtml } from "./accept.ts";
import type { Health } from "./health.ts";
import { page, pagePolicy } from "./page.ts";
import { failure, html, json, type Reply } from "./reply.ts";
import type { Settings } from "./settings.ts";

export type Handler = (request: IncomingMessage) => Reply | Promise<Reply>;

export interface Route {
  /** Handlers by method. A GET handler also answers HEAD. */
  methods: Readonly<Record<string, Handler>>;
  /** Not logged: for probes, which call every pod every few seconds. */
  quiet?: boolean;
}

export type Routes = ReadonlyMap<string, Route>;

export function createRoutes(settings: Settings, health: Health): Routes {
  return new Map<string, Route>([
    ["/", { methods: { GET: (request) => home(request, settings) } }],
    ["/healthz", { methods: { GET: () => json(200, { status: "ok" }) }, quiet: true }],
    ["/ready", { methods: { GET: () => ready(health) }, quiet: true }],
  ]);
}

/** The handler for a request; for an unknown path or method, a handler that answers 404 or 405. */
export function findHandler(routes: Routes, method: string, path: string): Handler {
  const route = routes.get(path);
  if (route === undefined) return () => failure(404, "not_found", "This path does not exist.");
  const handler = route.methods[method] ?? (method === "HEAD" ? route.methods.GET : undefined);
  if (handler !== undefined) return handler;
  const allowed = Object.keys(route.methods).flatMap((name) => (name === "GET" ? ["GET", "HEAD"] : [name]));
  const allow = allowed.join(", ");
  return () => failure(405, "method_not_allowed", `This path supports ${allow}.`, { Allow: allow });
}

function home(request: IncomingMessage, settings: Settings): Reply {
  const content = about(settings);
  const varies = { Vary: "Accept" };
  return prefersHtml(request.headers.accept) ? html(page(content), pagePolicy, varies) : json(200, content, varies);
}

function ready(health: Health): Reply {
  return json(health.readiness.status === "ready" ? 200 : 503, health.readiness);
}
