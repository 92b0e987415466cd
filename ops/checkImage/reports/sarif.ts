/** The findings as SARIF 2.1.0, for code scanning. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
import { codes } from "../findingCodes.ts";
import { findingsOf, type Result } from "../checkResult.ts";
import type { Finding } from "../verdict.ts";

const levels = { finding: "error", warning: "warning", note: "note" } as const;

export function toSarif(result: Result): string {
  const findings = findingsOf(result);
  const used = [...new Set(findings.map(({ code }) => code))];
  const run = {
    tool: {
      driver: {
        name: "tarmac check-image",
        rules: used.map((code) => ({
          id: code,
          shortDescription: { text: code.replaceAll("-", " ") },
          fullDescription: { text: codes[code].why },
          help: { text: codes[code].mend },
          defaultConfiguration: { level: levels[codes[code].level] },
        })),
      },
    },
    invocations: [
      {
        executionSuccessful: result.incomplete === undefined,
        ...(result.incomplete === undefined
          ? {}
          : { toolExecutionNotifications: [{ level: "error", message: { text: result.incomplete } }] }),
      },
    ],
    results: findings.map((finding) => ({
      ruleId: finding.code,
      ruleIndex: used.indexOf(finding.code),
      level: levels[finding.level],
      message: { text: messageOf(finding) },
      locations: [
        {
          // A layer has no line number: use the file that builds the image.
          physicalLocation: { artifactLocation: { uri: encodeURI(result.source) }, region: { startLine: 1 } },
          logicalLocations: [{ name: result.image, kind: "resource" }],
        },
      ],
      partialFingerprints: { "tarmac/v1": `${finding.code}:${finding.platform ?? ""}:${placeOf(finding)}` },
      ...(finding.accepted === true ? { suppressions: [{ kind: "external", justification: "--accept" }] } : {}),
    })),
  };
  const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
  return `${JSON.stringify({ $schema: schema, version: "2.1.0", runs: [run] }, undefined, 2)}\n`;
}

const messageOf = ({ seen, why, mend, platform }: Finding) =>
  `${platform === undefined ? "" : `${platform}: `}${seen}. Why: ${why}. Fix: ${mend}`;

/** A fingerprint that is stable across runs: leaves out times, counts and sizes. */
const placeOf = ({ seen, subject }: Finding) => subject ?? seen.replaceAll(/\d+(?:\.\d+)?/g, "0").slice(0, 120);
