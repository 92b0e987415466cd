import { matches } from "../../../../ops/cluster/labelSelector.ts";

const labels = { app: "web", tier: "front", "tarmac.dev/stack": "dev" };

it.each([
  "",
  "app=web",
  "app==web",
  "tarmac.dev/stack=dev",
  "app=web,tier!=back",
  "app",
  "!missing",
  "app in (web, api)",
  "tier notin (back)",
  "missing notin (a)",
  "missing!=x",
])("%s matches", (selector) => {
  expect(matches(selector, labels)).toBe(true);
});

it.each(["app=api", "tier!=front", "!app", "missing", "missing=x", "app in (api,db),tier", "app notin (web)"])(
  "%s does not match",
  (selector) => {
    expect(matches(selector, labels)).toBe(false);
  },
);
