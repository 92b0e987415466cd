import { writeFileSync } from "node:fs";
import { diagnose } from "../../../../ops/doctor/diagnose.ts";
import { observedCases, observedOf } from "./observedCases.ts";
import { recorded } from "./observations.ts";
import { reachWordings } from "./reachWordings.ts";
import { unmakeable } from "./unmakeable.ts";
import { wordings } from "./wordings.ts";
import { causeCodes } from "../../../../ops/doctor/causes/causeCodes.ts";
import { fixCases } from "../../../e2e/doctor/fixCases.ts";
import { reachCases } from "../../../e2e/doctor/reachCases.ts";
import { formOf } from "../../../e2e/doctor/fixForm.ts";
it("x", () => {
  const seen = [recorded(), ...[...wordings, ...reachWordings, ...unmakeable].map((w) => w.seen()), ...observedCases.map((o) => observedOf(o))];
  const out: Record<string, Set<string>> = Object.fromEntries(causeCodes.map((c) => [c, new Set<string>()]));
  for (const s of seen) for (const f of diagnose(s).findings) for (const m of f.mend) if (m.command) { const form = formOf(m.command); if (form) out[f.code]?.add((m.fill ? "FILL " : "") + form); };
  const e2e = new Set<string>([...fixCases.map((f) => f.code), ...reachCases.filter((r) => r.mended).flatMap((r) => r.expected.map((e) => e.code))]);
  writeFileSync("/tmp/dx/forms.txt", Object.entries(out).map(([c, v]) => `## ${c}${e2e.has(c) ? " [e2e]" : ""}\n${[...v].join("\n")}\n`).join("\n"));
});
