/** The kubernetes provider of the local environment: what the official plugin does, for single objects of the API. */
import type { ResourceLog } from "../rpc/engineLog.ts";
import type {
  CheckRequest,
  CheckResult,
  CreateRequest,
  CreateResult,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  Provider,
  ReadRequest,
  ReadResult,
  UpdateRequest,
} from "../rpc/engineRequests.ts";
import { isProperties, reveal } from "../rpc/propertyValues.ts";
import { adapterVersion } from "../rpc/adapterVersion.ts";
import type { Properties } from "../rpc/propertyValues.ts";
import { check } from "./check.ts";
import { compare } from "./compare.ts";
import { connect } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { create } from "./create.ts";
import { read } from "./read.ts";
import { remove } from "./remove.ts";
import { readSettings } from "./settings.ts";
import { update } from "./update.ts";

export class KubernetesProvider implements Provider {
  readonly name = "tarmac's local kubernetes adapter";
  readonly version = adapterVersion("@pulumi/kubernetes");
  readonly #connect: typeof connect;
  #connection: Connection | undefined;

  /** @param connectTo how a connection is made; tests have their own. */
  constructor(connectTo: typeof connect = connect) {
    this.#connect = connectTo;
  }

  get #connected(): Connection {
    if (this.#connection === undefined) {
      throw new Error(`${this.name} was asked for a resource before it was configured`);
    }
    return this.#connection;
  }

  checkConfig(request: CheckRequest): Promise<CheckResult> {
    const news = reveal(request.news);
    const settings = readSettings(request.news, process.env);
    const failures = [];
    if (!settings.serverSideApply) {
      const reason = `${this.name} knows only server-side apply; client-side apply needs the official plugin`;
      failures.push({ property: "enableServerSideApply", reason });
    }
    if (isProperties(news) && typeof news.renderYamlToDirectory === "string" && news.renderYamlToDirectory !== "") {
      const reason = `${this.name} renders no YAML; that needs the official plugin`;
      failures.push({ property: "renderYamlToDirectory", reason });
    }
    return Promise.resolve({ inputs: request.news, failures });
  }

  async diffConfig(request: DiffRequest): Promise<DiffResult> {
    const { diffProvider } = await import("./providerDiff.ts");
    return diffProvider(request);
  }

  async configure(config: Properties, log: ResourceLog): Promise<void> {
    this.#connection = await this.#connect(readSettings(config, process.env));
    if (this.#connection.unreachable !== undefined) {
      log.warn(`configured Kubernetes cluster is unreachable: ${this.#connection.unreachable}`);
    }
  }

  check(request: CheckRequest): Promise<CheckResult> {
    return check(request, this.#connected);
  }

  diff(request: DiffRequest): Promise<DiffResult> {
    return compare(request, this.#connected);
  }

  create(request: CreateRequest): Promise<CreateResult> {
    return create(request, this.#connected);
  }

  read(request: ReadRequest): Promise<ReadResult> {
    return read(request, this.#connected);
  }

  update(request: UpdateRequest): Promise<Properties> {
    return update(request, this.#connected);
  }

  delete(request: DeleteRequest): Promise<void> {
    return remove(request, this.#connected);
  }
}
