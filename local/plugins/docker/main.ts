/** `pulumi-resource-docker` for the local environment, where the official plugin cannot be downloaded. */
import { servePlugin } from "../rpc/server.ts";
import { DockerAdapter } from "./adapter.ts";

await servePlugin(new DockerAdapter());
