import { serverOptions } from "../../../../app/src/requestLimits.ts";

test.each([
  { requestSeconds: 30, headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1000 },
  { requestSeconds: 5, headersTimeout: 5000, requestTimeout: 5000, connectionsCheckingInterval: 1000 },
  { requestSeconds: 0.5, headersTimeout: 500, requestTimeout: 500, connectionsCheckingInterval: 500 },
])("a request may take $requestSeconds s", ({ requestSeconds, ...times }) => {
  expect(serverOptions(requestSeconds)).toMatchObject(times);
});

test("keeps idle connections longer than ingress controllers reuse them", () => {
  expect(serverOptions(30).keepAliveTimeout).toBeGreaterThan(60_000);
});
