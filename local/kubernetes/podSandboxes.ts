/** Stops the cluster's pods through the container runtime interface, as the kubelet would. Call it when the kubelet is stopped. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { credentials, loadPackageDefinition, type Client, type ServiceError } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { sockets } from "../layout.ts";

type Call<Request, Answer> = (
  request: Request,
  options: { deadline: number },
  done: (error: ServiceError | null, answer: Answer) => void,
) => void;

interface RuntimeService extends Client {
  listPodSandbox: Call<object, { items?: { id: string; state?: number }[] }>;
  stopPodSandbox: Call<{ podSandboxId: string }, object>;
  removePodSandbox: Call<{ podSandboxId: string }, object>;
}

const limitSeconds = 10;

function connect(): RuntimeService {
  const proto = loadSync(join(dirname(fileURLToPath(import.meta.url)), "cri.proto"));
  const loaded = loadPackageDefinition(proto) as unknown as {
    runtime: { v1: { RuntimeService: new (address: string, access: unknown) => RuntimeService } };
  };
  return new loaded.runtime.v1.RuntimeService(`unix:${sockets.containerd}`, credentials.createInsecure());
}

/**
 * Stops and removes all pod sandboxes with their containers, networks and mounts in parallel. Containers get no time to
 * shut down, like when a node is switched off. The kubelet creates them again at the next start.
 *
 * @returns how many of them were running
 * @throws Error when the runtime does not answer within 10 s or refuses
 */
export async function removeSandboxes(): Promise<number> {
  const runtime = connect();
  const call = <Request, Answer>(method: Call<Request, Answer>, request: Request): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const deadline = Date.now() + limitSeconds * 1000;
      method.call(runtime, request, { deadline }, (error, answer) =>
        error === null ? resolve(answer) : reject(error),
      );
    });
  try {
    const { items = [] } = await call(runtime.listPodSandbox, {});
    await Promise.all(
      items.map(async ({ id }) => {
        await call(runtime.stopPodSandbox, { podSandboxId: id });
        await call(runtime.removePodSandbox, { podSandboxId: id });
      }),
    );
    // States are numbers on the wire: protobuf omits the value 0 (ready).
    return items.filter(({ state }) => (state ?? 0) === 0).length;
  } finally {
    runtime.close();
  }
}
