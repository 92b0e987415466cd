/** The command around the CLI, with a stand-in for the CLI that prints given lines. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { addPolicy } from "../../../../ops/commands/policy.ts";
import { CouldNotRun } from "../../../../ops/couldNotRun.ts";
import { look, lookArguments } from "../../../../ops/policy/runPolicyPack.ts";
import { policyPackFor } from "../../../../ops/policy/policyPack.ts";
import { NoPulumi } from "../../../../ops/pulumi/pulumiCli.ts";
import { parsedCommand } from "../../../parsedCommand.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tarmac-policy-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const input = () => ({ stack: "dev", pack: { folder: "policy" }, at: "preview" as const, folder });
const violation = (enforcementLevel: string) =>
  JSON.stringify({
    sequence: 1,
    policyEvent: { policyName: "non-root", enforcementLevel, resourceUrn: "", message: "no" },
  });
const ended = JSON.stringify({ sequence: 2, summaryEvent: {} });

/** Runs `look` with a `pulumi` that prints lines and exits with a code. */
function looked(lines: string[], code: number, errors = "") {
  const program = join(folder, "pulumi");
  writeFileSync(program, `#!/bin/sh\ncat <<'EOF'\n${lines.join("\n")}\nEOF\necho '${errors}' >&2\nexit ${code}\n`);
  chmodSync(program, 0o755);
  return look(input(), { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` });
}

it("returns the findings of a preview that mandatory policies stopped", async () => {
  const { findings } = await looked(["Previewing", violation("mandatory"), ended], 255);
  expect(findings).toEqual([{ policy: "non-root", level: "mandatory", message: "no" }]);
});

it.each([
  ["the CLI fails to start", [], 255, "error: no stack named dev found", "no stack named dev found"],
  ["the CLI prints nothing", [], 255, "", "pulumi ended with exit code 255 and said nothing"],
  ["a preview fails although policies only advise", [violation("advisory"), ended], 255, "error: broken", "broken"],
  ["a preview stops in the middle", [violation("mandatory")], 1, "killed", "killed"],
  [
    "the program throws",
    [
      violation("mandatory"),
      JSON.stringify({ sequence: 3, diagnosticEvent: { severity: "error", message: "broken program" } }),
      ended,
    ],
    1,
    "",
    "broken program",
  ],
])("cannot run if %s", async (_, lines, code, errors, says) => {
  await expect(looked(lines, code, errors)).rejects.toThrow(new CouldNotRun(says));
});

it("cannot run without a CLI, or with settings that are not JSON", async () => {
  await expect(look(input(), { PATH: folder })).rejects.toThrow(NoPulumi);
  writeFileSync(join(folder, "config.json"), "{");
  await expect(look({ ...input(), pack: { folder: "policy", config: join(folder, "config.json") } })).rejects.toThrow(
    /config\.json cannot be read as JSON: /,
  );
});

it("requests a preview or the state", () => {
  const pack = { folder: "policy", config: "dev.json" };
  const common = ["--json", "--stack", "dev"];
  const withPack = ["--policy-pack", "policy", "--policy-pack-config", "dev.json"];
  expect(lookArguments({ ...input(), pack, configFile: "x.yaml" })).toEqual([
    "preview",
    ...common,
    "--config-file",
    "x.yaml",
    ...withPack,
  ]);
  expect(lookArguments({ ...input(), pack, at: "state", configFile: "x.yaml" })).toEqual([
    "policy",
    "analyze",
    ...common,
    ...withPack,
  ]);
});

it.each([
  ["dev", "dev.json"],
  ["local", "local.json"],
  ["sandbox-feature-42", "sandbox.json"],
])("has settings for the stack %s: %s", (stack, file) => {
  const checkout = process.cwd();
  expect(policyPackFor(stack, checkout, {})).toEqual({
    folder: join(checkout, "policy"),
    config: join(checkout, "policy", "config", file),
  });
});

it("uses the pack's own settings for a stack without settings, and the form of the pack that the machine needs", () => {
  expect(policyPackFor("review", process.cwd(), { TARMAC_POLICY_PACK: "/elsewhere" })).toEqual({
    folder: "/elsewhere",
  });
});

it("reads its command line", () => {
  const read = (...args: string[]) => parsedCommand(addPolicy, args);
  expect(read("dev", "--state", "--json")).toEqual({ args: ["dev"], options: { state: true, json: true } });
  expect(read("-s", "dev", "--config", "a.json", "--config-file", "b.yaml").options).toEqual({
    ...{ stack: "dev", config: "a.json", configFile: "b.yaml" },
  });
  expect(() => read("--stat")).toThrow("unknown option '--stat'");
});
