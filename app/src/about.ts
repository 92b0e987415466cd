/** The facts about this process that `/` shows. */
import type { Settings } from "./settings.ts";

export interface About {
  service: string;
  version: string;
  /** Null outside Kubernetes. */
  pod: string | null;
  /** Null outside Kubernetes. */
  node: string | null;
  /** Whole seconds since the process started. */
  uptimeSeconds: number;
}

export function about(settings: Settings): About {
  return {
    service: settings.serviceName,
    version: settings.version,
    pod: settings.podName,
    node: settings.nodeName,
    uptimeSeconds: Math.floor(process.uptime()),
  };
}
