import { Health } from "../../../../app/src/health.ts";

test("starting, ready, draining", () => {
  const health = new Health();
  expect(health.readiness).toEqual({ status: "starting", reason: "The service has not finished starting." });
  health.started();
  expect(health.readiness).toEqual({ status: "ready" });
  health.startDraining("SIGTERM received");
  expect(health.readiness).toEqual({ status: "draining", reason: "SIGTERM received" });
  expect(health.isDraining).toBe(true);
});

test("a start that finishes after the drain began does not undo the drain", () => {
  const health = new Health();
  health.startDraining("SIGTERM received");
  health.started();
  expect(health.readiness.status).toBe("draining");
});
