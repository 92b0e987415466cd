/** Requests to storage accounts and vaults of a simulated Azure, by Azure's own host names. */
import { request } from "node:https";
import type { IncomingHttpHeaders } from "node:http";
import type { SimulatedAzure } from "../../../../local/azure/simulatedAzure.ts";

export interface NamedAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** @param host such as `NAME.vault.azure.net` */
export async function askNamed(
  azure: Pick<SimulatedAzure, "endpoint">,
  host: string,
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string } = {},
): Promise<NamedAnswer> {
  const { port } = new URL(azure.endpoint);
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: "127.0.0.1", port, method, path, servername: host, headers: { Host: host, ...headers }, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      },
    );
    asked.on("error", reject);
    asked.end(body);
  });
}
