/** The configuration of an image, from the engine. */
import type Docker from "dockerode";
import type { ImageConfig } from "../runEvidence.ts";

export async function imageConfig(docker: Docker, reference: string): Promise<ImageConfig> {
  const image = docker.getImage(reference);
  const [about, history] = await Promise.all([image.inspect(), image.history() as Promise<{ CreatedBy?: string }[]>]);
  // An image with only labels may have no configuration at all.
  const config = (about.Config ?? {}) as Omit<typeof about.Config, "Healthcheck"> & {
    StopSignal?: string;
    OnBuild?: string[] | null;
    Healthcheck?: { Test?: string[] };
  };
  const variant = (about as { Variant?: string }).Variant ?? "";
  const test = config.Healthcheck?.Test ?? [];
  return {
    platform: [about.Os, about.Architecture, variant].filter((part) => part !== "").join("/"),
    user: config.User ?? "",
    environment: config.Env ?? [],
    entrypoint: [config.Entrypoint ?? []].flat(),
    command: config.Cmd ?? [],
    labels: config.Labels ?? {},
    stopSignal: config.StopSignal === undefined || config.StopSignal === "" ? "SIGTERM" : config.StopSignal,
    healthcheck: test.length > 0 && test[0] !== "NONE",
    history: history.map(({ CreatedBy }) => CreatedBy ?? ""),
    workingFolder: config.WorkingDir ?? "",
    healthcheckCommand: test[0] === "NONE" ? [] : test.slice(1),
    onBuild: config.OnBuild ?? [],
  };
}
