import { createHash } from "node:crypto";
import { duration, escapeHtml, page, pagePolicy } from "../../../../app/src/page.ts";

const about = { service: "orders", version: "1.2.3", pod: "orders-1", node: "aks-0", uptimeSeconds: 65 };

test("shows service, version, pod, node and uptime", () => {
  const text = page(about);
  expect(text).toContain("<title>orders</title>");
  expect(text).toContain("<h1>orders</h1>");
  expect(text).toContain("<dt>Version</dt><dd>1.2.3</dd>");
  expect(text).toContain("<dt>Pod</dt><dd>orders-1</dd>");
  expect(text).toContain("<dt>Node</dt><dd>aks-0</dd>");
  expect(text).toContain("<dt>Up for</dt><dd>1 min 5 s</dd>");
});

test("says when it runs outside Kubernetes", () => {
  expect(page({ ...about, pod: null, node: null })).toContain("<dt>Pod</dt><dd>not in Kubernetes</dd>");
});

test("escapes every value", () => {
  const evil = `"><script>alert('x')</script>&`;
  const text = page({ ...about, service: evil, version: evil, pod: evil, node: evil });
  expect(text).not.toContain("<script");
  expect(text.split("&lt;script&gt;").length - 1).toBe(5);
  expect(escapeHtml(evil)).toBe("&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;");
});

test("the policy allows only the page's own style sheet, by hash", () => {
  const style = /<style>([^]*)<\/style>/.exec(page(about))?.[1] ?? "";
  const hash = createHash("sha256").update(style).digest("base64");
  expect(pagePolicy).toContain(`style-src 'sha256-${hash}'`);
  expect(pagePolicy).toContain("default-src 'none'");
  expect(page(about)).not.toMatch(/https?:|\bsrc=|style="/);
});

test.each([
  [0, "0 s"],
  [59, "59 s"],
  [60, "1 min 0 s"],
  [3725, "1 h 2 min"],
  [86_400 * 3 + 7200, "3 d 2 h"],
])("%d seconds read %p", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
