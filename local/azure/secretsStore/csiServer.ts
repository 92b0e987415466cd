/** Serves a CSI driver to the kubelet: on its own socket, and on one of the kubelet's folder for plugins, where it registers. */
import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

export interface PublishRequest {
  /** Where the kubelet wants the volume. */
  targetPath: string;
  readonly: boolean;
  /** The volume's attributes, and what the kubelet says about the pod. */
  volumeContext: Record<string, string>;
}

export interface CsiDriver {
  /** Mounts a volume. Called again while the pod runs. @throws Error whose message the kubelet shows in an event of the pod */
  publish(request: PublishRequest): Promise<void>;
  unpublish(targetPath: string): Promise<void>;
}

export interface DriverPlace {
  /** Name of the driver. */
  name: string;
  nodeName: string;
  /** The kubelet's folder. */
  kubeletFolder: string;
}

type Services = Record<string, { service: ServiceDefinition }>;

/** The kubelet's interfaces to drivers, by service: those of CSI, and `Registration`. */
export function kubeletInterfaces(): Record<string, { service: ServiceDefinition } | undefined> {
  const load = (file: string) =>
    loadPackageDefinition(loadSync(join(dirname(fileURLToPath(import.meta.url)), file))) as unknown;
  const { v1 } = (load("csi.proto") as { csi: { v1: Services } }).csi;
  const { pluginregistration } = load("pluginRegistration.proto") as { pluginregistration: Services };
  return { ...v1, ...pluginregistration };
}

/** Answers a call with the result of an asynchronous function. An error without a code of gRPC is Unknown, as in Go. */
const answering =
  <Request>(answer: (request: Request) => Promise<object> | object) =>
  ({ request }: { request: Request }, done: (error: object | null, value?: object) => void) => {
    void (async () => await answer(request))().then(
      (value) => done(null, value),
      (error: Error) => done({ code: status.UNKNOWN, details: error.message }),
    );
  };

export const registrationSocket = ({ kubeletFolder, name }: DriverPlace) =>
  join(kubeletFolder, "plugins_registry", `${name}-reg.sock`);

/** Starts the server. The kubelet learns about the driver when it sees the socket, and forgets it when the socket is gone. */
export async function serveCsiDriver(driver: CsiDriver, place: DriverPlace): Promise<{ close(): void }> {
  const [own, registration] = [join(place.kubeletFolder, "plugins", place.name, "csi.sock"), registrationSocket(place)];
  const services: [ServiceDefinition, UntypedServiceImplementation][] = [];
  const { Identity, Node, Registration } = kubeletInterfaces();
  const serve = (offered: { service: ServiceDefinition } | undefined, implementation: UntypedServiceImplementation) => {
    if (offered !== undefined) services.push([offered.service, implementation]);
  };
  serve(Identity, { getPluginInfo: answering(() => ({ name: place.name, vendorVersion: "simulated" })) });
  serve(Node, {
    nodePublishVolume: answering(async (request: PublishRequest) => (await driver.publish(request), {})),
    nodeUnpublishVolume: answering(async ({ targetPath }: PublishRequest) => (await driver.unpublish(targetPath), {})),
    nodeGetCapabilities: answering(() => ({})),
    nodeGetInfo: answering(() => ({ nodeId: place.nodeName })),
  });
  serve(Registration, {
    getInfo: answering(() => ({
      ...{ type: "CSIPlugin", name: place.name, endpoint: own, supportedVersions: ["1.0.0"] },
    })),
    notifyRegistrationStatus: answering(({ pluginRegistered, error }: { pluginRegistered: boolean; error: string }) => {
      if (!pluginRegistered) process.stderr.write(`secrets store: the kubelet refuses the driver: ${error}\n`);
      return {};
    }),
  });
  const server = new Server();
  for (const [service, implementation] of services) server.addService(service, implementation);
  for (const socket of [own, registration]) {
    mkdirSync(dirname(socket), { recursive: true, mode: 0o750 });
    rmSync(socket, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) =>
        error === null ? resolve() : reject(error),
      );
    });
  }
  return {
    close: () => {
      server.forceShutdown();
      for (const socket of [registration, own]) rmSync(socket, { force: true });
    },
  };
}
